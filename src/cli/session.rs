//! `buzheng session list | end`: who is signed in at present, for administrators; no names, and no key by which a session could be taken over.

mod hall;
mod tell;

use clap::{ArgGroup, Args as ClapArgs, Subcommand};
use std::path::PathBuf;

use super::desk::Who;
use super::{Failure, Format, Outcome, block_on, ground};
use crate::app::audit::Event;
use crate::config::Config;
use crate::ids::PersonId;
use hall::Hall;
use tell::{tell, tell_ended};

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
    /// List sessions, newest first; this is written to the audit log
    List {
        /// Of one person
        #[arg(long, value_name = "ID")]
        person: Option<PersonId>,
        #[command(flatten)]
        who: Who,
    },
    /// End sessions, on every server at once; this is written to the audit log
    #[command(group = ArgGroup::new("whose").required(true).args(["person", "all"]))]
    End {
        /// Those of one person
        #[arg(long, value_name = "ID")]
        person: Option<PersonId>,
        /// Those of everybody; only with --yes
        #[arg(long)]
        all: bool,
        /// Confirm that everybody may be signed out
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        who: Who,
    },
}

/// Runs the command. Exit code 1 where there are sessions that do not open.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let config = super::load(config)?;
    if let Action::End { all: true, yes, .. } = args.action {
        let consequence = "it signs everybody out, also those who are filling in a form; nobody was signed out";
        let step = "`buzheng session list` tells who is signed in; then run it again with --yes.";
        ground::confirmed(yes, "session end --all", consequence, step)?;
    }
    // Redis' connection belongs to the runtime in which it is made.
    block_on(act(args, &config))
}

async fn act(args: &Args, config: &Config) -> Result<Outcome, Failure> {
    match &args.action {
        Action::List { person, who } => {
            let hall = Hall::open(config, who.name()?)?;
            let (sessions, unopened) = hall.sessions(*person).await?;
            hall.record(*person, Event::SessionsListed { sessions: sessions.len() as u64 })?;
            tell(args.format, &sessions, unopened)
        }
        Action::End { person, who, .. } => {
            let hall = Hall::open(config, who.name()?)?;
            let (sessions, unopened) = hall.sessions(*person).await?;
            // First, so that no session ends without a trace of who did it.
            hall.record(*person, Event::SessionsEnded { sessions: sessions.len() as u64 })?;
            hall.end(&sessions).await?;
            tell_ended(args.format, *person, sessions.len(), unopened)
        }
    }
}
