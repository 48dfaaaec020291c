//! Functions of PostgreSQL that diesel has no word for.

use diesel::prelude::*;
use diesel::query_builder::QueryId;
use diesel::sql_types::{Array, BigInt, SingleValue, SqlType};

/// What a function gives that is called for what it does.
#[derive(Clone, Copy, Debug, SqlType, QueryId)]
#[diesel(postgres_type(name = "void", schema = "pg_catalog"))]
pub struct Void;

diesel::define_sql_function! {
    /// `column = ANY($1)`, written `column.eq(any(values))`: what diesel's `eq_any` sends for a list of values. diesel writes the text of a
    /// statement with `eq_any` each time to look up whether it is prepared; one with `any` it knows by its type.
    #[sql_name = "ANY"]
    fn any<ST: SingleValue>(values: Array<ST>) -> ST;
}

diesel::define_sql_function! {
    fn pg_advisory_xact_lock(key: BigInt) -> Void;
}

/// Waits for an advisory lock, and holds it until the end of the transaction.
pub(super) fn advisory_lock(conn: &mut PgConnection, key: i64) -> QueryResult<()> {
    diesel::select(pg_advisory_xact_lock(key)).execute(conn).map(|_| ())
}
