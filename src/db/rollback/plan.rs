//! What would become of each row of a batch.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use super::Side;
use crate::db::jobs::WRAP_PASSWORDS;

/// Readies the transaction for hours of work, if need be, and makes the plan's table.
pub fn begin(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute(
        "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '60s';
         DROP TABLE IF EXISTS pg_temp.bz_rollback, pg_temp.bz_rollback_formers;
         CREATE TEMP TABLE bz_rollback (
             kind text NOT NULL, system text NOT NULL, key text NOT NULL,
             row_id uuid, since timestamptz, former_id bigint, reason text
         ) ON COMMIT DROP;
         CREATE TEMP TABLE bz_rollback_formers (kind text, system text, key text, id bigint) ON COMMIT DROP",
    )
}

/// Keeps the jobs that wrap hashes from ending: whoever ends one has looked for the last time, and not at what is put back here.
pub fn keep_jobs(conn: &mut PgConnection) -> QueryResult<()> {
    sql_query("SELECT FROM jobs WHERE kind = $1 ORDER BY id FOR KEY SHARE")
        .bind::<Text, _>(WRAP_PASSWORDS)
        .execute(conn)
        .map(|_| ())
}

/// Finds, for each row that the batch replaced, what stood there when it did so last. What it replaced of its own is passed over.
pub fn find_formers(conn: &mut PgConnection, batch: &str) -> QueryResult<()> {
    sql_query(
        "INSERT INTO bz_rollback_formers
         SELECT kind, system, key, max(id) FROM legacy_former_rows
         WHERE batch = $1 AND former ->> 'batch' <> $1 GROUP BY kind, system, key",
    )
    .bind::<Text, _>(batch)
    .execute(conn)?;
    conn.batch_execute("ANALYZE bz_rollback_formers")
}

/// Notes every row of one table that the batch wrote last. Locked rows stay as they are until the end of the transaction: whoever ties
/// something to one has done so already, or waits.
pub fn find_rows(conn: &mut PgConnection, batch: &str, side: &Side, locking: bool) -> QueryResult<()> {
    let Side { kind, table, system, key, id, since, order, .. } = side;
    let lock = if locking { "FOR UPDATE OF t" } else { "" };
    sql_query(format!(
        "INSERT INTO bz_rollback (kind, system, key, row_id, since, former_id)
         SELECT '{kind}', {system}, {key}, {id}, {since}, f.id
         FROM {table} t LEFT JOIN bz_rollback_formers f ON f.kind = '{kind}' AND f.system = {system} AND f.key = {key}
         WHERE t.batch = $1 ORDER BY {order} {lock}"
    ))
    .bind::<Text, _>(batch)
    .execute(conn)
    .map(|_| ())
}

/// Notes the rows of the batch that a later one wrote again.
pub fn find_later(conn: &mut PgConnection, batch: &str) -> QueryResult<()> {
    conn.batch_execute("ANALYZE bz_rollback")?;
    sql_query(
        "INSERT INTO bz_rollback (kind, system, key, reason)
         SELECT DISTINCT f.kind, f.system, f.key, 'later_batch' FROM legacy_former_rows f
         WHERE f.batch <> $1 AND f.former ->> 'batch' = $1 AND NOT EXISTS (
             SELECT FROM bz_rollback u WHERE u.kind = f.kind AND u.system = f.system AND u.key = f.key)",
    )
    .bind::<Text, _>(batch)
    .execute(conn)
    .map(|_| ())
}

/// What people do with an application, last.
const WORKED: &str = "greatest(p.submitted_at, p.updated_at, p.detached_at)";

/// Why a row stays: its kind, the reason, and what there must be.
type Why = (&'static str, &'static str, String);

/// Of what the batch only replaced, work that is older than that counts for nothing.
const SINCE: &str = "(u.former_id IS NULL OR";

fn tied() -> [Why; 6] {
    let through_alias = "SELECT FROM aliases a JOIN links l ON l.id = a.link_id
         WHERE l.account_id = u.row_id AND greatest(a.created_at, a.ended_at) >= u.since";
    let of = |tie: &str, at: &str| format!("SELECT FROM {tie} = u.row_id AND {SINCE} {at} >= u.since)");
    let link = of("links l WHERE l.account_id", "greatest(l.linked_at, l.frozen_at, l.undone_at)");
    let chosen = of("account_credentials c WHERE c.account_id", "greatest(c.password_set_at, c.email_confirmed_at)");
    let task = of("review_tasks r WHERE r.account_id", "greatest(r.created_at, r.decided_at)");
    [
        ("accounts", "linked", link),
        ("accounts", "linked", through_alias.to_owned()),
        ("accounts", "linked", chosen),
        ("accounts", "asked", task),
        ("certificates", "applied", of("applications p WHERE p.certificate_id", WORKED)),
        ("applications", "edited", of("applications p WHERE p.legacy_application_id", WORKED)),
    ]
}

/// What goes with those.
fn drawn_along() -> [Why; 7] {
    let edited =
        |join: &str| format!("SELECT FROM bz_rollback v {join} WHERE v.kind = 'applications' AND v.reason = 'edited'");
    let account = edited("JOIN legacy_applications t ON t.id = v.row_id");
    // Of exams only the time of the batch's last beginning is known, which may be after any work on what an earlier one brought.
    let applied = format!(
        "SELECT FROM applications p WHERE p.exam_code = {EXAM_CODE} AND {SINCE} greatest(p.submitted_at, p.updated_at) >= u.since)"
    );
    [
        ("accounts", "edited", account + " AND t.system = u.system AND t.account_key = u.key"),
        ("accounts", "edited", worked_on("t.account_key")),
        ("photos", "edited", edited("") + " AND v.system = u.system AND v.key = u.key"),
        ("photos", "edited", worked_on("t.key")),
        ("exams", "applied", applied),
        ("exams", "needed", needed("certificates")),
        ("exams", "needed", needed("applications")),
    ]
}

/// The exam of the plan's row.
const EXAM_CODE: &str = "split_part(u.key, E'\\x1f', 1)";

/// A row of the batch that stays is of the exam that the batch brought.
fn needed(kind: &str) -> String {
    format!(
        "SELECT FROM bz_rollback v JOIN legacy_{kind} t ON t.system = v.system AND t.key = v.key
         WHERE v.kind = '{kind}' AND v.reason IS NOT NULL AND u.former_id IS NULL AND t.exam_code = {EXAM_CODE}"
    )
}

/// An old application of any batch, worked on since.
fn worked_on(key: &str) -> String {
    format!(
        "SELECT FROM applications p JOIN legacy_applications t ON t.id = p.legacy_application_id
         WHERE t.system = u.system AND {key} = u.key AND {WORKED} >= u.since"
    )
}

/// Notes which rows people have since built on.
pub fn find_reasons(conn: &mut PgConnection) -> QueryResult<()> {
    for (kind, reason, there) in tied().into_iter().chain(drawn_along()) {
        sql_query(format!(
            "UPDATE bz_rollback u SET reason = '{reason}' WHERE u.kind = '{kind}' AND u.reason IS NULL AND EXISTS ({there})"
        ))
        .execute(conn)?;
    }
    conn.batch_execute("ANALYZE bz_rollback")
}
