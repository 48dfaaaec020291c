//! The service through HTTP, as browsers and others use it: one binary, one file for each subject.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../support/mod.rs"]
mod support;

mod sign_in;
