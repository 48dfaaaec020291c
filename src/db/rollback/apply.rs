//! Carries a plan out.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use super::{SIDES, Side};
use crate::db::jobs::{self, WRAP_PASSWORDS};
use crate::db::schema::{import_batches, import_sources};

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Takes away what followed from the rows by itself: what sign-ins found, and questions that are still open about the change.
pub fn remove_followers(conn: &mut PgConnection) -> QueryResult<()> {
    sql_query(
        "DELETE FROM open_findings f USING bz_rollback u
         WHERE u.kind = 'accounts' AND u.reason IS NULL AND u.former_id IS NULL AND f.account_id = u.row_id",
    )
    .execute(conn)?;
    sql_query(
        "DELETE FROM review_tasks r USING bz_rollback u
         WHERE u.kind = 'applications' AND u.reason IS NULL AND r.legacy_application_id = u.row_id
         AND r.kind = 'application_changed' AND r.status = 'open' AND r.created_at >= u.since",
    )
    .execute(conn)
    .map(|_| ())
}

/// Puts back, in one table, what the batch replaced, every column of it.
pub fn restore(conn: &mut PgConnection, side: &Side) -> QueryResult<()> {
    let Side { kind, table, same, .. } = side;
    let columns = columns(conn, table)?;
    let (set, of_former) = (columns.join(", "), columns.iter().map(|name| format!("r.{name}")).collect::<Vec<_>>());
    sql_query(format!(
        "UPDATE {table} t SET ({set}) = (SELECT {} FROM jsonb_populate_record(t, f.former) r)
         FROM bz_rollback u JOIN legacy_former_rows f ON f.id = u.former_id
         WHERE u.kind = '{kind}' AND u.reason IS NULL AND {same}",
        of_former.join(", ")
    ))
    .execute(conn)
    .map(|_| ())
}

/// All but the id, which a row keeps as long as it lives.
fn columns(conn: &mut PgConnection, table: &str) -> QueryResult<Vec<String>> {
    let columns: Vec<Named> = sql_query(
        "SELECT quote_ident(attname) AS name FROM pg_attribute
         WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped AND attname <> 'id' ORDER BY attnum",
    )
    .bind::<Text, _>(table)
    .load(conn)?;
    Ok(columns.into_iter().map(|column| column.name).collect())
}

/// Removes, from one table, what the batch brought.
pub fn remove(conn: &mut PgConnection, side: &Side) -> QueryResult<()> {
    let Side { kind, table, same, .. } = side;
    sql_query(format!(
        "DELETE FROM {table} t USING bz_rollback u
         WHERE u.kind = '{kind}' AND u.reason IS NULL AND u.former_id IS NULL AND {same}"
    ))
    .execute(conn)
    .map(|_| ())
}

/// Forgets what was put back, and what the batch replaced of its own after that. What it replaced before another batch came between
/// stands below that one's row, and stays; so does what rows hide that stay.
pub fn forget_formers(conn: &mut PgConnection, batch: &str) -> QueryResult<()> {
    sql_query(
        "DELETE FROM legacy_former_rows f USING bz_rollback u
         WHERE f.batch = $1 AND f.kind = u.kind AND f.system = u.system AND f.key = u.key
         AND u.reason IS NULL AND (u.former_id IS NULL OR f.id >= u.former_id)",
    )
    .bind::<Text, _>(batch)
    .execute(conn)
    .map(|_| ())
}

/// Names exams by the newest of the combinations that are left (see the import's catalogue), and takes away those that none is left of.
pub fn settle_exams(conn: &mut PgConnection) -> QueryResult<()> {
    const TOUCHED: &str =
        "SELECT split_part(key, E'\\x1f', 1) FROM bz_rollback WHERE kind = 'exams' AND reason IS NULL";
    sql_query(format!(
        "UPDATE exams e SET name = n.name FROM (
             SELECT DISTINCT ON (exam_code) exam_code, name FROM exam_combinations WHERE exam_code IN ({TOUCHED})
             ORDER BY exam_code, greatest(year, 0) DESC, name COLLATE \"C\" DESC
         ) n WHERE e.code = n.exam_code AND e.name <> n.name"
    ))
    .execute(conn)?;
    sql_query(format!(
        "DELETE FROM exams e WHERE e.code IN ({TOUCHED})
         AND NOT EXISTS (SELECT FROM exam_combinations c WHERE c.exam_code = e.code)"
    ))
    .execute(conn)
    .map(|_| ())
}

/// A sealed hash of a batch has a job of that batch, also one that was put back; and no job stands for a batch without such a hash.
/// No job of the kind can have ended meanwhile.
pub fn settle_jobs(conn: &mut PgConnection, batch: &str, now: DateTime<Utc>) -> QueryResult<()> {
    let restored: Vec<Named> = sql_query(
        "SELECT DISTINCT a.batch AS name FROM bz_rollback u JOIN legacy_accounts a ON a.id = u.row_id
         WHERE u.kind = 'accounts' AND u.reason IS NULL AND u.former_id IS NOT NULL
         AND a.password_sealed IS NOT NULL AND a.password_scheme NOT LIKE '%bcrypt%' ORDER BY 1",
    )
    .load(conn)?;
    for of in restored {
        jobs::ensure(conn, WRAP_PASSWORDS, &of.name, now)?;
    }
    sql_query(
        "DELETE FROM jobs WHERE kind = $1 AND payload ->> 'batch' = $2 AND NOT EXISTS (
             SELECT FROM legacy_accounts WHERE batch = $2 AND password_sealed IS NOT NULL AND password_scheme NOT LIKE '%bcrypt%')",
    )
    .bind::<Text, _>(WRAP_PASSWORDS)
    .bind::<Text, _>(batch)
    .execute(conn)
    .map(|_| ())
}

/// Notes that the batch is taken back, so that it begins from the start when it is run again.
pub fn finish(conn: &mut PgConnection, batch: &str, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::delete(import_sources::table.filter(import_sources::batch.eq(batch))).execute(conn)?;
    diesel::update(import_batches::table.find(batch))
        .set(import_batches::rolled_back_at.eq(now))
        .execute(conn)
        .map(|_| ())
}

/// Every table: put back first, then remove, an exam's combinations before the exam.
pub fn sides() -> impl Iterator<Item = &'static Side> {
    // Photos, applications, certificates, accounts, exams: what points to something before what it points to.
    SIDES.iter().rev()
}
