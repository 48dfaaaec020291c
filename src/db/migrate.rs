//! The schema's state, and the only ways to change it. One at a time: an advisory lock keeps two installers apart.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::{Pg, PgConnection};
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{ConnectionError, QueryResult, QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::MigrationHarness;
use secrecy::SecretString;
use serde::Serialize;

use super::{MIGRATIONS, establish};

/// "buzheng" as a number: other programs' advisory locks in the same database are other ones.
const LOCK: i64 = 0x0062_757a_6865_6e67;

/// The database cannot be connected to.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The server refuses, or there is none.
    #[error("{0}")]
    Refused(String),
    /// The address cannot be followed. libpq's own words are left out: they quote parts of the address, maybe of the password.
    #[error("its address names no server that can be found")]
    Address,
}

impl ConnectError {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Refused(_) => {
                "Start PostgreSQL, or correct database.url (database.owner_url where given); `buzheng doctor` looks at all of it."
            }
            Self::Address => {
                "Correct host and port of database.url (database.owner_url where given), and percent-encode special characters of its password."
            }
        }
    }
}

/// The schema cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A step failed and was rolled back; earlier ones stand.
    #[error("a migration failed: {0}")]
    Failed(Box<dyn std::error::Error + Send + Sync>),
    /// The newest step came from a newer program.
    #[error("the newest migration {0} is unknown to this version of buzheng")]
    Unknown(String),
    /// A query beside the migrations failed.
    #[error("the database refused: {0}")]
    Query(#[from] diesel::result::Error),
}

impl MigrateError {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Failed(_) => {
                "Correct what the message names and run the command again; the failed step left nothing behind."
            }
            Self::Unknown(_) => "Use the version of buzheng that made it.",
            Self::Query(_) => "Give database.owner_url, or database.url where it is alone, a user who owns the schema.",
        }
    }
}

/// Which migrations the database holds. Versions, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SchemaState {
    /// Known and applied.
    pub applied: Vec<String>,
    /// Known and not applied yet.
    pub pending: Vec<String>,
    /// Applied by a newer version of this program.
    pub unknown: Vec<String>,
}

#[derive(QueryableByName)]
struct Flag {
    #[diesel(sql_type = Bool)]
    value: bool,
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

/// A connection of its own, outside the pool and without its time limits.
pub fn connect(url: &SecretString) -> Result<PgConnection, ConnectError> {
    establish(url).map_err(|error| match error {
        // libpq's own words, which it translates only for programs that call `setlocale`.
        ConnectionError::BadConnection(message) if message.starts_with("connection to server") => {
            ConnectError::Refused(message.trim().replace('\n', " "))
        }
        _ => ConnectError::Address,
    })
}

/// Compares what is applied with what this program brings. Changes nothing, not even where there is no schema at all.
pub fn state(conn: &mut PgConnection) -> QueryResult<SchemaState> {
    let exists: Flag =
        sql_query("SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS value").get_result(conn)?;
    let applied: Vec<Version> = if exists.value {
        sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version").load(conn)?
    } else {
        Vec::new()
    };
    let applied: Vec<String> = applied.into_iter().map(|row| row.version).collect();
    let known = known_versions()?;
    Ok(SchemaState {
        pending: known.iter().filter(|version| !applied.contains(version)).cloned().collect(),
        unknown: applied.iter().filter(|version| !known.contains(version)).cloned().collect(),
        applied: applied.into_iter().filter(|version| known.contains(version)).collect(),
    })
}

/// Applies what is pending and answers it. Waits for another installer; `waiting` is called first if there is one.
pub fn up(conn: &mut PgConnection, waiting: impl FnOnce()) -> Result<Vec<String>, MigrateError> {
    locked(conn, waiting, |conn| {
        let applied = conn.run_pending_migrations(MIGRATIONS).map_err(MigrateError::Failed)?;
        Ok(applied.iter().map(ToString::to_string).collect())
    })
}

/// Reverts the newest migration alone and answers it; `None` if there is none.
pub fn down(conn: &mut PgConnection, waiting: impl FnOnce()) -> Result<Option<String>, MigrateError> {
    locked(conn, waiting, |conn| {
        let state = state(conn)?;
        if let Some(newest) = state.unknown.last() {
            return Err(MigrateError::Unknown(newest.clone()));
        }
        if state.applied.is_empty() {
            return Ok(None);
        }
        let reverted = conn.revert_last_migration(MIGRATIONS).map_err(MigrateError::Failed)?;
        Ok(Some(reverted.to_string()))
    })
}

fn locked<T>(
    conn: &mut PgConnection,
    waiting: impl FnOnce(),
    work: impl FnOnce(&mut PgConnection) -> Result<T, MigrateError>,
) -> Result<T, MigrateError> {
    let free: Flag = sql_query("SELECT pg_try_advisory_lock($1) AS value").bind::<BigInt, _>(LOCK).get_result(conn)?;
    if !free.value {
        waiting();
        sql_query("SELECT pg_advisory_lock($1)").bind::<BigInt, _>(LOCK).execute(conn)?;
    }
    // `CREATE TABLE IF NOT EXISTS` of the migrations' own table speaks up when it does.
    conn.batch_execute("SET client_min_messages = warning")?;
    let result = work(conn);
    let unlocked = sql_query("SELECT pg_advisory_unlock($1)").bind::<BigInt, _>(LOCK).execute(conn);
    let value = result?;
    unlocked?;
    Ok(value)
}

fn known_versions() -> QueryResult<Vec<String>> {
    let migrations: Vec<Box<dyn Migration<Pg>>> =
        MIGRATIONS.migrations().map_err(diesel::result::Error::QueryBuilderError)?;
    let mut versions: Vec<String> = migrations.iter().map(|migration| migration.name().version().to_string()).collect();
    versions.sort();
    Ok(versions)
}
