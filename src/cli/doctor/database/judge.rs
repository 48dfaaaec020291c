//! What each fact of the database means for the service.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use sso::Finding;

use crate::cli::doctor::finding::{ok, problem, warning};
use crate::db::inspect::{Server, Writes};
use crate::db::migrate;

/// As `server_version_num` counts.
const OLDEST_VERSION: i32 = 150_000;

/// Expiry times are written by this host and compared by the database.
const CLOCK_TOLERANCE_SECONDS: i64 = 5;

pub(super) fn takes_writes(writes: QueryResult<Writes>) -> Finding {
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

pub(super) fn version(server: &Server) -> Finding {
    let text = &server.version_text;
    if server.version < OLDEST_VERSION {
        problem("database.version", format!("PostgreSQL {text} is too old"), "upgrade it to version 15 or newer")
    } else {
        ok("database.version", format!("PostgreSQL {text}"))
    }
}

pub(super) fn encoding(server: &Server) -> Finding {
    match server.encoding.as_str() {
        "UTF8" => ok("database.encoding", "UTF8".into()),
        other => problem(
            "database.encoding",
            format!("the database's encoding is {other}, which cannot hold every name"),
            "create the database with ENCODING 'UTF8' and load its data again",
        ),
    }
}

pub(super) fn schema(state: &migrate::SchemaState) -> Finding {
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

pub(super) fn audit(may_rewrite: bool) -> Finding {
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

/// How far the database's clock lies outside the time of the query.
pub(super) fn clock(theirs: DateTime<Utc>, before: DateTime<Utc>, after: DateTime<Utc>) -> Finding {
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
mod tests;
