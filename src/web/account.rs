//! Pages of old accounts as a way in (局部版手册): sign-in, registration, recovery, and what their owners change.

pub(super) mod challenge_draw;
pub(super) mod challenge_show;
pub(super) mod check;
pub(super) mod confirm;
mod form;
pub(super) mod landing;
pub(super) mod login;
pub(super) mod logout;
pub(super) mod password;
pub(super) mod profile;
pub(super) mod recover;
pub(super) mod recover_link;
pub(super) mod register;
mod signing_in;
mod typed;
