//! `list`: entries as lines or as JSON.

use chrono::SecondsFormat;
use diesel::pg::PgConnection;
use serde_json::{Value, json};

use super::unreadable;
use crate::cli::failure::Failure;
use crate::cli::output::{Format, Outcome, print};
use crate::db::audit::{self, Row};
use crate::domain::china::in_china;

/// Rows that `list` reads at a time.
const PAGE: i64 = 500;

pub(super) fn list(conn: &mut PgConnection, since: i64, limit: i64, format: Format) -> Result<Outcome, Failure> {
    let (mut after, mut left) = (since.saturating_sub(1), limit);
    while left > 0 {
        let page = audit::page(conn, after, left.min(PAGE)).map_err(|error| unreadable(&error.into()))?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for row in &page {
            match format {
                Format::Json => print(as_json(row))?,
                Format::Human => print(as_line(row))?,
            }
            left -= 1;
        }
    }
    Ok(Outcome::Done)
}

fn about(row: &Row) -> Vec<(&'static str, String)> {
    let ids = [
        ("person", row.person_id.map(|id| id.to_string())),
        ("account", row.account_id.map(|id| id.to_string())),
        ("link", row.link_id.map(|id| id.to_string())),
        ("task", row.task_id.map(|id| id.to_string())),
        ("application", row.application_id.map(|id| id.to_string())),
    ];
    ids.into_iter().filter_map(|(name, id)| Some((name, id?))).collect()
}

fn as_json(row: &Row) -> Value {
    let mut line = json!({
        "seq": row.seq,
        "at": row.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "event": row.event,
        "actor": row.actor,
        "details": row.details,
        "hash": hex::encode(&row.hash),
    });
    for (name, id) in about(row) {
        line[name] = id.into();
    }
    line
}

fn as_line(row: &Row) -> String {
    let at = in_china(row.at).to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut parts = vec![row.seq.to_string(), at, row.event.clone(), "by".to_owned(), row.actor.clone()];
    parts.extend(about(row).into_iter().map(|(name, id)| format!("{name}={id}")));
    if row.details.as_object().is_some_and(|fields| !fields.is_empty()) {
        parts.push(row.details.to_string());
    }
    parts.join(" ")
}
