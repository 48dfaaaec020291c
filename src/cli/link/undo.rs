//! `link undo`.

use clap::Args as ClapArgs;
use serde_json::json;

use crate::app::audit::{self, Actor};
use crate::app::linking::{Because, UndoError, Undone, undo, undo_grant};
use crate::cli::desk::{Desk, Who, Why, failed};
use crate::cli::failure::Failure;
use crate::cli::output::{Format, print, print_line};
use crate::domain::linking::LinkActor;
use crate::ids::{AliasId, LinkId};

#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Which: the id of a link, or of a granted pair as `task show` prints it
    link: LinkId,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    who: Who,
}

pub(super) fn run(args: &Args, desk: &Desk, format: Format) -> Result<(), Failure> {
    tell_undone(format, &undo_one(desk, args.link, &args.why, &args.who.name()?)?)
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
