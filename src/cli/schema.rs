//! `buzheng schema migrate | status | down`.

use clap::{Args as ClapArgs, Subcommand};
use diesel::pg::PgConnection;
use serde_json::json;
use std::io::{self, Write};
use std::path::PathBuf;

use super::{Failure, Format, Outcome, ground, print};
use crate::app::App;
use crate::app::keys::{self, Keys, Recording};
use crate::config::Config;
use crate::db::{DbError, Guard, migrate, roles};
use crate::vault::Vault;

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

/// The schema is made before the keys on some hosts; a key file that is there must be this database's.
fn vault(config: &Config) -> Result<Option<Vault>, Failure> {
    let is_there = config.vault.keys_file.try_exists().unwrap_or(true);
    Ok(if is_there { Some(App::open_vault(config)?) } else { None })
}

fn compare(conn: &mut PgConnection, vault: &Vault, config: &Config) -> Result<(), Failure> {
    keys::before_migrations(conn, vault).map_err(|error| failed(&error, config))
}

fn failed(error: &DbError, config: &Config) -> Failure {
    ground::refusal(error, config).unwrap_or_else(|| {
        let reason = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
        Failure::new("key check values", reason, "Run `buzheng doctor`: it looks at database, schema and keys.")
    })
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

fn status(conn: &mut PgConnection, format: Format) -> Result<Outcome, Failure> {
    let state = migrate::state(conn).map_err(migrate::MigrateError::from)?;
    if format == Format::Json {
        print(json!(state))?;
    } else {
        let lines = [("applied", &state.applied), ("pending", &state.pending), ("unknown", &state.unknown)];
        for (word, versions) in lines {
            versions.iter().try_for_each(|version| print(format_args!("{word} {version}")))?;
        }
        if !state.pending.is_empty() {
            print("to apply what is pending: buzheng schema migrate")?;
        }
        if !state.unknown.is_empty() {
            print("unknown migrations come from a newer buzheng: use that version")?;
        }
    }
    let settled = state.pending.is_empty() && state.unknown.is_empty();
    Ok(if settled { Outcome::Done } else { Outcome::NeedsAttention })
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
