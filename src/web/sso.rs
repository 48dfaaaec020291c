//! Sign-in by the portal, and sign-out.

pub(super) mod arrival;
pub(super) mod backchannel_logout;
pub(super) mod callback;
pub(super) mod held;
pub(super) mod login;
pub(super) mod logout;
pub(super) mod session;
