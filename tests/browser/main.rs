//! The citizen's way in a real Chromium: one binary, one file for each subject.
#![allow(clippy::unwrap_used, clippy::expect_used, unreachable_pub)]

#[path = "../support/mod.rs"]
mod support;

mod chromium;
mod look;
mod tab;

mod account_login;
mod account_pages;
mod ceshi;
mod colours;
mod continuity_list;
mod desk;
mod focus;
mod form_values;
mod gaiming;
mod kept;
mod keyboard;
mod lines;
mod link_question;
mod pages;
mod phone;
mod portals;
mod print;
mod sign_out;
mod staff;
mod step_one;
mod studio;
mod studio_faults;
mod weight;
mod xinren;
