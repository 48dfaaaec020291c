//! The import against a real database: one binary, one file for each subject.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

#[path = "../population/mod.rs"]
mod population;
#[path = "../support/mod.rs"]
mod support;

mod bench;
mod checks;
mod command;
mod delimiters;
mod demo;
mod everyone;
mod findings;
mod forecast;
mod garbled;
mod headless;
mod hostile;
mod interruption;
mod mariadb;
mod outputs;
mod passwords;
mod progress;
mod rejections;
mod repetition;
mod report;
mod rollback;
mod rollback_exams;
mod rollback_people;
mod rollback_races;
mod runbook;
mod sealing;
mod verify;
mod workbooks;
mod wrapping;
