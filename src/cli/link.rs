//! `buzheng link list | show | undo`: the ties between persons and old accounts, for administrators.

mod line;
mod list;
mod show;
mod undo;

use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

use super::desk::Desk;
use super::{Failure, Format, Outcome};
use crate::app::keys::Recording;

/// Arguments of the command.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// How to report
    #[arg(long, global = true, value_enum, default_value_t)]
    format: Format,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List links, newest first
    List(list::Args),
    /// Show one link with its evidence, masked
    Show(show::Args),
    /// Undo a link, or a pair of number and name that a reviewer granted: the state before it returns, and the pair of person and
    /// account is never linked again by the rules
    Undo(undo::Args),
}

/// Runs the command.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let recording = match &args.action {
        Action::List(_) | Action::Show(show::Args { full: false, .. }) => Recording::ComparesOnly,
        Action::Show(_) | Action::Undo(_) => Recording::Records,
    };
    let desk = Desk::open(&super::load(config)?, recording)?;
    match &args.action {
        Action::List(list) => list::run(list, &desk, args.format)?,
        Action::Show(show) => show::run(show, &desk, args.format)?,
        Action::Undo(undo) => undo::run(undo, &desk, args.format)?,
    }
    Ok(Outcome::Done)
}
