//! Changed rows: staged by COPY, their former content kept, then merged, each in one statement whatever the number of rows.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Text, Timestamptz};

/// How the rows of one kind are merged. The names come from this program, never from a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Merge {
    /// The word of `legacy_former_rows.kind`.
    pub kind: &'static str,
    pub table: &'static str,
    pub staged: &'static str,
    /// With `system` it names a row.
    pub key: &'static str,
    /// What is replaced.
    pub columns: &'static [&'static str],
}

impl Merge {
    /// Makes the staging table, which is this connection's own and empty at the start of each transaction.
    pub(super) fn stage(&self, conn: &mut PgConnection) -> QueryResult<()> {
        let Self { table, staged, .. } = self;
        // Asked first: IF NOT EXISTS alone says so in the server's log, batch after batch.
        let there: Option<String> = diesel::select(
            diesel::dsl::sql::<diesel::sql_types::Nullable<Text>>("to_regclass(")
                .bind::<Text, _>(format!("pg_temp.{staged}"))
                .sql(")::text"),
        )
        .get_result(conn)?;
        if there.is_none() {
            sql_query(format!("CREATE TEMPORARY TABLE {staged} (LIKE {table}) ON COMMIT DELETE ROWS")).execute(conn)?;
        }
        Ok(())
    }

    /// Keeps what the staged rows replace, and replaces it. Rows are locked in the order of their keys, so that two that do so wait for one another.
    pub(super) fn merge(&self, conn: &mut PgConnection, batch: &str, now: DateTime<Utc>) -> QueryResult<()> {
        let Self { kind, table, staged, key, columns } = self;
        sql_query(format!(
            "INSERT INTO legacy_former_rows (batch, kind, system, key, former, replaced_at)
             SELECT $1, '{kind}', t.system, t.{key}, to_jsonb(t), $2 FROM
             (SELECT t.* FROM {table} t JOIN {staged} s ON s.system = t.system AND s.{key} = t.{key}
              ORDER BY t.system, t.{key} FOR NO KEY UPDATE OF t) t"
        ))
        .bind::<Text, _>(batch)
        .bind::<Timestamptz, _>(now)
        .execute(conn)?;
        let set: Vec<String> = columns.iter().map(|column| format!("{column} = s.{column}")).collect();
        sql_query(format!(
            "UPDATE {table} t SET {} FROM {staged} s WHERE s.system = t.system AND s.{key} = t.{key}",
            set.join(", ")
        ))
        .execute(conn)
        .map(|_| ())
    }
}
