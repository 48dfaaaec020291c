//! The citizen's way in a real Chromium: one binary, one file for each subject.
#![allow(clippy::unwrap_used, clippy::expect_used, unreachable_pub)]

#[path = "../support/mod.rs"]
mod support;

mod chromium;
mod look;
mod tab;

mod ceshi;
mod gaiming;
mod keyboard;
mod pages;
mod portals;
mod print;
mod sign_out;
mod studio;
mod xinren;
