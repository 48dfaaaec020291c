//! Wraps old password hashes, whatever batch they came with, until a whole walk finds nothing to do. Several servers at one job, and
//! `buzheng import wrap` beside them, claim different hashes.

use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{JobError, Step};
use crate::app::wrapping::{self, Walk, Wrapper};
use crate::db::jobs::Job;
use crate::db::{Db, DbError};

#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    /// The import that queued it.
    batch: String,
    #[serde(flatten)]
    walk: Walk,
}

impl Payload {
    fn with(&self, walk: Walk) -> Result<Value, JobError> {
        let payload = Self { batch: self.batch.clone(), walk };
        serde_json::to_value(payload).map_err(|_| JobError::Payload)
    }
}

pub(super) async fn step(wrapper: &Wrapper, db: &Db, job: &Job) -> Result<Step, JobError> {
    let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(|_| JobError::Payload)?;
    let (walk, wrapper) = (payload.walk, wrapper.clone());
    let next = db.transaction(move |conn| wrapper.advance(conn, walk, &ProgressBar::hidden())).await?;
    if let Some(next) = next {
        return Ok(Step::Again(payload.with(next)?));
    }
    let settled = db.transaction::<_, DbError, _>(|conn| Ok(wrapping::settle(conn)?)).await?;
    if settled.ended.contains(&job.id) {
        tracing::info!("all old password hashes are wrapped");
        return Ok(Step::Done);
    }
    let from_the_start = payload.with(Walk::default())?;
    Ok(match (walk.wrapped, walk.refused) {
        // An import writes just now, or others hash what is left.
        (0, 0) => Step::Later(from_the_start),
        (0, refused) if refused >= settled.left => Step::Failed(JobError::Sealed(refused), from_the_start),
        _ => Step::Again(from_the_start),
    })
}
