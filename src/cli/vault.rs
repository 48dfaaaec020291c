//! `buzheng vault repair`: rows that were written under another installation's look-up key can be found again.

use chrono::Utc;
use clap::{Args as ClapArgs, Subcommand};
use serde_json::json;
use std::path::PathBuf;

use super::desk::{Who, failed};
use super::{Failure, Format, Outcome, ground, print};
use crate::app::keys::Recording;
use crate::app::keys::repair::{Repaired, repair};

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
    /// Compute look-up values anew that do not belong to the number that their row holds (`doctor` names them as keys.look_up)
    Repair {
        #[command(flatten)]
        who: Who,
    },
}

/// Runs the command. Exit code 1 where rows do not open.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let config = super::load(config)?;
    let Action::Repair { who } = &args.action;
    let by = who.name()?;
    let (db, vault) = ground::open(&config, Recording::Records)?;
    let Repaired { rows, unopened } = repair(&db, &vault, &by, Utc::now()).map_err(|error| failed(&error.into()))?;
    match args.format {
        Format::Json => print(json!({ "repaired": rows, "unopened": unopened }))?,
        Format::Human => {
            print(format_args!("已重新计算 {rows} 行的检索值"))?;
            if unopened > 0 {
                print(format_args!("另有 {unopened} 行打不开：运行 buzheng doctor，它说明这些行用的是哪把封存密钥"))?;
            }
        }
    }
    Ok(if unopened == 0 { Outcome::Done } else { Outcome::NeedsAttention })
}
