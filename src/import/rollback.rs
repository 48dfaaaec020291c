//! Rolls one batch back: rows that people have since relied on are kept and listed, all others return to their state before the batch.

mod rolling;

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use serde::Serialize;
use std::path::Path;

use super::error::ImportError;
use super::ground::Ground;
use super::kept::{KeptError, KeptList};
use super::kind::Kind;
use super::lock::ImportLock;
use crate::db::{DbError, Tries};
use rolling::{Rolled, Rolling};

/// Enough to find a mistyped name.
const KNOWN: i64 = 20;

#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    pub batch: &'a str,
    /// The folder of the list of kept rows; `None`: no list.
    pub list_folder: Option<&'a Path>,
    /// Report, and change nothing.
    pub dry_run: bool,
    /// The actor for the audit log.
    pub by: &'a str,
    pub progress: &'a ProgressBar,
}

#[derive(Debug)]
pub struct Undone {
    pub batch: String,
    pub sources: Vec<Counts>,
    pub kept: KeptList,
    /// The batch was rolled back before, and nothing was left to roll back.
    pub before: Option<DateTime<Utc>>,
    /// No run of the batch was complete.
    pub unfinished: bool,
}

/// Rows of one system and kind. Exams belong to no system: its name is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub system: String,
    pub kind: Kind,
    pub removed: u64,
    pub restored: u64,
    pub kept: u64,
}

/// Why a batch cannot be rolled back.
#[derive(Debug, thiserror::Error)]
pub enum RollbackError {
    #[error("没有名为 {batch} 的批次，或者它从未运行过；{}", those_known(.known))]
    Unknown { batch: String, known: Vec<String> },
    #[error("批次名{}", super::manifest::BATCH_RULE)]
    Name,
    #[error("数据库操作失败；没有改动任何数据，排除故障后再次运行同一命令即可")]
    Database(#[from] DbError),
    #[error(transparent)]
    List(#[from] KeptError),
    #[error(transparent)]
    Import(#[from] ImportError),
}

pub(super) fn those_known(names: &[String]) -> String {
    if names.is_empty() {
        "数据库中还没有任何批次".to_owned()
    } else {
        format!("最近的批次有 {}", names.join("、"))
    }
}

impl From<diesel::result::Error> for RollbackError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Rolls a batch back, in one transaction. No import runs meanwhile.
pub fn rollback(ground: Ground<'_>, options: Options<'_>) -> Result<Undone, RollbackError> {
    // The name becomes a file's.
    if !super::manifest::is_batch_name(options.batch) {
        return Err(RollbackError::Name);
    }
    let mut lock = ImportLock::take(ground.database_url)?;
    let mut tries = Tries::new();
    loop {
        let done = ground.db.transaction_blocking(|conn| {
            let done = Rolling { ground, options }.go(conn)?;
            lock.still_held()?;
            Ok::<_, RollbackError>(done)
        });
        match done {
            // A sign-in may hold locks in another order: PostgreSQL reports the deadlock, and the rollback is retried.
            Err(RollbackError::Database(error)) if tries.another(&error) => {}
            Err(error) => return Err(error),
            Ok(Rolled { batch, sources, list, changed }) => {
                return Ok(Undone {
                    batch: batch.name,
                    sources,
                    kept: list.finish()?,
                    before: batch.rolled_back_at.filter(|_| !changed),
                    unfinished: batch.finished_at.is_none(),
                });
            }
        }
    }
}
