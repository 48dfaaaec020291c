//! `buzheng task list | show | approve | refuse`: manual verification, until the reviewers' pages take it over.

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::staff::{Desk, Who, Why, failed};
use super::words::{comparison, name_match, origin};
use super::{Failure, Format, Outcome, print, print_line};
use crate::app::AppError;
use crate::app::keys::Recording;
use crate::app::linking::inspect::{self, Ground, Sight, TaskDetail, TaskLine, Viewer};
use crate::app::linking::tasks::{Answer, AnswerError, answer};
use crate::domain::document::DocumentType;
use crate::domain::review::{Kind, Status};
use crate::ids::PersonId;

/// Arguments of the command.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// How to report
    #[arg(long, global = true, value_enum, default_value_t)]
    format: Format,
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StatusFilter {
    Open,
    Approved,
    Refused,
    All,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List tasks, oldest first
    List {
        /// Which
        #[arg(long, value_enum, default_value_t = StatusFilter::Open)]
        status: StatusFilter,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=100_000))]
        limit: i64,
    },
    /// Show one task with what it rests on, masked
    Show {
        /// Its number
        task: i64,
        /// Show numbers and names as they are; this is written to the audit log
        #[arg(long)]
        full: bool,
        /// Write the attached picture to a new file, further ones beside it (FILE-2, FILE-3 …); this is written to the audit log
        #[arg(long, value_name = "FILE")]
        attachment: Option<PathBuf>,
        #[command(flatten)]
        who: Who,
    },
    /// Answer a task with yes; `show` tells what that does
    Approve {
        /// Its number
        task: i64,
        /// An account that is theirs; may be repeated
        #[arg(long, value_name = "SYSTEM:KEY")]
        account: Vec<String>,
        /// A certificate whose number and name are theirs; may be repeated
        #[arg(long, value_name = "SYSTEM:KEY")]
        certificate: Vec<String>,
        /// Which of several persons who bear the number
        #[arg(long, value_name = "ID")]
        person: Option<PersonId>,
        #[command(flatten)]
        why: Why,
        #[command(flatten)]
        who: Who,
    },
    /// Answer a task with no; `show` tells what that does
    Refuse {
        /// Its number
        task: i64,
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
        Action::Show { full: true, .. } | Action::Approve { .. } | Action::Refuse { .. } => Recording::Records,
    };
    let desk = Desk::open(&super::load(config)?, recording)?;
    match &args.action {
        Action::List { status, limit } => {
            let status = match status {
                StatusFilter::Open => Some(Status::Open),
                StatusFilter::Approved => Some(Status::Approved),
                StatusFilter::Refused => Some(Status::Refused),
                StatusFilter::All => None,
            };
            let found = desk.act(|tx| inspect::tasks(tx, status, *limit));
            tell_list(args.format, &found.map_err(|error| failed(&error))?)?;
        }
        Action::Show { task, full, attachment, who } => {
            let sight = if *full { Sight::Full } else { Sight::Masked };
            let viewer = Viewer { by: who.name()?, sight };
            if let Some(file) = attachment {
                write_attachments(&desk, *task, &viewer, file)?;
            }
            let detail = desk.act(|tx| inspect::task(tx, *task, &viewer));
            tell_detail(args.format, &detail.map_err(|error| not_found(&error, *task))?)?;
        }
        Action::Approve { task, account, certificate, person, why, who } => {
            let answer = Answer {
                approved: true,
                reason: why.reason.clone(),
                by: who.name()?,
                accounts: account.clone(),
                certificates: certificate.clone(),
                person: *person,
            };
            decide(&desk, *task, &answer, args.format)?;
        }
        Action::Refuse { task, why, who } => {
            let answer = Answer {
                approved: false,
                reason: why.reason.clone(),
                by: who.name()?,
                accounts: Vec::new(),
                certificates: Vec::new(),
                person: None,
            };
            decide(&desk, *task, &answer, args.format)?;
        }
    }
    Ok(Outcome::Done)
}

fn decide(desk: &Desk, task: i64, given: &Answer, format: Format) -> Result<(), Failure> {
    let answered = desk.act(|tx| answer(tx, task, given));
    answered.map_err(|error| match error {
        AnswerError::App(error) => failed(&error),
        other => Failure::new(
            format_args!("task {task}"),
            other,
            format_args!("`buzheng task show {task}` tells all of it."),
        ),
    })?;
    let status = if given.approved { Status::Approved } else { Status::Refused };
    if format == Format::Json {
        return print(json!({ "task": task, "status": status }));
    }
    print(format_args!("核实 {task}：{}", status_word(status)))
}

