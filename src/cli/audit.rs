//! `buzheng audit verify | list`.

mod list;
mod verdict;

use clap::{Args as ClapArgs, Subcommand};
use diesel::Connection;
use std::path::PathBuf;

use super::{Failure, Format, Outcome, ground};
use crate::app::App;
use crate::app::audit::verify::{Noted, verify};
use crate::db::{DbError, migrate};
use list::list;
use verdict::tell;

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
