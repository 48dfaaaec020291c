//! `link list`.

use clap::Args as ClapArgs;
use serde_json::json;

use super::line::tell_line;
use crate::app::AppError;
use crate::app::linking::inspect::{self, LinkLine};
use crate::cli::desk::{Desk, failed};
use crate::cli::failure::Failure;
use crate::cli::output::{Format, print, print_line};
use crate::db::legacy;
use crate::db::people::LinkFilter;
use crate::ids::PersonId;

#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Of one person
    #[arg(long, value_name = "ID")]
    person: Option<PersonId>,
    /// Of one account
    #[arg(long, value_name = "SYSTEM:KEY")]
    account: Option<String>,
    /// Undone ones too
    #[arg(long)]
    undone: bool,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=100_000))]
    limit: i64,
}

pub(super) fn run(args: &Args, desk: &Desk, format: Format) -> Result<(), Failure> {
    tell_list(format, &find(args, desk)?)
}

fn find(args: &Args, desk: &Desk) -> Result<Vec<LinkLine>, Failure> {
    let account = args.account.as_deref();
    let found = desk.act(|tx| {
        let account = match account {
            Some(label) => Some(legacy::AccountRow::by_label(tx.conn, label)?.ok_or(AppError::NotFound)?.id),
            None => None,
        };
        inspect::links(tx, &LinkFilter { person: args.person, account, undone: args.undone, limit: args.limit })
    });
    found.map_err(|error| match error {
        AppError::NotFound => Failure::new(
            format_args!("account {}", account.unwrap_or_default()),
            "there is no such account",
            "Write it as SYSTEM:KEY, such as reissue:12.",
        ),
        other => failed(&other),
    })
}

fn tell_list(format: Format, links: &[LinkLine]) -> Result<(), Failure> {
    if format == Format::Json {
        return print(json!({ "links": links }));
    }
    links.iter().try_for_each(tell_line)?;
    print_line(format_args!("共 {} 条", links.len()))
}
