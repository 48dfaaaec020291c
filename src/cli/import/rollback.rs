//! `buzheng import rollback`.

mod tell;

use chrono::Utc;
use clap::Args as ClapArgs;
use std::path::{Path, PathBuf};

use super::progress::{Progress, Unit};
use super::{How, warn, with_causes};
use crate::app::keys::Recording;
use crate::cli::desk::Who;
use crate::cli::failure::Failure;
use crate::cli::ground;
use crate::cli::output::Outcome;
use crate::config::Config;
use crate::import::Ground;
use crate::import::rollback::{Options, rollback};
use tell::conclude;

#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Which batch, by the name in its manifest
    #[arg(long, value_name = "NAME")]
    batch: String,
    /// Confirm that the rows of this batch may go; nothing is done without it
    #[arg(long)]
    yes: bool,
    /// Tell what would become of the rows, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Where the list of kept rows goes [default: this folder; `--dry-run` writes it only here]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    who: Who,
}

pub(super) fn run(args: &Args, how: How, config: &Config) -> Result<Outcome, Failure> {
    ground::confirmed(
        args.yes || args.dry_run,
        format_args!("import rollback --batch {}", args.batch),
        "它会删除该批次导入的行，并恢复被它更新的行；没有改动任何数据",
        "请先用 --dry-run 查看会怎样；确认后加上 --yes 再次运行。",
    )?;
    let recording = if args.dry_run { Recording::ComparesOnly } else { Recording::Records };
    let (db, vault) = ground::open(config, recording)?;
    let ground = Ground { db: &db, vault: &vault, database_url: &config.database.url, now: Utc::now() };
    let here = (!args.dry_run).then_some(Path::new("."));
    let by = args.who.name()?;
    let progress = Progress::start(how.progress, Unit::Things("步"));
    progress.bar().set_message("回滚");
    let list_folder = args.out.as_deref().or(here);
    let options = Options { batch: &args.batch, list_folder, dry_run: args.dry_run, by: &by, progress: progress.bar() };
    let done = rollback(ground, options);
    progress.end();
    match done {
        Ok(done) => conclude(how.format, args.dry_run, done),
        Err(error) => {
            warn(format_args!("未回滚：{}", with_causes(&error)));
            Ok(Outcome::Unusable)
        }
    }
}
