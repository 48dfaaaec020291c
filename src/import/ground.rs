//! The inputs and the result of an import.

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use secrecy::SecretString;
use std::path::{Path, PathBuf};

use super::finding::Code;
use super::report::Report;
use crate::db::Db;
use crate::vault::Vault;

#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    pub db: &'a Db,
    pub vault: &'a Vault,
    /// For the same database: the lock of a run has a connection of its own.
    pub database_url: &'a SecretString,
    pub now: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Blocking findings that are accepted.
    pub accept: &'a [Code],
    /// The folder of the list of rejected rows.
    pub list_folder: Option<&'a Path>,
    /// Advanced by every byte read.
    pub progress: &'a ProgressBar,
}

#[derive(Debug)]
pub struct Outcome {
    pub report: Report,
    /// Blocking findings that were not accepted; a run with any has written nothing.
    pub refused: Vec<Code>,
    pub rejected_list: Option<PathBuf>,
}
