//! `buzheng import verify`.

use chrono::Utc;
use indicatif::ProgressBar;

use super::manifest::Args;
use super::progress::{Progress, Unit};
use super::{How, connect, warn, with_causes};
use crate::app::App;
use crate::app::keys::Recording;
use crate::cli::failure::Failure;
use crate::cli::output::{Format, Outcome, print};
use crate::config::Config;
use crate::import::manifest::Manifest;
use crate::import::verify::Verification;
use crate::import::{self, Ground, ImportError, Options};

pub(super) fn run(args: &Args, how: How, config: &Config) -> Result<Outcome, Failure> {
    let vault = App::open_vault(config)?;
    let db = connect(config, &vault, Recording::ComparesOnly)?;
    let ground = Ground { db: &db, vault: &vault, database_url: &config.database.url, now: Utc::now() };
    let progress = Progress::start(how.progress, Unit::Bytes);
    let done = verify(args, ground, progress.bar());
    progress.end();
    match done {
        Ok(done) => tell(how.format, &done),
        Err(error) => {
            warn(format_args!("核对失败：{}", with_causes(&error)));
            Ok(Outcome::Unusable)
        }
    }
}

fn verify(args: &Args, ground: Ground<'_>, progress: &ProgressBar) -> Result<Verification, ImportError> {
    let manifest = Manifest::read(&args.manifest)?;
    let options = Options { accept: &args.accept, list_folder: args.out.as_deref(), progress };
    import::verify(ground, &manifest, options)
}

fn tell(format: Format, done: &Verification) -> Result<Outcome, Failure> {
    if !done.refused.is_empty() {
        let accept: Vec<String> = done.refused.iter().map(|code| format!("--accept {}", code.as_str())).collect();
        warn(format_args!(
            "未核对：有阻止导入的发现。请先运行 import check；导入时用过的 {} 核对时也须写上。",
            accept.join(" ")
        ));
        return Ok(Outcome::Unusable);
    }
    match format {
        Format::Json => print(serde_json::json!(done.report))?,
        Format::Human => print(&done.report)?,
    }
    if let Some(list) = done.list.as_ref().filter(|_| format == Format::Human) {
        print(format_args!("差异清单：{}", list.display()))?;
    }
    Ok(if done.report.is_equal() { Outcome::Done } else { Outcome::NeedsAttention })
}
