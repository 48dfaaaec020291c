//! `buzheng audit verify | list`.

use chrono::SecondsFormat;
use clap::{Args as ClapArgs, Subcommand};
use diesel::Connection;
use diesel::pg::PgConnection;
use serde_json::{Value, json};
use std::path::PathBuf;

use super::{Failure, Format, Outcome, ground, print};
use crate::app::App;
use crate::app::audit::verify::{Damage, Noted, Verdict, verify};
use crate::db::audit::{self, Row};
use crate::db::{DbError, migrate};

/// Rows that `list` reads at a time.
const PAGE: i64 = 500;

/// Arguments of the command.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// How to report
    #[arg(long, global = true, value_enum, default_value_t)]
    format: Format,
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// Read the whole log and tell whether any entry was changed, removed, put in or moved; exit code 1 if so
    Verify {
        /// What an earlier run printed as head: also finds a log that was replaced or cut together with its head
        #[arg(long, value_name = "SEQ:HASH")]
        head: Option<Noted>,
    },
    /// Print entries in their order; they hold no personal data
    List {
        /// The first entry to print
        #[arg(long, value_name = "SEQ", default_value_t = 1)]
        since: i64,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
    },
}

/// Runs the command.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let config = super::load(config)?;
    let vault = App::open_vault(&config)?;
    let mut conn = migrate::connect(&config.database.url)?;
    ground::compare(&mut conn, &vault, &config)?;
    match args.action.clone() {
        Action::Verify { head } => {
            let verdict = conn.transaction(|conn| verify(conn, &vault, head)).map_err(|error| unreadable(&error))?;
            tell(&verdict, args.format)
        }
        Action::List { since, limit } => list(&mut conn, since, limit.into(), args.format),
    }
}

fn unreadable(error: &DbError) -> Failure {
    let reason = match error {
        DbError::Query(cause) => cause.to_string(),
        other => other.to_string(),
    };
    Failure::new(
        "audit log",
        reason,
        "Run `buzheng doctor`: it tells whether the schema and the database are as needed.",
    )
}

fn tell(verdict: &Verdict, format: Format) -> Result<Outcome, Failure> {
    let outcome = if verdict.is_intact() { Outcome::Done } else { Outcome::NeedsAttention };
    let head = verdict.head.as_ref().map(ToString::to_string);
    if format == Format::Json {
        let damages = verdict.counts.iter().map(|(damage, count)| (damage.as_str().to_owned(), json!(count)));
        print(json!({
            "intact": verdict.is_intact(),
            "rows": verdict.rows,
            "head": head,
            "first": verdict.first.map(|(seq, damage)| json!({ "seq": seq, "damage": damage.as_str() })),
            "damages": Value::Object(damages.collect()),
        }))?;
        return Ok(outcome);
    }
    if let Some((seq, damage)) = verdict.first {
        print(format_args!(
            "DAMAGED: {} entries read; the first damage is at entry {seq}: {}",
            verdict.rows,
            words(damage)
        ))?;
        for (damage, count) in &verdict.counts {
            print(format_args!("  {:8} {count}  {}", damage.as_str(), words(*damage)))?;
        }
        print("leave the database as it is and follow docs/operations.md, chapter 11")?;
    } else {
        print(format_args!("intact: {} entries", verdict.rows))?;
        if let Some(head) = head {
            print(format_args!("head: {head}"))?;
            print(
                "note the head outside of the database, and give it to the next run: buzheng audit verify --head SEQ:HASH",
            )?;
        }
    }
    Ok(outcome)
}

fn words(damage: Damage) -> &'static str {
    match damage {
        Damage::Changed => "an entry is not as it was written",
        Damage::Missing => "entries are missing",
        Damage::Inserted => "an entry was put in",
        Damage::Moved => "an entry stands at another one's place",
        Damage::Cut => "entries at the end are missing",
        Damage::Head => "the head is missing or not as it was written",
        Damage::Noted => "the entry of --head is missing or another one",
    }
}

fn list(conn: &mut PgConnection, since: i64, limit: i64, format: Format) -> Result<Outcome, Failure> {
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

/// What the entry is about, by its name.
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
    let at = row.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut parts = vec![row.seq.to_string(), at, row.event.clone(), "by".to_owned(), row.actor.clone()];
    parts.extend(about(row).into_iter().map(|(name, id)| format!("{name}={id}")));
    if row.details.as_object().is_some_and(|fields| !fields.is_empty()) {
        parts.push(row.details.to_string());
    }
    parts.join(" ")
}
