//! Work done later, queued in PostgreSQL in the transaction of what it follows.
//!
//! A job is worked off in steps of about a second, each in a transaction that holds the job's row: a worker that dies gives the job
//! back, and several servers never take the same step. A step that fails is tried again, later and later.

mod wrap_password;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use std::future::Future;
use std::time::Duration;

use crate::db::jobs::{self, Job};
use crate::db::{Db, DbError};
use crate::vault::{Vault, VaultError};

/// How often an idle worker looks for jobs.
const POLL: Duration = Duration::from_secs(5);

/// What a step leads to.
#[derive(Debug)]
enum Step {
    Done,
    /// More is to be done, with this payload.
    Again(Value),
    /// What could be done is done, the rest failed; later again, with this payload.
    Failed(JobError, Value),
}

/// Why a step failed. The text is stored: it holds no personal data.
#[derive(Debug, thiserror::Error)]
enum JobError {
    #[error("unknown kind of job")]
    UnknownKind,
    #[error("payload not understood")]
    Payload,
    #[error("{0} sealed password hashes do not open: check the key file")]
    Sealed(u64),
    #[error("the step ended in a panic")]
    Panic,
    #[error("database: {0}")]
    Database(#[from] DbError),
    #[error("vault: {0}")]
    Vault(#[from] VaultError),
}

impl From<diesel::result::Error> for JobError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Works jobs off, one at a time: on one core at most.
#[derive(Clone, Debug)]
pub struct Runner {
    db: Db,
    vault: Vault,
}

impl Runner {
    pub const fn new(db: Db, vault: Vault) -> Self {
        Self { db, vault }
    }

    /// Works until `shutdown` is ready; the step at hand is finished first.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        tokio::pin!(shutdown);
        loop {
            let idle = match self.step(Utc::now()).await {
                Ok(found) => !found,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "jobs cannot be worked off");
                    true
                }
            };
            let pause = if idle { POLL } else { Duration::ZERO };
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Works off all that is due at `now`; how many steps that took.
    pub async fn drain(&self, now: DateTime<Utc>) -> Result<u64, DbError> {
        let mut steps = 0;
        while self.step(now).await? {
            steps += 1;
        }
        Ok(steps)
    }

    /// Takes one step of one job; `false` where none is due.
    async fn step(&self, now: DateTime<Utc>) -> Result<bool, DbError> {
        // The job at hand is known outside of the transaction too: a failure is noted after it was rolled back.
        let at_hand = std::sync::Arc::new(std::sync::OnceLock::<Job>::new());
        let (vault, taken) = (self.vault.clone(), std::sync::Arc::clone(&at_hand));
        let result = self
            .db
            .transaction(move |conn| -> Result<bool, JobError> {
                let Some(job) = jobs::lock_due(conn, now)? else { return Ok(false) };
                let job = taken.get_or_init(|| job);
                match perform(conn, &vault, job)? {
                    Step::Done => jobs::finish(conn, job.id)?,
                    Step::Again(payload) => jobs::go_on(conn, job.id, &payload, now)?,
                    Step::Failed(error, payload) => {
                        jobs::go_on(conn, job.id, &payload, now)?;
                        note_failure(conn, job, &error, now)?;
                    }
                }
                Ok(true)
            })
            .await;
        let error = match (result, at_hand.get()) {
            (Ok(found), _) => return Ok(found),
            (Err(JobError::Database(error)), None) => return Err(error),
            (Err(error), _) => error,
        };
        let Some(job) = at_hand.get().cloned() else { return Ok(false) };
        let error = if let JobError::Database(DbError::Task(_)) = error { JobError::Panic } else { error };
        self.db.transaction(move |conn| -> Result<(), DbError> { Ok(note_failure(conn, &job, &error, now)?) }).await?;
        Ok(true)
    }
}

fn perform(conn: &mut diesel::PgConnection, vault: &Vault, job: &Job) -> Result<Step, JobError> {
    match job.kind.as_str() {
        jobs::WRAP_PASSWORDS => wrap_password::step(conn, vault, &job.payload),
        _ => Err(JobError::UnknownKind),
    }
}

fn note_failure(
    conn: &mut diesel::PgConnection,
    job: &Job,
    error: &JobError,
    now: DateTime<Utc>,
) -> diesel::QueryResult<()> {
    tracing::warn!(job = %job.id, kind = %job.kind, error = error as &dyn std::error::Error, "a job's step failed");
    jobs::fail(conn, job.id, &error.to_string(), now + back_off(job.attempts))
}

/// 10 s, doubled with each failure up to an hour.
fn back_off(attempts: i32) -> TimeDelta {
    let doubled = 10_i64 << attempts.clamp(0, 9);
    TimeDelta::seconds(doubled.min(3600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_tried_again_later_and_later() {
        let seconds: Vec<i64> = [0, 1, 5, 9, 100].into_iter().map(|n| back_off(n).num_seconds()).collect();
        assert_eq!(seconds, [10, 20, 320, 3600, 3600]);
    }
}
