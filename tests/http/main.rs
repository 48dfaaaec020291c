//! The service through HTTP, as browsers and others use it: one binary, one file for each subject.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../support/mod.rs"]
mod support;

mod return_to;
mod session;
mod sign_in;
mod sign_in_attacks;
mod sign_in_faults;
mod throttle;
