//! The doors to the database, and the deadline of what is done behind them.
//!
//! A blocking thread that waits for libpq cannot be woken, so a deadline cannot end it: whoever asked is answered, the thread is left
//! behind with its connection, and the pool is replaced, because its idle connections are most likely as dead. New ones are made within
//! a time of libpq's own, so that a database that answers nothing takes no further threads.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::result::Error as DieselError;
use secrecy::SecretString;
use std::sync::Arc;
use tokio::task::spawn_blocking;

use super::Guard;
use super::attempt::Attempt;
use super::connector::Closer;
use super::failure::DbError;
use super::purpose::Purpose;
use super::source::{Origin, Source};

/// The pool of connections.
#[derive(Clone)]
pub struct Db {
    source: Arc<Source>,
    /// Goes with the last of all clones, while work that was left behind may still hold the source.
    _closer: Arc<Closer>,
}

impl Db {
    /// A pool for requests that connects when first asked: the service starts, and says so, while the database is down.
    pub fn serving(url: &SecretString, size: u32, guard: Arc<dyn Guard>) -> Self {
        Self::lazy(url, size, Purpose::Requests, guard)
    }

    /// A pool for commands that connects when first asked.
    pub fn new(url: &SecretString, size: u32, guard: Arc<dyn Guard>) -> Self {
        Self::lazy(url, size, Purpose::Commands, guard)
    }

    fn lazy(url: &SecretString, size: u32, purpose: Purpose, guard: Arc<dyn Guard>) -> Self {
        let closer = Arc::<Closer>::default();
        let source = Source::lazy(Origin { url, size, purpose, guard, gate: closer.gate() });
        Self { source: Arc::new(source), _closer: closer }
    }

    /// A pool whose connections all stand before the first one is used, for commands that work on several cores: a database that does not
    /// answer is told before anything has begun.
    pub fn filled(url: &SecretString, size: u32, guard: Arc<dyn Guard>) -> Result<Self, DbError> {
        let closer = Arc::<Closer>::default();
        let origin = Origin { url, size, purpose: Purpose::Commands, guard, gate: closer.gate() };
        let source = Source::filled(origin).map_err(DbError::Unavailable)?;
        Ok(Self { source: Arc::new(source), _closer: closer })
    }

    /// Runs `work` in one transaction on a blocking thread.
    pub async fn transaction<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + From<DieselError> + Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, E> + Send + 'static,
    {
        self.spawn(|attempt| attempt.transaction(work)).await.map_err(E::from)?
    }

    /// Runs `work`, which only reads, on a blocking thread and without a transaction: each of its statements sees the database as of its own
    /// beginning, as it would in a transaction that is READ COMMITTED. Where the connection is gone, it is run once more on another one.
    ///
    /// PostgreSQL would take a write all the same, as nothing tells it of the intent: a statement that does would be one more, and a session
    /// that is read-only by its settings hides whether the server is. Builds with debug assertions, such as those for tests, panic on a
    /// statement that is not a mere query.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T, E> + Send + 'static,
    {
        self.spawn(move |attempt| attempt.read(work)).await.map_err(E::from)?
    }

    /// Has the guard asked about a connection, where it was not yet. Sends nothing otherwise.
    pub async fn admit(&self) -> Result<(), DbError> {
        self.read(|_| Ok(())).await
    }

    /// Runs `work` in a transaction that cannot write, whether or not the guard admits the connection: for whoever tells why it does not.
    pub async fn look<T, F>(&self, work: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, DbError> + Send + 'static,
    {
        let look = move |conn: &mut PgConnection| {
            conn.batch_execute("SET TRANSACTION READ ONLY")?;
            work(conn)
        };
        self.spawn(|attempt| attempt.unguarded(look)).await?
    }

    async fn spawn<R: Send + 'static>(&self, run: impl FnOnce(&Attempt) -> R + Send + 'static) -> Result<R, DbError> {
        let attempt = Arc::new(Attempt::new(&self.source));
        let span = tracing::Span::current();
        let task = spawn_blocking({
            let attempt = attempt.clone();
            move || span.in_scope(|| run(&attempt))
        });
        attempt.supervise(task).await
    }

    /// [`Self::transaction`] without a deadline, for callers that already stand on a blocking thread: the command line, the import.
    pub fn transaction_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<DbError> + From<DieselError>,
        F: FnOnce(&mut PgConnection) -> Result<T, E>,
    {
        let attempt = Attempt::new(&self.source);
        let done = attempt.transaction(work);
        attempt.heed();
        done
    }

    /// [`Self::read`] without a deadline, for the same callers.
    pub fn read_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<DbError>,
        F: Fn(&mut PgConnection) -> Result<T, E>,
    {
        let attempt = Attempt::new(&self.source);
        let done = attempt.read(work);
        attempt.heed();
        done
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.read(|conn| Ok(conn.batch_execute("SELECT 1")?)).await
    }

    /// Lets every connection go that was made so far: whoever asks next gets a new one, which may lead to another server.
    pub fn renew(&self) {
        self.source.replace(self.source.current().number);
    }

    /// Connections in use and open.
    pub fn usage(&self) -> (u32, u32) {
        let state = self.source.current().pool.state();
        (state.connections - state.idle_connections, state.connections)
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").finish_non_exhaustive()
    }
}
