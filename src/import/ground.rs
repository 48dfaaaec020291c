//! What an import is given, and what it gives back.

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use secrecy::SecretString;
use std::path::{Path, PathBuf};

use super::finding::Code;
use super::report::Report;
use crate::db::Db;
use crate::vault::Vault;

/// What an import works with.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    pub db: &'a Db,
    pub vault: &'a Vault,
    /// Of the same database: the lock of a run has a connection of its own.
    pub database_url: &'a SecretString,
    pub now: DateTime<Utc>,
}

/// What the administrator chose.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Blocking findings that shall not stop the run.
    pub accept: &'a [Code],
    /// Where the list of rejected rows goes.
    pub list_folder: Option<&'a Path>,
    /// Told of every byte read.
    pub progress: &'a ProgressBar,
}

/// How it ended.
#[derive(Debug)]
pub struct Outcome {
    pub report: Report,
    /// Blocking findings that nobody accepted; a run with any has written nothing.
    pub refused: Vec<Code>,
    pub rejected_list: Option<PathBuf>,
}
