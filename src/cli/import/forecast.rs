//! `buzheng import forecast`.

mod teller;

use chrono::Utc;
use clap::Args as ClapArgs;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use super::progress::{Progress, Unit};
use super::{How, connect, warn, with_causes};
use crate::app::App;
use crate::app::keys::Recording;
use crate::cli::failure::Failure;
use crate::cli::output::{Format, Outcome, print};
use crate::config::Config;
use crate::import::forecast::summary::Summary;
use crate::import::forecast::{self, ForecastError, Ground};
use teller::{GARBLED, Teller};

#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The portal's users: CSV with subject,name,document_type,document_number,level,user_type
    #[arg(long, value_name = "FILE")]
    portal_users: PathBuf,
}

pub(super) fn run(args: &Args, how: How, config: &Config) -> Result<Outcome, Failure> {
    if config.portal.issuer().is_empty() {
        let step =
            "Add the [portal] section of the portal that is to be changed over to; access.mode may stay as it is.";
        return Err(Failure::new("portal", "the configuration names no portal whose users could sign in", step));
    }
    let vault = App::open_vault(config)?;
    let db = connect(config, &vault, Recording::ComparesOnly)?;
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let ground = Ground { db: &db, vault: &vault, portal: &config.portal, now: Utc::now(), workers };
    let How { format, progress } = how;
    // A progress bar would overwrite JSON lines on the same terminal.
    let progress = if format == Format::Json && io::stdout().is_terminal() { progress.quiet() } else { progress };
    let progress = Progress::start(progress, Unit::Bytes);
    progress.bar().set_message("预演门户用户");
    let out = BufWriter::new(io::stdout().lock());
    let mut teller =
        Teller { format, out, problems: BTreeMap::new(), undecidable: 0, garbled: 0, progress: progress.bar() };
    let done = forecast::run(ground, &args.portal_users, progress.bar(), |event| teller.tell(event))
        .and_then(|summary| teller.out.flush().map(|()| summary).map_err(ForecastError::Output));
    let problems = teller.problems;
    progress.end();
    match done {
        Ok(summary) => conclude(format, &summary, &problems),
        Err(error) => {
            warn(format_args!("预测失败：{}", with_causes(&error)));
            Ok(Outcome::Unusable)
        }
    }
}

fn conclude(format: Format, summary: &Summary, problems: &BTreeMap<&'static str, u64>) -> Result<Outcome, Failure> {
    match format {
        Format::Human => print(summary)?,
        // stdout holds one object a line and nothing else.
        Format::Json => warn(summary),
    }
    if summary.undecidable > 0 {
        let codes: Vec<String> = problems.iter().map(|(code, count)| format!("{code} {count} 行")).collect();
        warn(format_args!(
            "有 {} 行不能判定（{}）。请改正后再次运行，或请门户重新导出。",
            summary.undecidable,
            codes.join("，")
        ));
    }
    if summary.garbled > 0 {
        warn(format_args!(
            "有 {} 行的姓名像是乱码（{GARBLED}），已照原样判定，结果不可靠。请按所列的样子请门户重新导出，再次运行。",
            summary.garbled
        ));
    }
    Ok(if summary.undecidable + summary.garbled == 0 { Outcome::Done } else { Outcome::NeedsAttention })
}
