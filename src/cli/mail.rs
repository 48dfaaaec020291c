//! `buzheng mail list | retry`: what was or was not delivered, by mail and text message.

use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use serde_json::json;
use std::path::PathBuf;

use super::desk::{Desk, Who, failed};
use super::words::plain;
use super::{Failure, Format, Outcome, print, print_line};
use crate::app::AppError;
use crate::app::keys::Recording;
use crate::app::outbox::{self, Listed, RetryError};
use crate::domain::china::china_timestamp;
use crate::domain::notice::{NoticeKind, NoticeState};
use crate::ids::NoticeId;

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
    /// List notices, newest first; addresses are masked, contents never shown
    List {
        /// Which: those that did not arrive, unless another is named
        #[arg(long, value_enum, default_value_t = Filter::Failed)]
        state: Filter,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=100_000))]
        limit: i64,
    },
    /// Send a notice once more that the server had refused; this is written to the audit log
    Retry {
        /// Its id, as `list` shows it
        id: NoticeId,
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Filter {
    /// Refused, or expired before they could be sent
    Failed,
    Waiting,
    Sent,
    All,
}

impl Filter {
    fn states(self) -> &'static [NoticeState] {
        match self {
            Self::Failed => &[NoticeState::Failed, NoticeState::Expired],
            Self::Waiting => &[NoticeState::Waiting, NoticeState::Sending],
            Self::Sent => &[NoticeState::Sent],
            Self::All => &NoticeState::ALL,
        }
    }
}

/// Runs the command.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let config = super::load(config)?;
    match &args.action {
        Action::List { state, limit } => {
            let desk = Desk::open(&config, Recording::ComparesOnly)?;
            let found = desk.act::<_, AppError>(|tx| Ok(outbox::list(tx, state.states(), *limit)?));
            tell(args.format, &found.map_err(|error| failed(&error))?)?;
        }
        Action::Retry { id, who } => {
            let by = who.name()?;
            let desk = Desk::open(&config, Recording::Records)?;
            desk.act(|tx| outbox::retry(tx, *id, &by)).map_err(|error| refused(*id, &error))?;
            match args.format {
                Format::Json => print(json!({ "id": id.to_string(), "state": NoticeState::Waiting }))?,
                Format::Human => print_line(format_args!("{id}  等待重新发送"))?,
            }
        }
    }
    Ok(Outcome::Done)
}

fn refused(id: NoticeId, error: &RetryError) -> Failure {
    let what = format!("notice {id}");
    match error {
        RetryError::App(AppError::NotFound) => {
            Failure::new(what, "there is no such notice", "`buzheng mail list` tells which failed.")
        }
        RetryError::App(error) => failed(error),
        RetryError::NotRefused(_) | RetryError::Erased => {
            Failure::new(what, error, "The person can ask for another one on the page that sent it.")
        }
    }
}

fn tell(format: Format, notices: &[Listed]) -> Result<(), Failure> {
    if format == Format::Json {
        let lines: Vec<_> = notices.iter().map(as_json).collect();
        return print(json!({ "notices": lines }));
    }
    for Listed { row, to } in notices {
        let answer = row.last_answer.as_deref().unwrap_or("—");
        print_line(format_args!(
            "{}  {}  {}  {}  {}  {}",
            row.id,
            china_timestamp(row.created_at),
            state_word(row.state),
            kind_word(row.kind),
            plain(to),
            plain(answer)
        ))?;
    }
    print_line(format_args!("共 {} 条", notices.len()))
}

fn as_json(notice: &Listed) -> serde_json::Value {
    let Listed { row, to } = notice;
    json!({
        "id": row.id.to_string(),
        "channel": row.channel,
        "kind": row.kind,
        "state": row.state,
        "to": to,
        "created_at": time(row.created_at),
        "due_at": row.settled_at.is_none().then(|| time(row.due_at)),
        "expires_at": time(row.expires_at),
        "attempts_deferred": row.deferred,
        "last_answer": row.last_answer,
        "settled_at": row.settled_at.map(time),
    })
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

const fn state_word(state: NoticeState) -> &'static str {
    match state {
        NoticeState::Waiting => "等待发送",
        NoticeState::Sending => "正在发送",
        NoticeState::Sent => "已发送",
        NoticeState::Failed => "被拒收",
        NoticeState::Expired => "已过期，未发送",
    }
}

const fn kind_word(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::ConfirmAddress => "确认邮箱",
        NoticeKind::AlreadyRegistered => "证件号码已注册",
        NoticeKind::Recovery => "找回密码",
        NoticeKind::AddressChanged => "邮箱已更换",
        NoticeKind::PasswordChanged => "密码已修改",
    }
}
