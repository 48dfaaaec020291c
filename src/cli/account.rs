//! `buzheng account find | recover`: what staff do for the holder of an old account who stands before them.

use clap::{Args as ClapArgs, Subcommand};
use secrecy::ExposeSecret;
use serde_json::json;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;

use super::desk::{Desk, Who, failed};
use super::words::plain;
use super::{Failure, Format, Outcome, block_on, ground, print, print_line};
use crate::app::account::{self, FoundAccount, Issued};
use crate::app::keys::Recording;
use crate::app::{App, AppError};
use crate::config::Config;

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
    /// List the accounts of a number, which is read from standard input; names and addresses are masked
    Find,
    /// Print a link by which a new password is chosen, good once, for 20 minutes; this is written to the audit log
    Recover {
        /// The account, as `find` shows it: `reissue:12`
        account: String,
        #[command(flatten)]
        who: Who,
    },
}

/// Runs the command.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let config = super::load(config)?;
    match &args.action {
        Action::Find => {
            let number = number()?;
            let desk = Desk::open(&config, Recording::ComparesOnly)?;
            let found = desk.act::<_, AppError>(|tx| Ok(account::find(tx, &number)?));
            tell(args.format, &found.map_err(|error| failed(&error))?)?;
            Ok(Outcome::Done)
        }
        Action::Recover { account, who } => {
            let by = who.name()?;
            if !config.access.mode.has_accounts() {
                let step = "Let the citizen sign in through the portal.";
                return Err(Failure::new("access.mode", "old accounts are no way in", step));
            }
            block_on(recover(args.format, account, &by, config))
        }
    }
}

/// From standard input: on the command line it would stay in the shell's history.
pub(super) fn number() -> Result<String, Failure> {
    if io::stdin().is_terminal() {
        // A closed terminal is asked nothing.
        let _ = write!(io::stderr(), "证件号码：");
    }
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::new("standard input", error, "Type the number, or pipe it in as one line."))?;
    Ok(line.trim().to_owned())
}

fn tell(format: Format, found: &[FoundAccount]) -> Result<(), Failure> {
    if format == Format::Json {
        let as_json = |one: &FoundAccount| json!({ "account": one.label, "name": one.name, "email": one.email, "shut": one.is_shut });
        return print(json!({ "accounts": found.iter().map(as_json).collect::<Vec<_>>() }));
    }
    for FoundAccount { label, name, email, is_shut } in found {
        let email = if email.is_empty() { "无邮箱" } else { email };
        let door = if *is_shut { "已由门户的人承接，请用门户登录" } else { "可用密码登录" };
        print_line(format_args!("{}  {}  {}  {door}", plain(label), plain(name), plain(email)))?;
    }
    print_line(format_args!("共 {} 个", found.len()))
}

async fn recover(format: Format, label: &str, by: &str, config: Config) -> Result<Outcome, Failure> {
    let app = App::new(config)?;
    ground::refuse_others_keys(&app).await?;
    let issued = app.issue_recovery(label, by, app.now()).await.map_err(|error| match error {
        AppError::NotFound => Failure::new(
            format_args!("account {label}"),
            "there is no such account",
            "`buzheng account find` tells which there are.",
        ),
        error => failed(&error),
    })?;
    match issued {
        Issued::Shut => {
            let step = "Let the citizen sign in through the portal; `buzheng link show` tells on what the link rests.";
            Err(Failure::new(format_args!("account {label}"), "a person of the portal has it", step))
        }
        Issued::Link(link) => {
            match format {
                Format::Json => print(json!({ "recovery_url": link.expose_secret() }))?,
                Format::Human => print_line(link.expose_secret())?,
            }
            Ok(Outcome::Done)
        }
    }
}
