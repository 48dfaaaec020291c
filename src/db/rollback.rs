//! Taking a batch back: set by set, never row by row.
//!
//! The plan stands in a temporary table that goes with the transaction: each row that the batch wrote last, what it replaced there, and
//! why it stays, if it does. [`plan`] makes it, [`apply`] carries it out.

pub mod apply;
pub mod plan;

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

/// One of the tables that the import writes; `t` is its row, `u` the plan's.
#[derive(Debug)]
pub struct Side {
    /// The word in manifests and reports.
    pub kind: &'static str,
    table: &'static str,
    /// What names the row, as `legacy_former_rows` does.
    system: &'static str,
    key: &'static str,
    id: &'static str,
    /// When the batch wrote it, as far as that is known.
    since: &'static str,
    /// In this order rows are locked.
    order: &'static str,
    /// Whether `t` is the row of `u`.
    same: &'static str,
}

impl Side {
    /// The query for [`Written`](super::import_batches::Written).
    pub(super) fn written(&self) -> String {
        let Self { kind, table, system, key, .. } = self;
        format!(
            "SELECT system, '{kind}' AS kind, sum(standing)::bigint AS standing, sum(replaced)::bigint AS replaced FROM (
                 SELECT {system} AS system, count(*) AS standing, 0 AS replaced FROM {table} t WHERE batch = $1 GROUP BY 1
                 UNION ALL
                 SELECT f.system, 0, count(DISTINCT f.key) FROM legacy_former_rows f
                 WHERE f.kind = '{kind}' AND f.batch <> $1 AND f.former ->> 'batch' = $1
                 AND NOT EXISTS (SELECT FROM {table} t WHERE t.batch = $1 AND {system} = f.system AND {key} = f.key)
                 GROUP BY 1
             ) AS counted GROUP BY system ORDER BY system"
        )
    }
}

const fn of_a_system(kind: &'static str, table: &'static str) -> Side {
    Side {
        kind,
        table,
        system: "t.system",
        key: "t.key",
        id: "t.id",
        since: "t.imported_at",
        order: "t.id",
        same: "t.id = u.row_id",
    }
}

/// In the order of manifests' kinds.
pub const SIDES: [Side; 5] = [
    Side {
        kind: "exams",
        table: "exam_combinations",
        system: "''",
        key: "concat_ws(E'\\x1f', t.exam_code, t.year, t.level, t.specialty)",
        id: "NULL::uuid",
        since: "(SELECT started_at FROM import_batches WHERE name = $1)",
        order: "t.exam_code, t.year, t.level, t.specialty",
        same: "concat_ws(E'\\x1f', t.exam_code, t.year, t.level, t.specialty) = u.key",
    },
    of_a_system("accounts", "legacy_accounts"),
    of_a_system("certificates", "legacy_certificates"),
    of_a_system("applications", "legacy_applications"),
    Side {
        kind: "photos",
        table: "legacy_photos",
        system: "t.system",
        key: "t.application_key",
        id: "NULL::uuid",
        since: "t.imported_at",
        order: "t.system, t.application_key",
        same: "t.system = u.system AND t.application_key = u.key",
    },
];

/// Rows of one system and kind, by what becomes of them.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Sum {
    #[diesel(sql_type = Text)]
    pub system: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = BigInt)]
    pub removed: i64,
    #[diesel(sql_type = BigInt)]
    pub restored: i64,
    #[diesel(sql_type = BigInt)]
    pub kept: i64,
}

/// A row that stays.
#[derive(Clone, Debug, QueryableByName)]
pub struct KeptRow {
    #[diesel(sql_type = Text)]
    pub system: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    pub key: String,
    #[diesel(sql_type = Text)]
    pub reason: String,
}

/// In the order of [`SIDES`].
const BY_KIND: &str = "array_position(ARRAY['exams', 'accounts', 'certificates', 'applications', 'photos'], kind)";

/// What the plan comes to.
pub fn sums(conn: &mut PgConnection) -> QueryResult<Vec<Sum>> {
    sql_query(format!(
        "SELECT system, kind, count(*) FILTER (WHERE reason IS NULL AND former_id IS NULL) AS removed,
                count(*) FILTER (WHERE reason IS NULL AND former_id IS NOT NULL) AS restored,
                count(reason) AS kept
         FROM bz_rollback GROUP BY system, kind ORDER BY system, {BY_KIND}"
    ))
    .load(conn)
}

/// Tells every row that stays, one after the other: there may be millions.
pub fn each_kept<E: From<diesel::result::Error>>(
    conn: &mut PgConnection,
    mut tell: impl FnMut(KeptRow) -> Result<(), E>,
) -> Result<(), E> {
    use diesel::pg::PgRowByRowLoadingMode;
    let query = format!(
        "SELECT system, kind, key, reason FROM bz_rollback WHERE reason IS NOT NULL
         ORDER BY system COLLATE \"C\", {BY_KIND}, key COLLATE \"C\""
    );
    let rows = RunQueryDsl::load_iter::<KeptRow, PgRowByRowLoadingMode>(sql_query(query), conn)?;
    for row in rows {
        tell(row?)?;
    }
    Ok(())
}
