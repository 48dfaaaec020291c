//! PostgreSQL: reachable, new enough, UTF-8, migrated, on time.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::{Connection, QueryResult};
use sso::Finding;
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::{keys, ok, pooler, problem, warning};
use crate::config::Config;
use crate::db::inspect::{self, Server, Writes};
use crate::db::{DbError, migrate, roles};

/// As `server_version_num` counts.
const OLDEST_VERSION: i32 = 150_000;

/// Longer than a connection attempt may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Expiry times are written by this host and compared by the database.
const CLOCK_TOLERANCE_SECONDS: i64 = 5;

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

fn takes_writes(writes: QueryResult<Writes>) -> Finding {
    let (instead, next_step) = match writes {
        Ok(Writes::Taken) => return ok("database.writes", "the database takes writes".into()),
        Ok(Writes::Standby) => (
            "it is a standby".to_owned(),
            "let database.url lead to the primary; with several hosts add target_session_attrs=read-write",
        ),
        Ok(Writes::ReadOnly) => (
            "it is read-only".to_owned(),
            "set default_transaction_read_only to off, or let database.url lead to the primary",
        ),
        Err(error) => {
            (error.to_string(), "make room on the disk of the database; docs/operations.md says what is safe to remove")
        }
    };
    problem("database.writes", format!("the database takes no writes: {instead}"), next_step)
}

fn version(server: &Server) -> Finding {
    let text = &server.version_text;
    if server.version < OLDEST_VERSION {
        problem("database.version", format!("PostgreSQL {text} is too old"), "upgrade it to version 15 or newer")
    } else {
        ok("database.version", format!("PostgreSQL {text}"))
    }
}

fn encoding(server: &Server) -> Finding {
    match server.encoding.as_str() {
        "UTF8" => ok("database.encoding", "UTF8".into()),
        other => problem(
            "database.encoding",
            format!("the database's encoding is {other}, which cannot hold every name"),
            "create the database with ENCODING 'UTF8' and load its data again",
        ),
    }
}

fn schema(state: &migrate::SchemaState) -> Finding {
    if !state.unknown.is_empty() {
        let list = state.unknown.join(", ");
        warning("database.schema", format!("made by a newer buzheng: {list}"), "use that version, or restore a backup")
    } else if !state.pending.is_empty() {
        let message = format!("{} migrations are pending", state.pending.len());
        problem("database.schema", message, "run `buzheng schema migrate`")
    } else {
        ok("database.schema", format!("all {} migrations are applied", state.applied.len()))
    }
}

fn audit(may_rewrite: bool) -> Finding {
    if may_rewrite {
        warning(
            "database.audit",
            "the database's user may change the audit log (a superuser, or one who was given it)".into(),
            "give database.url a plain role; docs/operations.md tells how to make one",
        )
    } else {
        ok("database.audit", "the database's user can add to the audit log and not change it".into())
    }
}

/// How far the database's clock lies outside the time in which it was asked.
fn clock(theirs: DateTime<Utc>, before: DateTime<Utc>, after: DateTime<Utc>) -> Finding {
    let apart = if theirs < before { before - theirs } else { (theirs - after).max(chrono::TimeDelta::zero()) };
    let seconds = apart.num_seconds();
    if seconds > CLOCK_TOLERANCE_SECONDS {
        warning(
            "clock.database",
            format!("the database's clock and this host's are {seconds} s apart"),
            "synchronise both clocks (chrony or systemd-timesyncd)",
        )
    } else {
        ok("clock.database", format!("the database's clock and this host's are {seconds} s apart"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use sso::Severity;

    fn clock_off_by(offset: TimeDelta) -> Severity {
        let before = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        clock(before + offset, before, before + TimeDelta::seconds(1)).severity
    }

    #[test]
    fn a_clock_ahead_or_behind_is_a_warning() {
        assert_eq!(clock_off_by(TimeDelta::milliseconds(500)), Severity::Ok);
        assert_eq!(clock_off_by(TimeDelta::seconds(4)), Severity::Ok);
        assert_eq!(clock_off_by(TimeDelta::seconds(-6)), Severity::Warning);
        assert_eq!(clock_off_by(TimeDelta::seconds(7)), Severity::Warning);
    }

    #[test]
    fn an_old_server_or_another_encoding_is_a_problem() {
        let server = |version, encoding: &str| Server {
            version,
            version_text: "x".into(),
            encoding: encoding.into(),
            now: DateTime::UNIX_EPOCH,
        };
        assert_eq!(version(&server(140_009, "UTF8")).severity, Severity::Problem);
        assert_eq!(version(&server(150_000, "UTF8")).severity, Severity::Ok);
        assert_eq!(encoding(&server(150_000, "SQL_ASCII")).severity, Severity::Problem);
    }

    #[test]
    fn a_schema_is_judged_by_what_is_pending_and_what_is_unknown() {
        let state = |pending: &[&str], unknown: &[&str]| migrate::SchemaState {
            applied: vec!["1".into()],
            pending: pending.iter().map(ToString::to_string).collect(),
            unknown: unknown.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(schema(&state(&[], &[])).severity, Severity::Ok);
        assert_eq!(schema(&state(&["2"], &[])).severity, Severity::Problem);
        assert_eq!(schema(&state(&[], &["3"])).severity, Severity::Warning);
    }
}
