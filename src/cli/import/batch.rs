//! `buzheng import check | run`.

use chrono::Utc;
use indicatif::ProgressBar;

use super::manifest::Args;
use super::progress::{Progress, Unit};
use super::{How, connect, warn, with_causes, wrap};
use crate::app::App;
use crate::app::keys::Recording;
use crate::cli::failure::Failure;
use crate::cli::output::{Format, Outcome, print};
use crate::config::Config;
use crate::db::Db;
use crate::import::manifest::Manifest;
use crate::import::{self, Ground, ImportError, Options};

pub(super) fn check(args: &Args, how: How, config: &Config) -> Result<Outcome, Failure> {
    go(args, how, config, false)
}

pub(super) fn run(args: &Args, how: How, config: &Config) -> Result<Outcome, Failure> {
    go(args, how, config, true)
}

fn go(args: &Args, how: How, config: &Config, running: bool) -> Result<Outcome, Failure> {
    let vault = App::open_vault(config)?;
    let recording = if running { Recording::Records } else { Recording::ComparesOnly };
    let db = connect(config, &vault, recording)?;
    let ground = Ground { db: &db, vault: &vault, database_url: &config.database.url, now: Utc::now() };
    let progress = Progress::start(how.progress, Unit::Bytes);
    progress.bar().set_message("读取");
    let done = import(args, running, ground, progress.bar());
    progress.end();
    match done {
        Ok(done) => {
            let outcome = tell(how.format, running, &done)?;
            if running && done.refused.is_empty() {
                tell_outlook(how.format, &db, config)?;
            }
            Ok(outcome)
        }
        Err(error) => {
            warn(format_args!("导入失败：{}", with_causes(&error)));
            Ok(Outcome::Unusable)
        }
    }
}

/// The rows are there; their passwords take longer.
fn tell_outlook(format: Format, db: &Db, config: &Config) -> Result<(), Failure> {
    match (wrap::outlook(db, config), format) {
        (Ok(None), _) => {}
        (Ok(Some(text)), Format::Human) => print(text)?,
        (Ok(Some(text)), Format::Json) => warn(text),
        (Err(error), _) => warn(format_args!("待加固的旧密码未能计数：{}", with_causes(&error))),
    }
    Ok(())
}

fn import(
    args: &Args,
    running: bool,
    ground: Ground<'_>,
    progress: &ProgressBar,
) -> Result<import::Outcome, ImportError> {
    let manifest = Manifest::read(&args.manifest)?;
    let options = Options { accept: &args.accept, list_folder: args.out.as_deref(), progress };
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
