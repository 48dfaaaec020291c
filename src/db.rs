//! diesel only: one file per table family; decides nothing.
//!
//! Query functions take `&mut PgConnection`, return [`QueryResult`], and open no transaction of their own:
//! [`Db::transaction`] is the one door, and it keeps blocking work off the async threads.

pub mod applications;
pub mod audit;
mod connector;
pub mod exams;
pub mod import;
pub mod import_batches;
pub mod inspect;
pub mod jobs;
pub mod key_checks;
pub mod legacy;
pub mod legacy_passwords;
pub mod migrate;
pub mod people;
pub mod roles;
pub mod rollback;
pub mod schema;
pub mod tasks;

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::r2d2::{CustomizeConnection, Pool};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::{Connection, QueryResult, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::Duration;

use connector::{Closer, Connector, Guarded};

/// The schema's migrations, inside the binary.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// How long a request waits for a connection before it gets an honest page; r2d2's own default is 30 s.
const CONNECTION_WAIT: Duration = Duration::from_secs(2);

/// Why work on the database failed.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection in time: the database is down or the pool is exhausted.
    #[error("no database connection within {}s", CONNECTION_WAIT.as_secs())]
    Unavailable(#[source] diesel::r2d2::PoolError),
    /// A query failed.
    #[error("database query failed")]
    Query(#[from] DieselError),
    /// A stored value does not open.
    #[error("stored value unusable")]
    Vault(#[from] crate::vault::VaultError),
    /// The keys are another installation's: nothing may be written.
    #[error(transparent)]
    Keys(#[from] crate::vault::KeyMismatch),
    /// The tables that this program needs first are not there.
    #[error("the database's schema is older than this program; `buzheng schema migrate` brings it up to date")]
    Unprepared,
    /// A stored word is none that this program knows.
    #[error("unexpected stored word in {0}")]
    Word(&'static str),
    /// The thread that worked on the database died.
    #[error("database task ended early")]
    Task(#[from] tokio::task::JoinError),
}

impl DbError {
    /// Whether waiting helps: no connection, a lost one, a lock or statement that took too long, an operator who is at work.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Unavailable(_)
            | Self::Query(DieselError::BrokenTransactionManager)
            | Self::Keys(_)
            | Self::Unprepared => true,
            Self::Query(DieselError::DatabaseError(kind, information)) => {
                let message = information.message();
                matches!(kind, DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand)
                    || message.contains("timeout")
                    || message.contains("terminating connection")
                    || message.contains("the database system is")
            }
            _ => false,
        }
    }

    /// Whether another transaction was in the way, so that the same one, run again, may do.
    pub fn is_collision(&self) -> bool {
        let Self::Query(DieselError::DatabaseError(kind, information)) = self else { return false };
        match kind {
            // Of a foreign key: what was read is gone, with a batch of old rows that was taken back. Run again, it is not found.
            DatabaseErrorKind::UniqueViolation
            | DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::ForeignKeyViolation => true,
            _ => information.message().contains("deadlock detected"),
        }
    }

    /// Whether a unique constraint said that someone else was faster, and which.
    pub fn violated_constraint(&self) -> Option<&str> {
        match self {
            Self::Query(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, information)) => {
                information.constraint_name()
            }
            _ => None,
        }
    }
}

/// What each connection must pass before work is done on it.
pub trait Guard: Send + Sync {
    /// Refuses a database that is not to be worked on.
    fn admit(&self, conn: &mut PgConnection) -> Result<(), DbError>;
}

/// The pool of connections.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Connector>,
    guard: Arc<dyn Guard>,
    /// Goes with the last of all clones.
    _closer: Arc<Closer>,
}

impl Db {
    /// A pool that connects when first asked: the service starts, and says so, while the database is down.
    pub fn new(url: &SecretString, size: u32, guard: Arc<dyn Guard>) -> Self {
        let (connector, closer) = Connector::new(url.expose_secret());
        let pool = pool(size).min_idle(Some(0)).build_unchecked(connector);
        Self { pool, guard, _closer: Arc::new(closer) }
    }

    /// A pool whose connections all stand before the first one is used, for commands that work on several cores: a database that does not
    /// answer is told before anything has begun.
    pub fn filled(url: &SecretString, size: u32, guard: Arc<dyn Guard>) -> Result<Self, DbError> {
        let (connector, closer) = Connector::new(url.expose_secret());
        let pool = pool(size).build(connector).map_err(DbError::Unavailable)?;
        Ok(Self { pool, guard, _closer: Arc::new(closer) })
    }

    /// Runs `work` in one transaction on a blocking thread.
    pub async fn transaction<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + From<DieselError> + Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, E> + Send + 'static,
    {
        let db = self.clone();
        let span = tracing::Span::current();
        tokio::task::spawn_blocking(move || span.in_scope(|| db.transaction_blocking(work)))
            .await
            .map_err(|error| E::from(DbError::from(error)))?
    }

    /// Runs `work` in a transaction that cannot write, whether or not the guard admits the connection: for whoever tells why it does not.
    pub async fn look<T, F>(&self, work: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, DbError> + Send + 'static,
    {
        let pool = self.pool.clone();
        tokio::task::spawn_blocking(move || {
            let mut conn = pool.get().map_err(DbError::Unavailable)?;
            conn.transaction(|conn| {
                conn.batch_execute("SET TRANSACTION READ ONLY")?;
                work(conn)
            })
        })
        .await?
    }

    /// The same for callers that already stand on a blocking thread: the command line, the import.
    pub fn transaction_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<DbError> + From<DieselError>,
        F: FnOnce(&mut PgConnection) -> Result<T, E>,
    {
        let mut conn = self.pool.get().map_err(|error| E::from(DbError::Unavailable(error)))?;
        conn.admit(&*self.guard)?;
        conn.transaction(|conn| work(conn))
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.transaction(|conn| Ok(conn.batch_execute("SELECT 1")?)).await
    }

    /// Connections in use and open.
    pub fn usage(&self) -> (u32, u32) {
        let state = self.pool.state();
        (state.connections - state.idle_connections, state.connections)
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").finish_non_exhaustive()
    }
}

fn pool(size: u32) -> diesel::r2d2::Builder<Connector> {
    Pool::builder().max_size(size).connection_timeout(CONNECTION_WAIT).connection_customizer(Box::new(Settings))
}

/// What every connection is set to.
#[derive(Debug)]
struct Settings;

impl CustomizeConnection<Guarded, diesel::r2d2::Error> for Settings {
    fn on_acquire(&self, conn: &mut Guarded) -> Result<(), diesel::r2d2::Error> {
        conn.batch_execute(
            "SET application_name = 'buzheng'; SET statement_timeout = '10s'; SET lock_timeout = '5s'; \
             SET idle_in_transaction_session_timeout = '30s'; SET TIME ZONE 'UTC'",
        )
        .map_err(diesel::r2d2::Error::QueryError)
    }
}

/// Takes a lock that holds until the end of the transaction, named by a keyed hash: two transactions about the same person or number follow
/// one another.
pub fn lock(conn: &mut PgConnection, name: &[u8]) -> QueryResult<()> {
    let mut key = [0; 8];
    for (at, byte) in name.iter().enumerate() {
        key[at % 8] ^= byte;
    }
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
        .bind::<diesel::sql_types::BigInt, _>(i64::from_be_bytes(key))
        .execute(conn)
        .map(|_| ())
}
