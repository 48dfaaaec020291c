//! `buzheng import report`.

mod bars;
mod files;
mod forecast_part;
mod page;

use chrono::{DateTime, Utc};
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::PathBuf;

use super::progress::{Progress, Unit};
use super::{How, warn, with_causes};
use crate::app::keys::Recording;
use crate::cli::failure::Failure;
use crate::cli::ground;
use crate::cli::output::{Format, Outcome, print};
use crate::config::Config;
use crate::db::Db;
use crate::domain::china::in_china;
use crate::import::forecast::read;
use crate::import::forecast::summary::Summary;
use crate::import::story::{self, Story};
use files::write;

#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Which batch, by the name in its manifest
    #[arg(long, value_name = "NAME")]
    batch: String,
    /// What `import forecast --format json` told, to be summed up in the report
    #[arg(long, value_name = "FILE")]
    forecast: Option<PathBuf>,
    /// Where the report goes
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

pub(super) fn run(args: &Args, how: How, config: &Config) -> Result<Outcome, Failure> {
    let (db, _) = ground::open(config, Recording::ComparesOnly)?;
    let progress = Progress::start(how.progress, Unit::Things("步"));
    progress.bar().set_message("报告");
    let told = gather(args, &db);
    progress.end();
    let (story, forecast) = match told {
        Ok(told) => told,
        Err(error) => {
            warn(format_args!("没有报告：{error}"));
            return Ok(Outcome::Unusable);
        }
    };
    let now = Utc::now();
    let object = object(&story, forecast.as_ref());
    let page = write(args, &page::page(&story, forecast.as_ref(), now), &object)?;
    match how.format {
        Format::Json => print(object)?,
        Format::Human => {
            print(format_args!("报告：{}", page[0].display()))?;
            print(format_args!("数据：{}", page[1].display()))?;
        }
    }
    if !story.balanced {
        warn("数量不符：该批次写入的行，有一些不在数据库中，见报告的“对账”。");
    }
    Ok(if story.balanced { Outcome::Done } else { Outcome::NeedsAttention })
}

fn gather(args: &Args, db: &Db) -> Result<(Story, Option<Summary>), String> {
    let forecast = args.forecast.as_deref().map(read::summary).transpose().map_err(|error| with_causes(&error))?;
    let story = story::tell(db, &args.batch).map_err(|error| with_causes(&error))?;
    Ok((story, forecast))
}

fn object(story: &Story, forecast: Option<&Summary>) -> serde_json::Value {
    let forecast = forecast.map(|summary| {
        let people = summary.people.iter();
        let people =
            people.map(|((decision, rule), count)| json!({"decision": decision, "rule": rule, "people": count}));
        let reasons =
            summary.top_reasons().into_iter().map(|(reason, count)| json!({"reason": reason, "people": count}));
        json!({
            "people": people.collect::<Vec<_>>(),
            "accounts": summary.accounts_to_link,
            "proof": summary.accounts_to_prove,
            "review": summary.accounts_to_review,
            "reasons": reasons.collect::<Vec<_>>(),
        })
    });
    let mut object = json!(story);
    object["forecast"] = json!(forecast);
    object
}

/// In China, to the minute.
fn china_time(at: DateTime<Utc>) -> String {
    in_china(at).format("%Y-%m-%d %H:%M").to_string()
}
