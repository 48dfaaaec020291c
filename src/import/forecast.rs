//! What every portal user's sign-in would result in now: the rehearsal before a service opens.
//!
//! Facts and decision are those of the sign-in; nothing is applied. Users are streamed and decided in batches, each in a read-only
//! transaction of its own, several at once; memory does not grow with the file.

pub mod read;
pub mod summary;
mod users;

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use serde::Serialize;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use crate::app::dossier::{Limits, gather_many};
use crate::app::sign_in::identity_of;
use crate::app::tx::Tx;
use crate::db::import::read_snapshot;
use crate::db::{Db, DbError};
use crate::domain::form::china_date;
use crate::domain::garbled::Garbled;
use crate::domain::linking::{Decision, Finding, Subject, Who, decide};
use crate::vault::Vault;
use summary::Summary;
pub use users::{COLUMNS, Problem};
use users::{User, Users};

/// Users that one transaction decides about.
const BATCH: usize = 500;

#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    pub db: &'a Db,
    pub vault: &'a Vault,
    /// How the portal's codes are read, and which sign-ins are accepted.
    pub portal: &'a sso::PortalConfig,
    pub now: DateTime<Utc>,
    /// Concurrent batches; each takes a connection.
    pub workers: usize,
}

/// The result of one sign-in. Its JSON is specified in CONTRACT §6.
#[derive(Debug, Serialize)]
pub struct Forecast {
    pub subject: String,
    pub decision: &'static str,
    pub rule: &'static str,
    /// `system:key`.
    pub accounts: Vec<String>,
    pub proof: Vec<String>,
    pub review: Vec<String>,
    /// One plain sentence.
    pub reason: String,
    /// Why the account at the portal is not accepted.
    #[serde(skip)]
    pub refusal: Option<&'static str>,
    /// How many of `accounts` are linked already.
    #[serde(skip)]
    pub linked_before: usize,
}

/// Progress events, reported while the file is read.
#[derive(Debug)]
pub enum Event {
    Decided(Forecast),
    /// A line that cannot be decided.
    Undecidable {
        line: u64,
        problem: Problem,
    },
    /// A name that looks garbled. It is decided about as it is: at a sign-in the portal may give a correct one.
    Garbled {
        line: u64,
        garbled: Garbled,
    },
}

/// Why a forecast failed, or was incomplete.
#[derive(Debug, thiserror::Error)]
pub enum ForecastError {
    #[error("{}：{reason}；请检查 --portal-users 的路径、权限和内容", path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error("{} 缺少列 {}；表头须有 {}", path.display(), missing.join("、"), COLUMNS.join(","))]
    MissingColumns { path: PathBuf, missing: Vec<&'static str> },
    #[error("读取 {} 时出错：{error}；没有写入任何数据，排除故障后请重新运行", path.display())]
    Read { path: PathBuf, error: io::Error },
    #[error("数据库操作失败；没有写入任何数据，请运行 buzheng doctor，排除故障后重新运行")]
    Database(#[from] DbError),
    #[error("无法写出结果：{0}；请检查输出的去向")]
    Output(#[source] io::Error),
}

impl From<diesel::result::Error> for ForecastError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Decides about every user of the file, in the file's order, independently; reports each result and returns the sum.
pub fn run(
    ground: Ground<'_>,
    path: &Path,
    progress: &ProgressBar,
    mut tell: impl FnMut(Event) -> io::Result<()>,
) -> Result<Summary, ForecastError> {
    let mut users = Users::open(path, ground.portal, progress)?;
    let mut summary = Summary::default();
    let limit = BATCH * ground.workers.max(1);
    loop {
        let mut round = Vec::with_capacity(limit);
        while round.len() < limit {
            let read = users.advance().map_err(|error| ForecastError::Read { path: path.to_owned(), error })?;
            match read {
                None => break,
                Some(User::Identity { line, identity, garbled }) => {
                    if let Some(garbled) = garbled {
                        summary.garbled += 1;
                        tell(Event::Garbled { line, garbled }).map_err(ForecastError::Output)?;
                    }
                    round.push(*identity);
                }
                Some(User::Undecidable { line, problem }) => {
                    summary.undecidable += 1;
                    tell(Event::Undecidable { line, problem }).map_err(ForecastError::Output)?;
                }
            }
        }
        for forecast in decide_round(ground, &round)? {
            summary.add(&forecast);
            tell(Event::Decided(forecast)).map_err(ForecastError::Output)?;
        }
        if round.len() < limit {
            return Ok(summary);
        }
    }
}

/// Runs every batch on a thread and a connection of its own; the results in the order of the file.
fn decide_round(ground: Ground<'_>, round: &[sso::PortalIdentity]) -> Result<Vec<Forecast>, DbError> {
    thread::scope(|scope| {
        let running: Vec<_> =
            round.chunks(BATCH).map(|batch| scope.spawn(move || decide_batch(ground, batch))).collect();
        let mut forecasts = Vec::with_capacity(round.len());
        for thread in running {
            forecasts.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(forecasts)
    })
}

fn decide_batch(ground: Ground<'_>, batch: &[sso::PortalIdentity]) -> Result<Vec<Forecast>, DbError> {
    let limits = Limits { minimum_level: ground.portal.minimum_level, today: china_date(ground.now) };
    let subject =
        |portal: &sso::PortalIdentity| Subject { issuer: portal.issuer.clone(), subject: portal.subject.clone() };
    let subjects: Vec<Subject> = batch.iter().map(subject).collect();
    let identities = subjects.iter().zip(batch.iter().map(identity_of)).collect();
    let decisions = ground.db.transaction_blocking::<_, DbError, _>(|conn| {
        read_snapshot(conn)?;
        gather_many(&mut Tx { conn, vault: ground.vault, now: ground.now }, identities, limits, decide)
    })?;
    let forecast = |(subject, decision): (Subject, Decision)| Forecast::of(subject.subject, &decision);
    Ok(subjects.into_iter().zip(decisions).map(forecast).collect())
}

impl Forecast {
    fn of(subject: String, decision: &Decision) -> Self {
        let labels = |list: &[Finding]| list.iter().map(|finding| finding.label.clone()).collect();
        Self {
            subject,
            decision: decision.outcome.as_str(),
            rule: decision.rule.as_str(),
            accounts: labels(&decision.accounts),
            proof: labels(&decision.proof),
            review: labels(&decision.review),
            reason: decision.reason(),
            refusal: match decision.who {
                Who::Refused(refusal) => Some(refusal.as_str()),
                _ => None,
            },
            linked_before: decision.accounts.iter().filter(|finding| finding.linked_before).count(),
        }
    }
}
