//! The rules, pure: no server, no database, no clock, no randomness. Everything here can be tested with a table.

pub mod account;
pub mod application;
pub mod certificate;
pub mod challenge;
pub mod china;
pub mod day;
pub mod document;
pub mod email;
pub mod evidence;
pub mod exam;
pub mod form;
pub mod garbled;
pub mod legacy_password;
pub mod linking;
pub mod name;
pub mod notice;
pub mod password;
pub mod photo;
pub mod photo_code;
pub mod policy;
pub mod review;
pub mod staff;
pub mod text;
pub mod verification;
pub mod word;
