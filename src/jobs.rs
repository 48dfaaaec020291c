//! Work done later, queued in PostgreSQL in the transaction of what it follows.
//!
//! A job runs in steps of about a second. No lock is held on it meanwhile: a worker that dies loses its step and nothing else, and several
//! servers may run one job, so each kind of step must be idempotent. A step that fails is retried with backoff.

mod outbox;
mod retry;
mod step;
mod wrap_passwords;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use std::future::Future;
use std::num::NonZero;
use std::time::Duration;

use crate::app::wrapping::Wrapper;
use crate::db::jobs::{self, Job};
use crate::db::{Db, DbError};
use crate::vault::Vault;
pub use outbox::send_notices;
use retry::note_failure;
use step::{JobError, Step};

const POLL: Duration = Duration::from_secs(5);

/// The pause while other workers do what is left.
const OTHERS: TimeDelta = TimeDelta::seconds(2);

/// Runs jobs, one at a time.
#[derive(Clone, Debug)]
pub struct Runner {
    db: Db,
    wrapper: Option<Wrapper>,
}

impl Runner {
    /// Old passwords are wrapped on as many cores at once; with 0 their jobs wait for another worker.
    pub fn new(db: Db, vault: Vault, wrap_cores: usize) -> Self {
        let wrapper = NonZero::new(wrap_cores).map(|cores| Wrapper::new(db.clone(), vault, cores));
        Self { db, wrapper }
    }

    /// Runs until `shutdown` is ready; the present step is finished first.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        tokio::pin!(shutdown);
        loop {
            let idle = match self.step(Utc::now()).await {
                Ok(found) => !found,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "jobs cannot be run");
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

    /// Runs all jobs that are due at `now`; returns the number of steps.
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
