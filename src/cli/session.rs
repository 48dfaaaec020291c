//! `buzheng session list | end`: who is signed in at present, for administrators; no names, and no key by which a session could be taken over.

use chrono::{DateTime, SecondsFormat, Utc};
use clap::{ArgGroup, Args as ClapArgs, Subcommand};
use serde_json::json;
use std::path::PathBuf;

use super::staff::{Desk, Who, failed};
use super::{Failure, Format, Outcome, block_on, ground, print, print_line};
use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::keys::Recording;
use crate::app::{AppError, BuildError};
use crate::config::Config;
use crate::ids::PersonId;
use crate::session::{Listed, Sessions};
use crate::store::{Store, StoreError};

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

/// Where sessions are, and who looks at them.
struct Hall {
    desk: Desk,
    sessions: Sessions,
    by: String,
    now: DateTime<Utc>,
}

impl Hall {
    fn open(config: &Config, by: String) -> Result<Self, Failure> {
        let desk = Desk::open(config, Recording::Records)?;
        let store = Store::new(&config.redis).map_err(BuildError::from)?;
        let sessions = Sessions::new(store, desk.vault.clone(), &config.session);
        Ok(Self { desk, sessions, by, now: Utc::now() })
    }

    /// Newest first; those that do not open belong to another key file, and to nobody who is asked for.
    async fn sessions(&self, person: Option<PersonId>) -> Result<(Vec<Listed>, u64), Failure> {
        let (mut sessions, unopened) = self.sessions.all(self.now).await.map_err(|error| redis(&error))?;
        sessions.retain(|session| person.is_none() || session.person() == person);
        sessions.sort_by_key(|session| std::cmp::Reverse(session.began_at));
        Ok((sessions, unopened))
    }

    fn record(&self, person: Option<PersonId>, event: Event) -> Result<(), Failure> {
        let about = About { person, ..About::default() };
        let entry = Entry { event, actor: Actor::Staff(self.by.clone()), about };
        let recorded = self.desk.act(|tx| Ok::<_, AppError>(audit::record(tx, std::slice::from_ref(&entry))?));
        recorded.map_err(|error| failed(&error))
    }

    async fn end(&self, sessions: &[Listed]) -> Result<(), Failure> {
        for listed in sessions {
            self.sessions.end(&listed.session).await.map_err(|error| redis(&error))?;
        }
        Ok(())
    }
}

fn redis(error: &StoreError) -> Failure {
    let step = "Run `buzheng doctor`, then this command again: sessions that were not reached go on. The user of redis.url needs SCAN.";
    Failure::new("redis.url", error, step)
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn tell(format: Format, sessions: &[Listed], unopened: u64) -> Result<Outcome, Failure> {
    if format == Format::Json {
        let lines: Vec<_> = sessions
            .iter()
            .map(|listed| {
                json!({
                    "person": listed.person().map(|person| person.to_string()),
                    "state": state(listed),
                    "way": "portal",
                    "began_at": time(listed.began_at),
                    "last_seen_at": time(listed.last_seen_at),
                    "expires_at": time(listed.expires_at),
                })
            })
            .collect();
        print(json!({ "sessions": lines, "unopened": unopened }))?;
        return Ok(outcome(unopened));
    }
    for listed in sessions {
        let person = listed.person().map_or_else(|| "（未让进入）".to_owned(), |person| person.to_string());
        let [began, seen, expires] = [listed.began_at, listed.last_seen_at, listed.expires_at].map(time);
        print_line(format_args!("{person}  门户登录 {began}  最近访问 {seen}  到期 {expires}"))?;
    }
    print_line(format_args!("共 {} 个会话", sessions.len()))?;
    tell_unopened(unopened)
}

fn state(listed: &Listed) -> &'static str {
    if listed.person().is_some() { "signed_in" } else { "held" }
}

fn tell_ended(format: Format, person: Option<PersonId>, ended: usize, unopened: u64) -> Result<Outcome, Failure> {
    if format == Format::Json {
        print(json!({ "person": person.map(|person| person.to_string()), "ended": ended, "unopened": unopened }))?;
        return Ok(outcome(unopened));
    }
    print_line(format_args!("已结束 {ended} 个会话"))?;
    tell_unopened(unopened)
}

fn tell_unopened(unopened: u64) -> Result<Outcome, Failure> {
    if unopened > 0 {
        print_line(format_args!(
            "另有 {unopened} 个会话用另一密钥文件封存，打不开，没有改动：请在使用那个密钥文件的服务器上运行"
        ))?;
    }
    Ok(outcome(unopened))
}

fn outcome(unopened: u64) -> Outcome {
    if unopened == 0 { Outcome::Done } else { Outcome::NeedsAttention }
}
