//! `buzheng import check | run | forecast`.

mod forecast;

use chrono::Utc;
use clap::{Args as ClapArgs, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, Write};
use std::path::PathBuf;

use super::{Failure, Format, Outcome, print};
use crate::app::App;
use crate::db::Db;
use crate::import::finding::{Code, Severity};
use crate::import::manifest::Manifest;
use crate::import::{self, Ground, ImportError, Options};

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
    /// Read and judge everything, write nothing, and report the counts that `run` would reach
    Check(BatchArgs),
    /// Import; an interrupted run goes on when it is run again
    Run(BatchArgs),
    /// Tell what would come of every portal user's sign-in now, and write nothing
    Forecast(forecast::Args),
}

#[derive(Debug, ClapArgs)]
struct BatchArgs {
    /// The manifest (TOML)
    #[arg(long, value_name = "FILE")]
    manifest: PathBuf,
    /// A blocking finding that shall not stop the run; may be repeated
    #[arg(long, value_name = "CODE", value_parser = parse_code)]
    accept: Vec<Code>,
    /// Where the list of rejected rows goes [default: beside the manifest; `check` writes it only here]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

fn parse_code(code: &str) -> Result<Code, String> {
    Code::parse(code).ok_or_else(|| {
        let blocking = Code::ALL.iter().filter(|code| code.severity() == Severity::Blocking);
        let known: Vec<&str> = blocking.map(|code| code.as_str()).collect();
        format!("不认识的代码；会阻止导入的有 {}", known.join("、"))
    })
}

/// Runs the command.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let config = super::load(config)?;
    let (batch, running) = match &args.action {
        Action::Check(batch) => (batch, false),
        Action::Run(batch) => (batch, true),
        Action::Forecast(forecast) => return forecast::run(forecast, args.format, &config),
    };
    let vault = App::open_vault(&config)?;
    let db = Db::new(&config.database.url, config.database.pool_size);
    let ground = Ground { db: &db, vault: &vault, database_url: &config.database.url, now: Utc::now() };
    let progress = progress_bar();
    let done = import(batch, running, ground, &progress);
    progress.finish_and_clear();
    match done {
        Ok(done) => tell(args.format, running, &done),
        Err(error) => {
            warn(format_args!("导入失败：{}", with_causes(&error)));
            Ok(Outcome::Unusable)
        }
    }
}

fn import(
    batch: &BatchArgs,
    running: bool,
    ground: Ground<'_>,
    progress: &ProgressBar,
) -> Result<import::Outcome, ImportError> {
    let manifest = Manifest::read(&batch.manifest)?;
    let options = Options { accept: &batch.accept, list_folder: batch.out.as_deref(), progress };
    if running { import::run(ground, &manifest, options) } else { import::check(ground, &manifest, options) }
}

fn tell(format: Format, running: bool, done: &import::Outcome) -> Result<Outcome, Failure> {
    match format {
        Format::Json => print(serde_json::json!(done.report))?,
        Format::Human => print(&done.report)?,
    }
    if let Some(list) = done.rejected_list.as_ref().filter(|_| format == Format::Human) {
        print(format_args!("拒绝清单：{}", list.display()))?;
    }
    if done.refused.is_empty() {
        return Ok(if done.report.needs_attention() { Outcome::NeedsAttention } else { Outcome::Done });
    }
    let codes: Vec<&str> = done.refused.iter().map(|code| code.as_str()).collect();
    let accept: Vec<String> = codes.iter().map(|code| format!("--accept {code}")).collect();
    warn(format_args!(
        "{}：有阻止导入的发现（{}）。请按报告改正，或确认无妨后加上 {} 再次运行。",
        if running { "未导入任何数据" } else { "照此运行 import run 会被拒绝" },
        codes.join("、"),
        accept.join(" ")
    ));
    Ok(if running { Outcome::Unusable } else { Outcome::NeedsAttention })
}

fn warn(text: impl std::fmt::Display) {
    // Without a stderr there is nobody left to tell; the exit code still does.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Shows nothing unless stderr is a terminal.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let template = "{elapsed_precise} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if !text.contains(&message) {
            text = format!("{text}（{message}）");
        }
        cause = error.source();
    }
    text
}
