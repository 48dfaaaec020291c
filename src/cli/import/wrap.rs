//! `buzheng import wrap`.

use clap::Args as ClapArgs;
use indicatif::HumanCount;
use serde_json::json;
use std::num::NonZero;
use std::thread;

use super::progress::{Progress, Unit, duration};
use super::{How, warn, with_causes};
use crate::app::keys::Recording;
use crate::app::wrapping::{Done, Wrapper};
use crate::cli::failure::Failure;
use crate::cli::ground;
use crate::cli::output::{Format, Outcome, print};
use crate::config::Config;
use crate::db::{Db, DbError};

#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Cores that work at once, at most as many as there are [default: all]
    #[arg(long, value_name = "N")]
    cores: Option<NonZero<usize>>,
}

pub(super) fn run(args: &Args, how: How, config: &Config) -> Result<Outcome, Failure> {
    let (db, vault) = ground::open(config, Recording::Records)?;
    let all = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let cores = args.cores.map_or(all, |cores| cores.min(all));
    let wrapper = Wrapper::new(db, vault, cores);
    let progress = Progress::start(how.progress, Unit::Things("个"));
    progress.bar().set_message("加固旧密码");
    let done = wrapper.finish(progress.bar());
    progress.end();
    match done {
        Ok(done) => tell(how.format, &done, cores),
        Err(error) => {
            warn(format_args!(
                "加固旧密码中断：数据库操作失败（{}）；已加固的保留，请运行 buzheng doctor，排除故障后再次运行即可继续",
                with_causes(&error)
            ));
            Ok(Outcome::Unusable)
        }
    }
}

fn tell(format: Format, done: &Done, cores: NonZero<usize>) -> Result<Outcome, Failure> {
    let Done { wrapped, refused, discarded } = *done;
    match format {
        Format::Json => {
            print(json!({ "cores": cores, "wrapped": wrapped, "refused": refused, "discarded": discarded }))?;
        }
        Format::Human => print(format_args!("已加固 {} 个旧密码（{cores} 个核心同时）", HumanCount(wrapped)))?,
    }
    if refused == 0 {
        return Ok(Outcome::Done);
    }
    warn(format_args!(
        "{} 个封存的旧密码打不开，仍然封存：请核对 vault.keys_file 是否为导入时的密钥文件，再次运行；仍打不开的，请重新导入这些账户。",
        HumanCount(refused)
    ));
    Ok(Outcome::NeedsAttention)
}

/// What a run leaves to be wrapped; `None` where nothing waits.
pub(super) fn outlook(db: &Db, config: &Config) -> Result<Option<String>, DbError> {
    let waiting = crate::app::wrapping::waiting(db)?;
    if waiting == 0 {
        return Ok(None);
    }
    let text = format!("{} 个旧密码已封存，待加固", HumanCount(waiting));
    let Some(cores) = NonZero::new(config.jobs.wrap_cores) else {
        return Ok(Some(format!("{text}：jobs.wrap_cores 为 0，服务不做，请运行 buzheng import wrap。")));
    };
    let time =
        duration(crate::app::wrapping::time_of_one_core(waiting) / u32::try_from(cores.get()).unwrap_or(u32::MAX));
    Ok(Some(format!(
        "{text}：服务在后台用 {cores} 个核心（jobs.wrap_cores）约需 {time}；要在开放前做完，请运行 buzheng import wrap。"
    )))
}
