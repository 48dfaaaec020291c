//! What one step of a job leads to, and why a step fails.

use serde_json::Value;

use crate::db::DbError;

#[derive(Debug)]
pub(super) enum Step {
    /// The job is done, and removed by the step.
    Done,
    /// More is to be done, with this payload.
    Again(Value),
    /// Other workers do what is left; again a little later, with this payload.
    Later(Value),
    /// The rest failed; a retry with backoff, with this payload.
    Failed(JobError, Value),
}

/// Why a step failed. The text is stored: it holds no personal data.
#[derive(Debug, thiserror::Error)]
pub(super) enum JobError {
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
