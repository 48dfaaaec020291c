//! What the old systems held. Reading only: the import writes these tables; accounts that are registered here stand among them.

mod accounts;
mod applications;
mod certificates;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::Text;

pub use accounts::{AccountRow, Registered};
pub use applications::LegacyApplication;
pub use certificates::Certificate;

/// The old systems that anything was imported from, in the order in which pages name them.
pub fn systems(conn: &mut PgConnection) -> QueryResult<Vec<String>> {
    Systems.load(conn)
}

/// A few names among millions of rows: each is found by one step along the unique index.
const SYSTEMS: &str = "WITH RECURSIVE step(system) AS (
    SELECT min(system) FROM legacy_accounts
    UNION SELECT (SELECT min(system) FROM legacy_accounts WHERE system > step.system) FROM step WHERE step.system IS NOT NULL
  ), other(system) AS (
    SELECT min(system) FROM legacy_certificates
    UNION SELECT (SELECT min(system) FROM legacy_certificates WHERE system > other.system) FROM other WHERE other.system IS NOT NULL
  )
  SELECT system FROM step WHERE system <> 'registered' UNION SELECT system FROM other WHERE system IS NOT NULL ORDER BY system DESC";

/// A statement that diesel cannot put together, prepared like every other one.
#[derive(QueryId)]
struct Systems;

impl Query for Systems {
    type SqlType = Text;
}

impl QueryFragment<Pg> for Systems {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(SYSTEMS);
        Ok(())
    }
}

impl RunQueryDsl<PgConnection> for Systems {}
