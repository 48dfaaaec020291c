//! Retry with backoff of steps that failed.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;

use super::step::JobError;
use crate::db::jobs::{self, Job};

pub(super) fn note_failure(
    conn: &mut PgConnection,
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
