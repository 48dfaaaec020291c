//! `buzheng link list | show | undo`: the ties between persons and old accounts, for administrators.

use clap::{Args as ClapArgs, Subcommand};
use serde_json::json;
use std::path::PathBuf;

use super::staff::{Desk, Who, Why, failed};
use super::words::{actor, comparison};
use super::{Failure, Format, Outcome, print, print_line};
use crate::app::AppError;
use crate::app::audit::{self, Actor};
use crate::app::keys::Recording;
use crate::app::linking::inspect::{self, LinkDetail, LinkLine, Sight, Viewer};
use crate::app::linking::{Because, UndoError, Undone, undo, undo_grant};
use crate::db::legacy;
use crate::db::people::LinkFilter;
use crate::domain::linking::LinkActor;
use crate::ids::{AliasId, LinkId, PersonId};

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
    List {
        /// Of one person
        #[arg(long, value_name = "ID")]
        person: Option<PersonId>,
        /// Of one account
        #[arg(long, value_name = "SYSTEM:KEY")]
        account: Option<String>,
        /// Undone ones too
        #[arg(long)]
        undone: bool,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=100_000))]
        limit: i64,
    },
    /// Show one link with its evidence, masked
    Show {
        /// Which
        link: LinkId,
        /// Show numbers and names as they are; this is written to the audit log
        #[arg(long)]
        full: bool,
        #[command(flatten)]
        who: Who,
    },
    /// Undo a link, or a pair of number and name that a reviewer granted: the state before it returns, and the pair of person and
    /// account is never linked again by the rules
    Undo {
        /// Which: the id of a link, or of a granted pair as `task show` prints it
        link: LinkId,
        #[command(flatten)]
        why: Why,
        #[command(flatten)]
        who: Who,
    },
}

/// Runs the command.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let recording = match &args.action {
        Action::List { .. } | Action::Show { full: false, .. } => Recording::ComparesOnly,
        Action::Show { full: true, .. } | Action::Undo { .. } => Recording::Records,
    };
    let desk = Desk::open(&super::load(config)?, recording)?;
    match &args.action {
        Action::List { person, account, undone, limit } => {
            let links = list(&desk, *person, account.as_deref(), (*undone, *limit))?;
            tell_list(args.format, &links)?;
        }
        Action::Show { link, full, who } => {
            let sight = if *full { Sight::Full } else { Sight::Masked };
            let viewer = Viewer { by: who.name()?, sight };
            let detail = desk.act(|tx| inspect::link(tx, *link, &viewer));
            tell_detail(args.format, &detail.map_err(|error| not_found(&error, link))?)?;
        }
        Action::Undo { link, why, who } => tell_undone(args.format, &undo_one(&desk, *link, why, &who.name()?)?)?,
    }
    Ok(Outcome::Done)
}

fn list(
    desk: &Desk,
    person: Option<PersonId>,
    account: Option<&str>,
    (undone, limit): (bool, i64),
) -> Result<Vec<LinkLine>, Failure> {
    let found = desk.act(|tx| {
        let account = match account {
            Some(label) => Some(legacy::AccountRow::by_label(tx.conn, label)?.ok_or(AppError::NotFound)?.id),
            None => None,
        };
        inspect::links(tx, &LinkFilter { person, account, undone, limit })
    });
    found.map_err(|error| match error {
        AppError::NotFound => Failure::new(
            format_args!("account {}", account.unwrap_or_default()),
            "there is no such account",
            "Write it as SYSTEM:KEY, such as reissue:12.",
        ),
        other => failed(&other),
    })
}

fn undo_one(desk: &Desk, id: LinkId, why: &Why, by: &str) -> Result<Undone, Failure> {
    let (by, actor) = (LinkActor::Staff(by.to_owned()), Actor::Staff(by.to_owned()));
    let because = Because { by: &by, actor: &actor, reason: &why.reason };
    let undone = desk.act(|tx| {
        let undone = match undo(tx, id, because) {
            Err(UndoError::NoSuchLink) => undo_grant(tx, AliasId::from_uuid(*id.as_uuid()), because)?,
            other => other?,
        };
        audit::record(tx, &undone.told)?;
        Ok::<_, UndoError>(undone)
    });
    undone.map_err(|error| match error {
        UndoError::App(error) => failed(&error),
        other => Failure::new(format_args!("link {id}"), other, "`buzheng link list --undone` shows every link."),
    })
}

fn not_found(error: &AppError, link: &LinkId) -> Failure {
    match error {
        AppError::NotFound => Failure::new(
            format_args!("link {link}"),
            "there is no such link",
            "`buzheng link list --undone` shows every link.",
        ),
        other => failed(other),
    }
}

fn tell_list(format: Format, links: &[LinkLine]) -> Result<(), Failure> {
    if format == Format::Json {
        return print(json!({ "links": links }));
    }
    links.iter().try_for_each(tell_line)?;
    print_line(format_args!("共 {} 条", links.len()))
}

fn tell_line(link: &LinkLine) -> Result<(), Failure> {
    print_line(format_args!(
        "{}  {}  人员 {}  规则 {}  由{}  {}  {}",
        link.link,
        link.account,
        link.person,
        link.rule,
        actor(&link.by),
        link.linked_at.format("%Y-%m-%d %H:%M:%SZ"),
        state(link)
    ))
}

fn state(link: &LinkLine) -> String {
    match (link.state, &link.undone_by, &link.undone_reason) {
        ("undone", Some(by), Some(reason)) => format!("已撤销（{by}：{reason}）"),
        ("frozen", ..) => "已冻结".to_owned(),
        _ => "有效".to_owned(),
    }
}

fn tell_detail(format: Format, detail: &LinkDetail) -> Result<(), Failure> {
    if format == Format::Json {
        return print(json!(detail));
    }
    tell_line(&detail.line)?;
    print_line(format_args!("原账号一方：{}  {}", detail.account_side.number, detail.account_side.name))?;
    print_line(format_args!("本人一方：  {}  {}", detail.person_side.number, detail.person_side.name))?;
    print_line(format_args!("比对时的处理：{}", comparison(&detail.transformations)))?;
    if let Some(portal) = &detail.portal {
        print_line(format_args!("门户账号：{portal}"))?;
    }
    if let Some(via) = &detail.via {
        print_line(format_args!("依据经证明或核实取得的号码和姓名：{via}"))?;
    }
    if !detail.dependants.is_empty() {
        print_line(format_args!("撤销时一并撤销：{}", detail.dependants.join("、")))?;
    }
    if detail.changed_since {
        print_line("注意：关联之后，导入更改了该账号的号码或姓名")?;
    }
    Ok(())
}

fn tell_undone(format: Format, undone: &Undone) -> Result<(), Failure> {
    let links: Vec<String> = undone.links.iter().map(ToString::to_string).collect();
    if format == Format::Json {
        let pair = undone.pair.map(|id| id.to_string());
        return print(json!({ "person": undone.person.to_string(), "pair": pair, "undone": links }));
    }
    let pair = undone.pair.map(|id| format!("核实时承认的号码和姓名 {id}"));
    let all = pair.into_iter().chain(links).collect::<Vec<_>>().join("、");
    print_line(format_args!("已撤销：{all}（人员 {}）。本人此后所做的申请仍归本人。", undone.person))
}
