//! Work done later, queued in PostgreSQL in the transaction of what it follows.
//!
//! A job is worked off in steps of about a second. No lock is held on it meanwhile: a worker that dies loses its step and nothing else,
//! and several servers may be at the same job, which each kind of job makes sound in its own way. A step that fails is tried again, later
//! and later.

mod wrap_passwords;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use serde_json::Value;
use std::future::Future;
use std::num::NonZero;
use std::time::Duration;

use crate::app::wrapping::Wrapper;
use crate::db::jobs::{self, Job};
use crate::db::{Db, DbError};
use crate::vault::Vault;

/// How often an idle worker looks for jobs.
const POLL: Duration = Duration::from_secs(5);

/// How long others are left alone with what they do.
const OTHERS: TimeDelta = TimeDelta::seconds(2);

/// What a step leads to.
#[derive(Debug)]
enum Step {
    /// And the job removed.
    Done,
    /// More is to be done, with this payload.
    Again(Value),
    /// What is left others are doing; a little later again, with this payload.
    Later(Value),
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
}

impl From<diesel::result::Error> for JobError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Works jobs off, one at a time.
#[derive(Clone, Debug)]
pub struct Runner {
    db: Db,
    wrapper: Option<Wrapper>,
}

impl Runner {
    /// Old passwords are wrapped on as many cores at once; with none their jobs wait for somebody else.
    pub fn new(db: Db, vault: Vault, wrap_cores: usize) -> Self {
        let wrapper = NonZero::new(wrap_cores).map(|cores| Wrapper::new(db.clone(), vault, cores));
        Self { db, wrapper }
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
        let others: &[&str] = if self.wrapper.is_some() { &[] } else { &[jobs::WRAP_PASSWORDS] };
        let due = move |conn: &mut PgConnection| Ok::<_, DbError>(jobs::due(conn, now, others)?);
        let Some(job) = self.db.transaction(due).await? else { return Ok(false) };
        let step = self.perform(&job).await;
        let settle = move |conn: &mut PgConnection| -> Result<(), DbError> {
            match step {
                Ok(Step::Done) => {}
                Ok(Step::Again(payload)) => jobs::go_on(conn, job.id, &payload, now)?,
                Ok(Step::Later(payload)) => jobs::go_on(conn, job.id, &payload, now + OTHERS)?,
                Ok(Step::Failed(error, payload)) => {
                    jobs::go_on(conn, job.id, &payload, now)?;
                    note_failure(conn, &job, &error, now)?;
                }
                Err(JobError::Database(DbError::Task(_))) => note_failure(conn, &job, &JobError::Panic, now)?,
                Err(error) => note_failure(conn, &job, &error, now)?,
            }
            Ok(())
        };
        self.db.transaction(settle).await?;
        Ok(true)
    }

    async fn perform(&self, job: &Job) -> Result<Step, JobError> {
        match (job.kind.as_str(), &self.wrapper) {
            (jobs::WRAP_PASSWORDS, Some(wrapper)) => wrap_passwords::step(wrapper, &self.db, job).await,
            _ => Err(JobError::UnknownKind),
        }
    }
}

fn note_failure(conn: &mut PgConnection, job: &Job, error: &JobError, now: DateTime<Utc>) -> diesel::QueryResult<()> {
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
