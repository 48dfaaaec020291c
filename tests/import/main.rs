//! The import against a real database: one binary, one file for each subject.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

#[path = "../support/database.rs"]
#[allow(dead_code, unreachable_pub)]
mod database;
#[path = "../population/mod.rs"]
mod population;

mod bench;
mod checks;
mod command;
mod demo;
mod everyone;
mod findings;
mod forecast;
mod hostile;
mod interruption;
mod passwords;
mod progress;
mod rejections;
mod repetition;
mod sealing;
mod wrapping;
