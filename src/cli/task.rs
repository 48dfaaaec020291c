//! `buzheng task list | show | approve | refuse`: manual verification, until the reviewers' pages take it over.

mod attachments;
mod decide;
mod ground;
mod line;
mod list;
mod show;

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
    /// List tasks, oldest first
    List(list::Args),
    /// Show one task with what it rests on, masked
    Show(show::Args),
    /// Answer a task with yes; `show` tells what that does
    Approve(decide::Approval),
    /// Answer a task with no; `show` tells what that does
    Refuse(decide::Refusal),
}

/// Runs the command.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let recording = match &args.action {
        Action::List(_) | Action::Show(show::Args { full: false, .. }) => Recording::ComparesOnly,
        Action::Show(_) | Action::Approve(_) | Action::Refuse(_) => Recording::Records,
    };
    let desk = Desk::open(&super::load(config)?, recording)?;
    match &args.action {
        Action::List(list) => list::run(list, &desk, args.format)?,
        Action::Show(show) => show::run(show, &desk, args.format)?,
        Action::Approve(approval) => decide::approve(approval, &desk, args.format)?,
        Action::Refuse(refusal) => decide::refuse(refusal, &desk, args.format)?,
    }
    Ok(Outcome::Done)
}
