//! What every command says, and how it ends.

use clap::ValueEnum;
use std::io::{self, Write};

use super::failure::Failure;
use super::words;

/// How a command reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Sentences for people at a terminal.
    #[default]
    Human,
    /// JSON for programs.
    Json,
}

/// How a command that could run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is left to do. Exit code 0.
    Done,
    /// There are findings, rejected rows, differences. Exit code 1.
    NeedsAttention,
    /// A report that tells why the service cannot run. Exit code 2.
    Unusable,
}

/// Writes a line, or several, to stdout.
pub fn print(text: impl std::fmt::Display) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", words::plain_lines(&text.to_string()))
        .and_then(|()| out.flush())
        .map_err(|error| Failure::new("stdout", error, "give the output a place"))
}

/// Writes one line to stdout, whatever stands in it.
pub fn print_line(text: impl std::fmt::Display) -> Result<(), Failure> {
    print(words::plain(&text.to_string()))
}
