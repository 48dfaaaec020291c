//! `link show`.

use clap::Args as ClapArgs;
use serde_json::json;

use super::line::tell_line;
use crate::app::AppError;
use crate::app::linking::inspect::{self, LinkDetail, Sight, Viewer};
use crate::cli::desk::{Desk, Who, failed};
use crate::cli::failure::Failure;
use crate::cli::output::{Format, print, print_line};
use crate::cli::words::comparison;
use crate::ids::LinkId;

#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Which
    link: LinkId,
    /// Show numbers and names as they are; this is written to the audit log
    #[arg(long)]
    pub(super) full: bool,
    #[command(flatten)]
    who: Who,
}

pub(super) fn run(args: &Args, desk: &Desk, format: Format) -> Result<(), Failure> {
    let Args { link, full, who } = args;
    let sight = if *full { Sight::Full } else { Sight::Masked };
    let viewer = Viewer { by: who.name()?, sight };
    let detail = desk.act(|tx| inspect::link(tx, *link, &viewer));
    tell_detail(format, &detail.map_err(|error| not_found(&error, link))?)
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

fn tell_detail(format: Format, detail: &LinkDetail) -> Result<(), Failure> {
    if format == Format::Json {
        return print(json!(detail));
    }
    tell_line(&detail.line)?;
    print_line(format_args!("原账户一方：{}  {}", detail.account_side.number, detail.account_side.name))?;
    print_line(format_args!("本人一方：  {}  {}", detail.person_side.number, detail.person_side.name))?;
    print_line(format_args!("比对时的处理：{}", comparison(&detail.transformations)))?;
    if let Some(portal) = &detail.portal {
        print_line(format_args!("门户账户：{portal}"))?;
    }
    if let Some(via) = &detail.via {
        print_line(format_args!("依据经证明或核实取得的号码和姓名：{via}"))?;
    }
    if !detail.dependants.is_empty() {
        print_line(format_args!("撤销时一并撤销：{}", detail.dependants.join("、")))?;
    }
    if detail.changed_since {
        print_line("注意：关联之后，导入更改了该账户的号码或姓名")?;
    }
    Ok(())
}
