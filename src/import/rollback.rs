//! Rolls one batch back: rows that people have since relied on are kept and listed, all others return to their state before the batch.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use indicatif::ProgressBar;
use serde::Serialize;
use std::path::Path;

use super::error::ImportError;
use super::ground::Ground;
use super::kept::{KeptError, KeptList, Writing};
use super::kind::Kind;
use super::lock::ImportLock;
use crate::app::audit::{self, About, Actor, Entry, Event, UndoneCounts};
use crate::app::tx::Tx;
use crate::db::import::analyze;
use crate::db::import_batches::{self, Batch};
use crate::db::rollback::{self as store, apply, plan};
use crate::db::{DbError, Tries, UnknownWord, rollback::SIDES};

/// Enough to find a mistyped name.
const KNOWN: i64 = 20;

/// The administrator's choices.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    pub batch: &'a str,
    /// The folder of the list of kept rows; `None`: no list.
    pub list_folder: Option<&'a Path>,
    /// Report, and change nothing.
    pub dry_run: bool,
    /// The actor for the audit log.
    pub by: &'a str,
    /// Reports each step.
    pub progress: &'a ProgressBar,
}

/// The outcome for the rows.
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

struct Rolling<'a> {
    ground: Ground<'a>,
    options: Options<'a>,
}

struct Rolled {
    batch: Batch,
    sources: Vec<Counts>,
    list: Writing,
    changed: bool,
}

impl Rolling<'_> {
    fn go(self, conn: &mut PgConnection) -> Result<Rolled, RollbackError> {
        let Options { batch: name, list_folder, dry_run, progress, .. } = self.options;
        let Some(batch) = import_batches::find(conn, name)? else {
            let known = import_batches::newest(conn, KNOWN)?;
            return Err(RollbackError::Unknown { batch: name.to_owned(), known });
        };
        let mut list = Writing::create(list_folder, name)?;
        progress.set_length(3 * SIDES.len() as u64);
        progress.set_position(0);
        self.plan(conn)?;
        let sources: Vec<Counts> = store::sums(conn)?.into_iter().map(counts).collect::<Result<_, _>>()?;
        store::each_kept(conn, |row| Ok::<_, RollbackError>(list.add(&row)?))?;
        list.settle()?;
        let changed = sources.iter().any(|source| source.removed + source.restored > 0);
        let again = batch.rolled_back_at.is_some() && !changed;
        if !dry_run && !again {
            self.apply(conn, &sources)?;
        }
        Ok(Rolled { batch, sources, list, changed })
    }

    fn plan(&self, conn: &mut PgConnection) -> Result<(), RollbackError> {
        let Options { batch, dry_run, progress, .. } = self.options;
        plan::begin(conn)?;
        if !dry_run {
            plan::keep_jobs(conn)?;
        }
        plan::find_formers(conn, batch)?;
        for side in &SIDES {
            plan::find_rows(conn, batch, side, !dry_run)?;
            progress.inc(1);
        }
        plan::find_later(conn, batch)?;
        Ok(plan::find_reasons(conn)?)
    }

    fn apply(&self, conn: &mut PgConnection, sources: &[Counts]) -> Result<(), RollbackError> {
        let (Options { batch, by, progress, .. }, Ground { vault, now, .. }) = (self.options, self.ground);
        apply::remove_followers(conn)?;
        for side in apply::sides() {
            apply::restore(conn, side)?;
            progress.inc(1);
            apply::remove(conn, side)?;
            progress.inc(1);
        }
        apply::forget_formers(conn, batch)?;
        apply::settle_exams(conn)?;
        apply::settle_jobs(conn, batch, now)?;
        apply::finish(conn, batch, now)?;
        analyze(conn)?;
        let sources = sources.iter().map(|source| UndoneCounts {
            system: source.system.clone(),
            kind: source.kind.as_str(),
            removed: source.removed,
            restored: source.restored,
            kept: source.kept,
        });
        let event = Event::ImportRolledBack { batch: batch.to_owned(), sources: sources.collect() };
        let entry = Entry { event, actor: Actor::Staff(by.to_owned()), about: About::default() };
        Ok(audit::record(&mut Tx { conn, vault, now }, &[entry])?)
    }
}

fn counts(sum: store::Sum) -> Result<Counts, DbError> {
    let number = |count: i64| count.unsigned_abs();
    Ok(Counts {
        kind: Kind::parse(&sum.kind).ok_or(UnknownWord("legacy_former_rows.kind"))?,
        system: sum.system,
        removed: number(sum.removed),
        restored: number(sum.restored),
        kept: number(sum.kept),
    })
}
