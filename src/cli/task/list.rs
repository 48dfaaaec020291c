//! `task list`.

use clap::{Args as ClapArgs, ValueEnum};
use serde_json::json;

use super::line::tell_line;
use crate::app::linking::inspect::{self, TaskLine};
use crate::cli::desk::{Desk, failed};
use crate::cli::failure::Failure;
use crate::cli::output::{Format, print, print_line};
use crate::domain::review::Status;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StatusFilter {
    Open,
    Approved,
    Refused,
    All,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Which
    #[arg(long, value_enum, default_value_t = StatusFilter::Open)]
    status: StatusFilter,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=100_000))]
    limit: i64,
}

pub(super) fn run(args: &Args, desk: &Desk, format: Format) -> Result<(), Failure> {
    let status = match args.status {
        StatusFilter::Open => Some(Status::Open),
        StatusFilter::Approved => Some(Status::Approved),
        StatusFilter::Refused => Some(Status::Refused),
        StatusFilter::All => None,
    };
    let found = desk.act(|tx| inspect::tasks(tx, status, args.limit));
    tell_list(format, &found.map_err(|error| failed(&error))?)
}

fn tell_list(format: Format, tasks: &[TaskLine]) -> Result<(), Failure> {
    if format == Format::Json {
        return print(json!({ "tasks": tasks }));
    }
    tasks.iter().try_for_each(tell_line)?;
    print_line(format_args!("共 {} 项", tasks.len()))
}