/// All of them, or none. Never over a file that is there: it may be another's picture.
fn write_attachments(desk: &Desk, task: i64, viewer: &Viewer, path: &Path) -> Result<(), Failure> {
    // The first file is made before anything is read: a name that cannot be one is no reason for an entry in the log.
    let mut made = vec![(new_file(path)?, path.to_owned())];
    let written = fill_attachments(desk, task, viewer, &mut made);
    if written.is_err() {
        for (_, path) in &made {
            std::fs::remove_file(path).map_err(|error| misplaced(path, error))?;
        }
    }
    written
}

fn fill_attachments(desk: &Desk, task: i64, viewer: &Viewer, made: &mut Vec<(File, PathBuf)>) -> Result<(), Failure> {
    let found = desk.act(|tx| inspect::attachments(tx, task, viewer));
    let pictures = found.map_err(|error| match error {
        AppError::NotFound => Failure::new(
            format_args!("task {task}"),
            "there is no such task, or nothing is attached to it",
            "`buzheng task show` tells whether something is.",
        ),
        other => failed(&other),
    })?;
    for number in 2..=pictures.len() {
        let path = numbered(&made[0].1, number);
        made.push((new_file(&path)?, path));
    }
    for ((file, path), (_, bytes)) in made.iter_mut().zip(&pictures) {
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| misplaced(path, error))?;
    }
    Ok(())
}

/// `a.jpg` becomes `a-2.jpg`.
fn numbered(path: &Path, number: usize) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

fn new_file(path: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| misplaced(path, error))
}

fn misplaced(path: &Path, error: std::io::Error) -> Failure {
    Failure::new(path.display(), error, "Name a new file in a folder of yours.")
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

fn tell_list(format: Format, tasks: &[TaskLine]) -> Result<(), Failure> {
    if format == Format::Json {
        return print(json!({ "tasks": tasks }));
    }
    tasks.iter().try_for_each(tell_line)?;
    print_line(format_args!("共 {} 项", tasks.len()))
}

fn tell_line(task: &TaskLine) -> Result<(), Failure> {
    let account = task.account.as_deref().or(task.system.as_deref()).unwrap_or("-");
    let decided = match (&task.decided_by, &task.reason) {
        (Some(by), Some(reason)) => format!("（{by}：{reason}）"),
        _ => String::new(),
    };
    print_line(format_args!(
        "{}  {}  {}  {}  {}{decided}",
        task.task,
        kind_word(task.kind),
        account,
        task.opened_at.format("%Y-%m-%d %H:%M:%SZ"),
        status_word(task.status)
    ))
}

const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::NumberChanged => "门户证件号码变更",
        Kind::NumberTaken => "证件号码已有使用人",
        Kind::AccountTaken => "原账号有争议",
        Kind::AccountChanged => "原账号登记信息有变",
        Kind::Claim => "凭旧号码和密码认领",
        Kind::Request => "申请人工核实",
        Kind::NotMine => "本人称不是我的",
        Kind::ApplicationChanged => "原申请在旧系统中有变",
    }
}

const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Open => "待核实",
        Status::Approved => "核实通过",
        Status::Refused => "核实未通过",
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
            "原账号 {}：{}  {}  已关联 {owner}  姓名比对 {}",
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

/// What citizens typed stands in quotation marks, as JSON writes it.
fn ground_words(ground: &Ground) -> String {
    match ground {
        Ground::Portal { number, name, document_type } => {
            format!("门户提供 {number}  {name}  证件类型 {}", document_type.map_or("未提供", DocumentType::as_str))
        }
        Ground::Comparison { account, account_side, person_side, transformations } => format!(
            "原账号 {account} 登记 {}  {}，与本人的 {}  {} 比对：{}",
            account_side.number,
            account_side.name,
            person_side.number,
            person_side.name,
            comparison(transformations)
        ),
        Ground::Password { number, name } => {
            format!("旧密码正确，所填号码 {}，姓名比对 {}", json!(number), name_match(*name))
        }
        Ground::Words { old_number, old_name, exam, year, note } => format!(
            "本人填写 旧证件号码 {} 旧姓名 {} 考试 {} 年度 {} 说明 {}",
            json!(old_number),
            json!(old_name),
            json!(exam),
            json!(year),
            json!(note)
        ),
        Ground::Changed { application, batch } => {
            format!(
                "本人已在本系统修改过的原申请 {application}，其旧系统中的内容或照片被导入批次 {batch} 更新；两份都保留"
            )
        }
    }
}
