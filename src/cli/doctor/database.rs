//! PostgreSQL: reachable, new enough, UTF-8, migrated, on time.

mod judge;

use chrono::Utc;
use diesel::Connection;
use diesel::pg::PgConnection;
use sso::Finding;
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::finding::{ok, problem};
use super::{keys, pooler};
use crate::config::Config;
use crate::db::{DbError, inspect, migrate, roles};
use judge::{audit, clock, encoding, schema, takes_writes, version};

/// Longer than a connection attempt may take.
const PATIENCE: Duration = Duration::from_secs(15);

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    let config = config.clone();
    match timeout(PATIENCE, spawn_blocking(move || examine_blocking(&config))).await {
        Ok(Ok(findings)) => findings,
        Ok(Err(error)) => vec![problem("database.connect", error.to_string(), "run doctor again; report this defect")],
        Err(_) => vec![problem(
            "database.connect",
            format!("the database did not answer within {} s", PATIENCE.as_secs()),
            "look at the database's load and at the network between it and this host",
        )],
    }
}

fn examine_blocking(config: &Config) -> Vec<Finding> {
    let mut conn = match migrate::connect(&config.database.url) {
        Ok(conn) => conn,
        Err(error) => return vec![problem("database.connect", error.to_string(), error.next_step())],
    };
    let pooler = pooler::examine(&mut conn, &config.database);
    let found = look(&mut conn, config).unwrap_or_else(|error| {
        vec![problem(
            "database.query",
            format!("the database refused: {}", cause(&error)),
            "let the database's user own its schema",
        )]
    });
    pooler.into_iter().chain(found).collect()
}

fn cause(error: &DbError) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

fn look(conn: &mut PgConnection, config: &Config) -> Result<Vec<Finding>, DbError> {
    let before = Utc::now();
    let server = inspect::server(conn)?;
    let after = Utc::now();
    let state = migrate::state(conn)?;
    let writes = conn.transaction(inspect::writes);
    let mut findings = vec![
        ok("database.connect", "the database answers".into()),
        takes_writes(writes),
        version(&server),
        encoding(&server),
        schema(&state),
        clock(server.now, before, after),
    ];
    if state.pending.is_empty() {
        findings.push(audit(roles::may_rewrite_audit(conn)?));
        findings.extend(keys::fit(conn, &config.vault.keys_file)?);
    }
    Ok(findings)
}
