//! The batches that were imported, what each reported, and what the database holds of it now.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use serde_json::Value;

use super::schema::import_batches;

/// One batch.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = import_batches)]
#[allow(missing_docs)]
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
