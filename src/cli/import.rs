//! `buzheng import check | run | verify | wrap | forecast | report | rollback`: one file per command.

mod batch;
mod forecast;
mod manifest;
mod progress;
mod report;
mod rollback;
mod verify;
mod wrap;

use clap::{Args as ClapArgs, Subcommand};
use std::io::{self, Write};
use std::path::PathBuf;

use super::{Failure, Format, Outcome, ground};
use crate::app::keys::{Keys, Recording};
use crate::config::Config;
use crate::db::Db;
use crate::import;
use crate::vault::Vault;

/// Arguments of the command.
#[derive(Debug, ClapArgs)]
pub struct Args {
    #[command(flatten)]
    how: How,
    #[command(subcommand)]
    action: Action,
}

/// How the command speaks.
#[derive(Clone, Copy, Debug, ClapArgs)]
struct How {
    /// How to report
    #[arg(long, global = true, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    progress: progress::Wanted,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Read and judge everything, write nothing, and report the counts that `run` would reach
    Check(manifest::Args),
    /// Import; an interrupted run goes on when it is run again
    Run(manifest::Args),
    /// Read everything again and compare every row with what is stored, and write nothing
    Verify(manifest::Args),
    /// Wrap what old passwords are still sealed, on many cores; an interrupted one goes on when it is run again
    Wrap(wrap::Args),
    /// Tell what would come of every portal user's sign-in now, and write nothing
    Forecast(forecast::Args),
    /// Write one page about a batch: what was read, found and stored, and whether it agrees
    Report(report::Args),
    /// Take one batch back: what people have since built on stays and is listed, all else returns to what it was before
    Rollback(rollback::Args),
}

/// Runs the command.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let config = super::load(config)?;
    match &args.action {
        Action::Check(batch) => batch::check(batch, args.how, &config),
        Action::Run(batch) => batch::run(batch, args.how, &config),
        Action::Verify(batch) => verify::run(batch, args.how, &config),
        Action::Wrap(wrap) => wrap::run(wrap, args.how, &config),
        Action::Forecast(forecast) => forecast::run(forecast, args.how, &config),
        Action::Report(report) => report::run(report, args.how, &config),
        Action::Rollback(rollback) => rollback::run(rollback, args.how, &config),
    }
}

/// Connections enough for every core, all of them made before the work begins.
fn connect(config: &Config, vault: &Vault, recording: Recording) -> Result<Db, Failure> {
    let keys = Keys::new(vault, recording);
    let db = Db::filled(&config.database.url, import::connections(), keys).map_err(|error| {
        Failure::new("数据库", with_causes(&error), "没有写入任何数据；请检查 database.url，并运行 buzheng doctor。")
    })?;
    ground::admitted(&db, config)?;
    Ok(db)
}

/// Says something to the administrator beside the report. Not while a bar is shown: suspend it first.
fn warn(text: impl std::fmt::Display) {
    // Without a stderr there is nobody left to tell; the exit code still does.
    let _ = writeln!(io::stderr(), "{text}");
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if !text.contains(&message) {
            text = format!("{text}（{message}）");
        }
        cause = error.source();
    }
    text
}
