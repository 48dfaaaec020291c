//! The batches that were imported, what each reported, and what the database holds of it now.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use serde_json::Value;

use super::rollback::SIDES;
use super::schema::import_batches;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = import_batches)]
pub struct Batch {
    pub name: String,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    /// Of its last complete run.
    pub report: Option<Value>,
    pub rolled_back_at: Option<DateTime<Utc>>,
}

/// A batch by its name.
pub fn find(conn: &mut PgConnection, name: &str) -> QueryResult<Option<Batch>> {
    import_batches::table.find(name).select(Batch::as_select()).first(conn).optional()
}

/// The names of the newest batches.
pub fn newest(conn: &mut PgConnection, limit: i64) -> QueryResult<Vec<String>> {
    import_batches::table
        .order((import_batches::started_at.desc(), import_batches::name))
        .limit(limit)
        .select(import_batches::name)
        .load(conn)
}

/// Keeps the report of a run that is complete.
pub fn store_report(conn: &mut PgConnection, name: &str, report: &Value) -> QueryResult<()> {
    diesel::update(import_batches::table.find(name)).set(import_batches::report.eq(report)).execute(conn).map(|_| ())
}

/// Rows of one system and kind that a batch wrote.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Written {
    /// Empty for exams.
    #[diesel(sql_type = Text)]
    pub system: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// That are as it wrote them.
    #[diesel(sql_type = BigInt)]
    pub standing: i64,
    /// That a later batch wrote again.
    #[diesel(sql_type = BigInt)]
    pub replaced: i64,
}

/// What the tables hold of a batch: a look at every row, which may take minutes.
pub fn written(conn: &mut PgConnection, batch: &str) -> QueryResult<Vec<Written>> {
    sql_query("SET LOCAL statement_timeout = 0").execute(conn)?;
    let mut all = Vec::new();
    for side in &SIDES {
        all.extend(sql_query(side.written()).bind::<Text, _>(batch).load::<Written>(conn)?);
    }
    Ok(all)
}

/// The accounts that a batch wrote, as they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, QueryableByName)]
pub struct Accounts {
    #[diesel(sql_type = BigInt)]
    pub all: i64,
    /// With a person that has them.
    #[diesel(sql_type = BigInt)]
    pub linked: i64,
    /// Whose old hash is still to be wrapped.
    #[diesel(sql_type = BigInt)]
    pub unwrapped: i64,
}

/// What has become of the accounts of a batch.
pub fn accounts(conn: &mut PgConnection, batch: &str) -> QueryResult<Accounts> {
    sql_query(
        "SELECT count(*) AS \"all\", count(l.id) AS linked,
                count(*) FILTER (WHERE password_sealed IS NOT NULL AND password_scheme NOT LIKE '%bcrypt%') AS unwrapped
         FROM legacy_accounts a LEFT JOIN links l ON l.account_id = a.id AND l.undone_at IS NULL AND l.door = 'portal' WHERE a.batch = $1",
    )
    .bind::<Text, _>(batch)
    .get_result(conn)
}
