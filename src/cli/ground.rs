//! What most commands need: database and keys, compared before anything is done; and the confirmation `--yes`.

use diesel::PgConnection;
use std::fmt::Display;
use std::time::Duration;
use tokio::time::timeout;

use super::Failure;
use crate::app::App;
use crate::app::keys::{Keys, Recording};
use crate::config::Config;
use crate::db::{Db, DbError, Guard};
use crate::vault::Vault;

/// How long a start waits for the database's check values.
const KEYS_PATIENCE: Duration = Duration::from_secs(3);

/// Database and keys of the configuration. Commands that write nothing leave no check values either.
pub(super) fn open(config: &Config, recording: Recording) -> Result<(Db, Vault), Failure> {
    let vault = App::open_vault(config)?;
    let db = Db::new(&config.database.url, 1, Keys::new(&vault, recording));
    admitted(&db, config)?;
    Ok((db, vault))
}

/// Refuses keys of another installation. The command itself reports what else may be wrong with the database.
pub(super) fn admitted(db: &Db, config: &Config) -> Result<(), Failure> {
    match db.read_blocking(|_| Ok::<_, DbError>(())) {
        Err(error) => refusal(&error, config).map_or(Ok(()), Err),
        Ok(()) => Ok(()),
    }
}

/// [`admitted`] for a service that starts while the database is down: only a database that answers in time can refuse its keys.
pub(super) async fn refuse_others_keys(app: &App) -> Result<(), Failure> {
    match timeout(KEYS_PATIENCE, app.compare_keys()).await {
        Ok(Err(error @ DbError::Keys(_))) => refusal(&error, &app.config).map_or(Ok(()), Err),
        _ => Ok(()),
    }
}

/// [`admitted`] on a connection outside of the pool.
pub(super) fn compare(conn: &mut PgConnection, vault: &Vault, config: &Config) -> Result<(), Failure> {
    match Keys::new(vault, Recording::ComparesOnly).admit(conn) {
        Err(error) => refusal(&error, config).map_or(Ok(()), Err),
        Ok(()) => Ok(()),
    }
}

/// What an operator must correct before any command can run.
pub(super) fn refusal(error: &DbError, config: &Config) -> Option<Failure> {
    match error {
        DbError::Keys(mismatch) => {
            let file = format!("vault.keys_file {}", config.vault.keys_file.display());
            Some(Failure::new(file, mismatch, crate::vault::KeyMismatch::NEXT_STEP))
        }
        DbError::Unprepared => {
            Some(Failure::new("schema", "migrations of this program are pending", "Run `buzheng schema migrate`."))
        }
        _ => None,
    }
}

/// Demands `--yes`, at a terminal and in a script alike.
pub(super) fn confirmed(yes: bool, thing: impl Display, consequence: &str, next_step: &str) -> Result<(), Failure> {
    if yes { Ok(()) } else { Err(Failure::new(thing, consequence, next_step)) }
}
