//! The story of a batch: the report of its last complete run, what the database holds of it now, and whether both agree.

mod parts;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::kind::Kind;
use crate::db::import_batches::{self as store, Accounts, Batch, Written};
use crate::db::{Db, DbError};
pub use parts::{Finding, Source, Standing, Stored};

/// Enough to find a mistyped name.
const KNOWN: i64 = 20;

/// All facts about one batch. Holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Story {
    pub batch: String,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub rolled_back_at: Option<DateTime<Utc>>,
    /// Of the last complete run.
    pub sources: Vec<Source>,
    /// What that run wrote, beside what the database holds now.
    pub stored: Vec<Stored>,
    pub accounts: Standing,
    /// Whether every written row is stored, or was rolled back.
    pub balanced: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    #[error("没有名为 {batch} 的批次，或者它从未运行过；{}", super::rollback::those_known(.known))]
    Unknown { batch: String, known: Vec<String> },
    #[error("批次名{}", super::manifest::BATCH_RULE)]
    Name,
    #[error("批次 {0} 的导入还没有完成；请用同一清单再次运行 buzheng import run，完成后再做报告")]
    Unfinished(String),
    #[error("批次 {0} 没有完成过导入，已经回滚；没有可以报告的内容")]
    NeverFinished(String),
    #[error("批次 {0} 由较早的版本导入，没有保存报告；请用同一清单再次运行 buzheng import run，不变的行不会改动")]
    Unreported(String),
    #[error("数据库操作失败；没有写入任何数据，请运行 buzheng doctor，排除故障后重新运行")]
    Database(#[from] DbError),
}

impl From<diesel::result::Error> for StoryError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Reads the story of one batch, and writes nothing.
pub fn tell(db: &Db, name: &str) -> Result<Story, StoryError> {
    if !super::manifest::is_batch_name(name) {
        return Err(StoryError::Name);
    }
    db.transaction_blocking(|conn| {
        crate::db::import::read_snapshot(conn)?;
        let Some(batch) = store::find(conn, name)? else {
            return Err(StoryError::Unknown { batch: name.to_owned(), known: store::newest(conn, KNOWN)? });
        };
        match (batch.finished_at, batch.rolled_back_at) {
            (None, None) => return Err(StoryError::Unfinished(batch.name)),
            (None, Some(_)) => return Err(StoryError::NeverFinished(batch.name)),
            (Some(_), _) => {}
        }
        let written = store::written(conn, name)?;
        put_together(batch, &written, store::accounts(conn, name)?)
    })
}

fn put_together(batch: Batch, now: &[Written], accounts: Accounts) -> Result<Story, StoryError> {
    #[derive(Deserialize)]
    struct Reported {
        sources: Vec<Source>,
    }
    let reported = batch.report.and_then(|report| serde_json::from_value::<Reported>(report).ok());
    let Some(Reported { sources }) = reported else { return Err(StoryError::Unreported(batch.name)) };
    let stored = compare(&sources, now);
    let number = |count: i64| count.unsigned_abs();
    Ok(Story {
        balanced: batch.rolled_back_at.is_some() || stored.iter().all(|one| one.difference >= 0),
        batch: batch.name,
        started_at: batch.started_at,
        finished_at: batch.finished_at,
        rolled_back_at: batch.rolled_back_at,
        sources,
        stored,
        accounts: Standing {
            all: number(accounts.all),
            linked: number(accounts.linked),
            unwrapped: number(accounts.unwrapped),
        },
    })
}

fn compare(sources: &[Source], now: &[Written]) -> Vec<Stored> {
    let system = |source: &Source| if source.kind == Kind::Exams { String::new() } else { source.system.clone() };
    let mut all: BTreeMap<(String, Kind), (u64, u64, u64)> = BTreeMap::new();
    for source in sources {
        let written = source.counts.inserted + source.counts.updated;
        all.entry((system(source), source.kind)).or_default().0 += written;
    }
    for one in now {
        // The database holds only this program's kinds.
        let Some(kind) = Kind::parse(&one.kind) else { continue };
        let entry = all.entry((one.system.clone(), kind)).or_default();
        entry.1 += one.standing.unsigned_abs();
        entry.2 += one.replaced.unsigned_abs();
    }
    let stored = all.into_iter().map(|((system, kind), (written, standing, replaced))| {
        let difference = (standing + replaced).cast_signed() - written.cast_signed();
        Stored { system, kind, written, standing, replaced, difference }
    });
    stored.collect()
}
