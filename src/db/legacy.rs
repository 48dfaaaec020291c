//! What the old systems held. Reading only: the import writes these tables, nothing else does.

mod accounts;
mod applications;
mod certificates;

use diesel::prelude::*;
use diesel::sql_types::Text;

pub use accounts::AccountRow;
pub use applications::LegacyApplication;
pub use certificates::Certificate;

/// The old systems that anything was imported from.
pub fn systems(conn: &mut PgConnection) -> QueryResult<Vec<String>> {
    // A few names among millions of rows: each is found by one step along the unique index.
    diesel::sql_query(
        "WITH RECURSIVE step(system) AS (
           SELECT min(system) FROM legacy_accounts
           UNION SELECT (SELECT min(system) FROM legacy_accounts WHERE system > step.system) FROM step WHERE step.system IS NOT NULL
         ), other(system) AS (
           SELECT min(system) FROM legacy_certificates
           UNION SELECT (SELECT min(system) FROM legacy_certificates WHERE system > other.system) FROM other
             WHERE other.system IS NOT NULL
         )
         SELECT system FROM step WHERE system IS NOT NULL UNION SELECT system FROM other WHERE system IS NOT NULL ORDER BY system DESC",
    )
    .load::<System>(conn)
    .map(|rows| rows.into_iter().map(|row| row.system).collect())
}

#[derive(QueryableByName)]
struct System {
    #[diesel(sql_type = Text)]
    system: String,
}
