//! The keys of the configuration against those of the database, before the schema is changed.

use diesel::pg::PgConnection;

use crate::app::App;
use crate::app::keys;
use crate::cli::failure::Failure;
use crate::cli::ground;
use crate::config::Config;
use crate::db::DbError;
use crate::vault::Vault;

/// The schema is made before the keys on some hosts; a key file that is there must be this database's.
pub(super) fn vault(config: &Config) -> Result<Option<Vault>, Failure> {
    let is_there = config.vault.keys_file.try_exists().unwrap_or(true);
    Ok(if is_there { Some(App::open_vault(config)?) } else { None })
}

pub(super) fn compare(conn: &mut PgConnection, vault: &Vault, config: &Config) -> Result<(), Failure> {
    keys::before_migrations(conn, vault).map_err(|error| failed(&error, config))
}

pub(super) fn failed(error: &DbError, config: &Config) -> Failure {
    ground::refusal(error, config).unwrap_or_else(|| {
        let reason = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
        Failure::new("key check values", reason, "Run `buzheng doctor`: it looks at database, schema and keys.")
    })
}
