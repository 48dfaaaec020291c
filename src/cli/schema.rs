//! `buzheng schema migrate | status | down`.

mod keys;
mod status;

use clap::{Args as ClapArgs, Subcommand};
use diesel::pg::PgConnection;
use serde_json::json;
use std::io::{self, Write};
use std::path::PathBuf;

use super::{Failure, Format, Outcome, ground, print};
use crate::app::keys::{Keys, Recording};
use crate::config::Config;
use crate::db::{Guard, migrate, roles};
use keys::{compare, failed, vault};
use status::status;

/// Arguments of the command.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// How to report
    #[arg(long, global = true, value_enum, default_value_t)]
    format: Format,
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum Action {
    /// Apply every pending migration; two at once are safe
    Migrate,
    /// Tell which migrations are applied and which are pending; exit code 1 unless all are applied
    Status,
    /// Revert the newest migration, with the data it holds; only with --yes
    Down {
        /// Confirm that the data of the newest migration may be lost
        #[arg(long)]
        yes: bool,
    },
}

/// Runs the command.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let config = super::load(config)?;
    if let Action::Down { yes } = args.action {
        let consequence = "it drops tables with the data in them; nothing was changed";
        ground::confirmed(yes, "schema down", consequence, "Make a backup, then run it again with --yes.")?;
    }
    let mut conn = migrate::connect(config.database.schema_url())?;
    match args.action {
        Action::Migrate => up(&mut conn, &config, args.format),
        Action::Status => status(&mut conn, args.format),
        Action::Down { .. } => {
            if let Some(vault) = vault(&config)? {
                compare(&mut conn, &vault, &config)?;
            }
            down(&mut conn, args.format)
        }
    }
}

fn up(conn: &mut PgConnection, config: &Config, format: Format) -> Result<Outcome, Failure> {
    let (database, vault) = (&config.database, vault(config)?);
    if let Some(vault) = &vault {
        compare(conn, vault, config)?;
    }
    let applied = migrate::up(conn, tell_waiting)?;
    if let Some(vault) = &vault {
        Keys::new(vault, Recording::Records).admit(conn).map_err(|error| failed(&error, config))?;
    }
    if database.owner_url.is_some() {
        let role = roles::current(&mut migrate::connect(&database.url)?).map_err(migrate::MigrateError::from)?;
        let owner = roles::current(conn).map_err(migrate::MigrateError::from)?;
        if role != owner {
            roles::grant(conn, &role).map_err(migrate::MigrateError::from)?;
        }
    }
    match format {
        Format::Json => print(json!({ "applied": applied }))?,
        Format::Human if applied.is_empty() => print("nothing to do: every migration is applied")?,
        Format::Human => applied.iter().try_for_each(|version| print(format_args!("applied {version}")))?,
    }
    Ok(Outcome::Done)
}

fn down(conn: &mut PgConnection, format: Format) -> Result<Outcome, Failure> {
    let reverted = migrate::down(conn, tell_waiting)?;
    match (format, &reverted) {
        (Format::Json, _) => print(json!({ "reverted": reverted }))?,
        (Format::Human, Some(version)) => print(format_args!("reverted {version}"))?,
        (Format::Human, None) => print("nothing to revert: no migration is applied")?,
    }
    Ok(if reverted.is_some() { Outcome::Done } else { Outcome::NeedsAttention })
}

fn tell_waiting() {
    // Only a remark: the work itself reports on stdout.
    let _ = writeln!(io::stderr(), "another installer holds the schema; waiting for it");
}
