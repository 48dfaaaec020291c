//! Whether a pooler stands between that gives each transaction another connection: PgBouncer with `pool_mode = transaction`.
//!
//! The pooler cannot be queried: statements reach PostgreSQL. Its behaviour shows it. Connections that are open at the
//! same time are different backends, and stay so; behind a pooler in transaction mode they share and change them.

use diesel::sql_types::Integer;
use diesel::{Connection, PgConnection, QueryResult, QueryableByName, RunQueryDsl};
use sso::Finding;
use std::collections::BTreeSet;

use super::finding::problem;
use crate::config::DatabaseConfig;
use crate::db::migrate;

/// Connections besides the first, and queries on each: a pooler may take its own in turn.
const CONNECTIONS: usize = 3;
const ROUNDS: usize = 3;

#[derive(QueryableByName)]
struct Backend {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

pub(super) fn examine(conn: &mut PgConnection, database: &DatabaseConfig) -> Option<Finding> {
    let mut others = Vec::new();
    for _ in 0..CONNECTIONS {
        // A connection that fails says nothing of a pooler.
        others.extend(migrate::connect(&database.url).ok());
    }
    let mut all: Vec<&mut PgConnection> = std::iter::once(conn).chain(&mut others).collect();
    let mut seen = vec![BTreeSet::new(); all.len()];
    for _ in 0..ROUNDS {
        for (conn, pids) in all.iter_mut().zip(&mut seen) {
            pids.extend(backend(conn).ok());
        }
    }
    shares(&seen).then(|| {
        problem(
            "database.pooler",
            "a connection pooler in transaction mode stands before PostgreSQL (PgBouncer with pool_mode = transaction): settings, \
             advisory locks and prepared statements get lost between transactions"
                .into(),
            "let database.url (and database.owner_url) lead to PostgreSQL itself, or give this database pool_mode = session in \
             pgbouncer.ini; this program pools its connections by itself (database.pool_size)",
        )
    })
}

/// In a transaction: outside of one a pooler may send a statement and its parameters to different backends.
fn backend(conn: &mut PgConnection) -> QueryResult<i32> {
    conn.transaction(|conn| {
        diesel::sql_query("SELECT pg_backend_pid() AS pid").get_result(conn).map(|backend: Backend| backend.pid)
    })
}

/// Whether a connection had several backends, or two had one together.
fn shares(seen: &[BTreeSet<i32>]) -> bool {
    let all: usize = seen.iter().map(BTreeSet::len).sum();
    let different = seen.iter().flatten().collect::<BTreeSet<_>>().len();
    seen.iter().any(|pids| pids.len() > 1) || different < all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_of_their_own_keep_one_backend_each() {
        let seen =
            |pids: &[&[i32]]| pids.iter().map(|pids| pids.iter().copied().collect()).collect::<Vec<BTreeSet<i32>>>();
        assert!(!shares(&seen(&[&[1], &[2], &[3]])));
        assert!(!shares(&seen(&[&[1]])));
        assert!(!shares(&seen(&[&[], &[2]])), "one that does not answer");
        assert!(shares(&seen(&[&[1], &[1], &[1]])), "all took the one that was free");
        assert!(shares(&seen(&[&[1, 4], &[2, 5]])), "each took the next one");
    }
}
