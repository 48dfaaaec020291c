//! `task show`.

use clap::Args as ClapArgs;
use serde_json::json;
use std::path::PathBuf;

use super::attachments::write_attachments;
use super::ground::ground_words;
use super::line::tell_line;
use crate::app::AppError;
use crate::app::linking::inspect::{self, Sight, TaskDetail, Viewer};
use crate::cli::desk::{Desk, Who, failed};
use crate::cli::failure::Failure;
use crate::cli::output::{Format, print, print_line};
use crate::cli::words::{name_match, origin};

#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Its number
    task: i64,
    /// Show numbers and names as they are; this is written to the audit log
    #[arg(long)]
    pub(super) full: bool,
    /// Write the attached picture to a new file, further ones beside it (FILE-2, FILE-3 …); this is written to the audit log
    #[arg(long, value_name = "FILE")]
    attachment: Option<PathBuf>,
    #[command(flatten)]
    who: Who,
}

pub(super) fn run(args: &Args, desk: &Desk, format: Format) -> Result<(), Failure> {
    let Args { task, full, attachment, who } = args;
    let sight = if *full { Sight::Full } else { Sight::Masked };
    let viewer = Viewer { by: who.name()?, sight };
    if let Some(file) = attachment {
        write_attachments(desk, *task, &viewer, file)?;
    }
    let detail = desk.act(|tx| inspect::task(tx, *task, &viewer));
    tell_detail(format, &detail.map_err(|error| not_found(&error, *task))?)
}

fn not_found(error: &AppError, task: i64) -> Failure {
    match error {
        AppError::NotFound => Failure::new(
            format_args!("task {task}"),
            "there is no such task",
            "`buzheng task list --status all` shows every task.",
        ),
        other => failed(other),
    }
}

fn tell_detail(format: Format, detail: &TaskDetail) -> Result<(), Failure> {
    if format == Format::Json {
        return print(json!(detail));
    }
    tell_line(&detail.line)?;
    for pair in &detail.person_pairs {
        let id = pair.id.map(|id| format!("  （可撤销：link undo {id}）")).unwrap_or_default();
        let origin = origin(pair.origin);
        print_line(format_args!("使用人：{}  {}  来源 {origin}{id}", pair.pair.number, pair.pair.name))?;
    }
    for ground in &detail.grounds {
        print_line(format_args!("依据：{}", ground_words(ground)))?;
    }
    for account in &detail.accounts {
        let owner = account.linked_to.as_deref().unwrap_or("无");
        print_line(format_args!(
            "原账户 {}：{}  {}  已关联 {owner}  姓名比对 {}",
            account.account,
            account.pair.number,
            account.pair.name,
            name_match(account.name_match)
        ))?;
    }
    for holder in &detail.holders {
        let pairs: Vec<_> = holder.pairs.iter().map(|pair| format!("{}  {}", pair.number, pair.name)).collect();
        print_line(format_args!("该号码现有使用人 {}：{}", holder.person, pairs.join("；")))?;
    }
    for (at, media_type) in detail.attachments.iter().enumerate() {
        match at {
            0 => print_line(format_args!("附件：{media_type}（用 --attachment FILE 取出）"))?,
            at => print_line(format_args!("附件 {}：{media_type}（一并取出）", at + 1))?,
        }
    }
    print_line(format_args!("通过（approve）：{}", detail.approve))?;
    print_line(format_args!("不通过（refuse）：{}", detail.refuse))
}
