//! The queue of work to be done later.
//!
//! A job is put in by the transaction whose work it follows. Its row is locked while a worker takes the last look and removes it: whoever
//! asks with [`ensure`] whether a job stands keeps it from that, so that no work falls between a job's last look and its removal.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use serde_json::Value;

use super::schema::jobs;
use crate::ids::JobId;

/// The kind of the job that wraps sealed password hashes; its payload is `{"batch": name}` and where the walk stands.
pub const WRAP_PASSWORDS: &str = "wrap_passwords";

/// A queued job.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct Job {
    pub id: JobId,
    pub kind: String,
    pub payload: Value,
    /// Steps that failed.
    pub attempts: i32,
}

/// Queues a job.
pub fn enqueue(conn: &mut PgConnection, kind: &str, payload: &Value, now: DateTime<Utc>) -> QueryResult<JobId> {
    let id = JobId::generate();
    diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(id),
            jobs::kind.eq(kind),
            jobs::payload.eq(payload),
            jobs::run_after.eq(now),
            jobs::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(id)
}

/// Queues a job unless one of this kind for this batch stands already, and keeps that one from ending before this transaction does.
/// Call it before the rows that the job is about are written: afterwards both sides could wait for one another.
pub fn ensure(conn: &mut PgConnection, kind: &str, batch: &str, now: DateTime<Utc>) -> QueryResult<()> {
    use diesel::dsl::sql;
    use diesel::sql_types::{Bool, Text};
    let standing: Vec<JobId> = jobs::table
        .filter(jobs::kind.eq(kind).and(sql::<Bool>("payload ->> 'batch' = ").bind::<Text, _>(batch)))
        .select(jobs::id)
        .for_key_share()
        .load(conn)?;
    if standing.is_empty() {
        enqueue(conn, kind, &serde_json::json!({ "batch": batch }), now)?;
    }
    Ok(())
}

/// The job that has been due longest. It is not locked: what a step does must be sound when another server does it too.
pub fn due(conn: &mut PgConnection, now: DateTime<Utc>, except: &[&str]) -> QueryResult<Option<Job>> {
    jobs::table
        .filter(jobs::run_after.le(now).and(jobs::kind.ne_all(except)))
        .order((jobs::run_after, jobs::id))
        .select(Job::as_select())
        .first(conn)
        .optional()
}

/// Locks the jobs of a kind for this transaction, but those that others keep from ending.
pub fn lock_all(conn: &mut PgConnection, kind: &str) -> QueryResult<Vec<JobId>> {
    jobs::table.filter(jobs::kind.eq(kind)).select(jobs::id).for_update().skip_locked().load(conn)
}

/// Removes a job that is done.
pub fn finish(conn: &mut PgConnection, id: JobId) -> QueryResult<()> {
    diesel::delete(jobs::table.find(id)).execute(conn).map(|_| ())
}

/// Keeps a job for its next step, due then; of those that are due the others have their turn first.
pub fn go_on(conn: &mut PgConnection, id: JobId, payload: &Value, run_after: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(jobs::table.find(id))
        .set((jobs::payload.eq(payload), jobs::run_after.eq(run_after)))
        .execute(conn)
        .map(|_| ())
}

/// Notes a failed step. `error` must hold no personal data.
pub fn fail(conn: &mut PgConnection, id: JobId, error: &str, run_after: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(jobs::table.find(id))
        .set((jobs::attempts.eq(jobs::attempts + 1), jobs::run_after.eq(run_after), jobs::last_error.eq(error)))
        .execute(conn)
        .map(|_| ())
}

/// How many jobs stand, and how many of them have failed and wait for another attempt.
pub fn counts(conn: &mut PgConnection) -> QueryResult<(i64, i64)> {
    let all = jobs::table.count().get_result(conn)?;
    let failed = jobs::table.filter(jobs::attempts.gt(0)).count().get_result(conn)?;
    Ok((all, failed))
}
