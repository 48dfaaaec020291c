//! The pool of connections, and the deadline of what is done with them.
//!
//! A blocking thread that waits for libpq cannot be woken, so a deadline cannot end it: whoever asked is answered, the thread is left
//! behind with its connection, and the pool is replaced, because its idle connections are most likely as dead. New ones are made within
//! a time of libpq's own, so that a database that answers nothing takes no further threads.

use diesel::Connection;
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::r2d2::{CustomizeConnection, Error as PoolError, Pool};
use diesel::result::Error as DieselError;
use secrecy::{ExposeSecret, SecretString};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::Guard;
use super::address::{COMMANDS_WAIT, limited};
use super::connector::{Closer, Connector, Session};
use super::failure::DbError;
use super::limits::{CONNECTION_WAIT, DEADLINE, LOCK_WAIT};

/// As many threads may be left behind as this many pools have connections; then the pool at hand is kept, and full.
const POOLS_LEFT_BEHIND: u32 = 3;

/// For whom connections are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// People who wait for a page.
    Requests,
    /// Commands, which may take their time.
    Commands,
}

/// The pool of connections.
#[derive(Clone)]
pub struct Db(Arc<Shared>);

struct Shared {
    address: SecretString,
    size: u32,
    purpose: Purpose,
    guard: Arc<dyn Guard>,
    current: Mutex<Generation>,
    left_behind: Arc<AtomicU32>,
    /// Goes with the last of all clones.
    closer: Closer,
}

/// A pool, and how many there were before it.
#[derive(Clone)]
struct Generation {
    number: u64,
    pool: Pool<Connector>,
}

/// One transaction: where its connection comes from, and what became of it.
struct Attempt {
    generation: Generation,
    /// A page waits for it.
    hurried: bool,
    guard: Arc<dyn Guard>,
    overdue: AtomicBool,
    gone: AtomicBool,
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
        let closer = Closer::default();
        let pool = purpose.pool(size).min_idle(Some(0)).build_unchecked(purpose.connector(url, &closer));
        let current = Mutex::new(Generation { number: 0, pool });
        let (address, left_behind) = (url.clone(), Arc::default());
        Self(Arc::new(Shared { address, size, purpose, guard, current, left_behind, closer }))
    }

    /// A pool whose connections all stand before the first one is used, for commands that work on several cores: a database that does not
    /// answer is told before anything has begun.
    pub fn filled(url: &SecretString, size: u32, guard: Arc<dyn Guard>) -> Result<Self, DbError> {
        let (purpose, closer) = (Purpose::Commands, Closer::default());
        let pool = purpose.pool(size).build(purpose.connector(url, &closer)).map_err(DbError::Unavailable)?;
        let current = Mutex::new(Generation { number: 0, pool });
        let (address, left_behind) = (url.clone(), Arc::default());
        Ok(Self(Arc::new(Shared { address, size, purpose, guard, current, left_behind, closer })))
    }

    /// Runs `work` in one transaction on a blocking thread.
    pub async fn transaction<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + From<DieselError> + Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, E> + Send + 'static,
    {
        self.spawn(|attempt| attempt.run(work)).await.map_err(E::from)?
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
        self.spawn(|attempt| attempt.run_unguarded(look)).await?
    }

    async fn spawn<R: Send + 'static>(&self, run: impl FnOnce(&Attempt) -> R + Send + 'static) -> Result<R, DbError> {
        let attempt = Arc::new(self.attempt());
        let span = tracing::Span::current();
        let task = spawn_blocking({
            let attempt = attempt.clone();
            move || span.in_scope(|| run(&attempt))
        });
        // A task of its own, because whoever asked may leave before the deadline.
        tokio::spawn(self.clone().supervise(attempt, task)).await?
    }

    /// The same, without a deadline, for callers that already stand on a blocking thread: the command line, the import.
    pub fn transaction_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<DbError> + From<DieselError>,
        F: FnOnce(&mut PgConnection) -> Result<T, E>,
    {
        let attempt = self.attempt();
        let done = attempt.run(work);
        self.heed(&attempt);
        done
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.transaction(|conn| Ok(conn.batch_execute("SELECT 1")?)).await
    }

    /// Lets every connection go that was made so far: whoever asks next gets a new one, which may lead to another server.
    pub fn renew(&self) {
        let number = self.current().number;
        self.replace(number);
    }

    /// Connections in use and open.
    pub fn usage(&self) -> (u32, u32) {
        let state = self.current().pool.state();
        (state.connections - state.idle_connections, state.connections)
    }

    fn current(&self) -> MutexGuard<'_, Generation> {
        self.0.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn attempt(&self) -> Attempt {
        Attempt {
            generation: self.current().clone(),
            guard: self.0.guard.clone(),
            hurried: self.0.purpose == Purpose::Requests,
            overdue: AtomicBool::default(),
            gone: AtomicBool::default(),
        }
    }

    async fn supervise<R: Send + 'static>(
        self,
        attempt: Arc<Attempt>,
        mut task: tokio::task::JoinHandle<R>,
    ) -> Result<R, DbError> {
        if self.0.purpose == Purpose::Commands {
            let done = task.await;
            self.heed(&attempt);
            return Ok(done?);
        }
        if let Ok(done) = timeout(DEADLINE, &mut task).await {
            self.heed(&attempt);
            return Ok(done?);
        }
        attempt.overdue.store(true, Ordering::Relaxed);
        let left_behind = self.0.left_behind.clone();
        if left_behind.fetch_add(1, Ordering::Relaxed) < self.0.size.saturating_mul(POOLS_LEFT_BEHIND) {
            self.replace(attempt.generation.number);
        }
        drop(attempt);
        tokio::spawn(async move {
            // However it ended: nobody waits for it.
            drop(task.await);
            left_behind.fetch_sub(1, Ordering::Relaxed);
        });
        Err(DbError::Overdue)
    }

    fn heed(&self, attempt: &Attempt) {
        if attempt.gone.load(Ordering::Relaxed) {
            self.replace(attempt.generation.number);
        }
    }

    /// Once, however many found the pool of this number useless.
    fn replace(&self, number: u64) {
        let Shared { address, size, purpose, closer, .. } = &*self.0;
        let mut current = self.current();
        if current.number == number {
            let pool = purpose.pool(*size).min_idle(Some(0)).build_unchecked(purpose.connector(address, closer));
            let former = std::mem::replace(&mut *current, Generation { number: number + 1, pool });
            drop(current);
            tracing::debug!(number, "new connections to the database");
            drop(former);
        }
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").finish_non_exhaustive()
    }
}

impl Attempt {
    fn is_overdue(&self) -> bool {
        self.overdue.load(Ordering::Relaxed)
    }

    fn run<T, E>(&self, work: impl FnOnce(&mut PgConnection) -> Result<T, E>) -> Result<T, E>
    where
        E: From<DbError> + From<DieselError>,
    {
        self.perform(true, work)
    }

    fn run_unguarded<T>(&self, work: impl FnOnce(&mut PgConnection) -> Result<T, DbError>) -> Result<T, DbError> {
        self.perform(false, work)
    }

    fn perform<T, E>(&self, guarded: bool, work: impl FnOnce(&mut PgConnection) -> Result<T, E>) -> Result<T, E>
    where
        E: From<DbError> + From<DieselError>,
    {
        let mut session = self.generation.pool.get().map_err(|error| E::from(DbError::Unavailable(error)))?;
        if self.is_overdue() {
            return Err(DbError::Overdue.into());
        }
        if guarded && let Err(error) = session.admit(&*self.guard) {
            self.gone.store(session.is_gone(), Ordering::Relaxed);
            return Err(error.into());
        }
        let done = session.conn.transaction(|conn| {
            let done = work(conn)?;
            // Whoever asked was told that it is not done.
            if self.is_overdue() { Err(DbError::Overdue.into()) } else { Ok(done) }
        });
        if self.is_overdue() {
            session.spend();
        }
        self.gone.store(session.is_gone(), Ordering::Relaxed);
        if self.hurried && done.is_err() && session.is_late() { Err(DbError::Late.into()) } else { done }
    }
}

impl Purpose {
    fn connector(self, url: &SecretString, closer: &Closer) -> Connector {
        let seconds = match self {
            Self::Requests => 2,
            Self::Commands => COMMANDS_WAIT,
        };
        closer.connector(&limited(url.expose_secret(), seconds))
    }

    fn pool(self, size: u32) -> diesel::r2d2::Builder<Connector> {
        Pool::builder()
            .max_size(size)
            .connection_timeout(CONNECTION_WAIT)
            .connection_customizer(Box::new(Settings(self)))
    }

    /// The server's limits on a statement and on a transaction that nobody goes on with.
    fn limits(self) -> String {
        match self {
            Self::Requests => format!(
                "SET lock_timeout = '{}s'; SET statement_timeout = '4500ms'; SET idle_in_transaction_session_timeout = '{}s'",
                LOCK_WAIT.as_secs(),
                DEADLINE.as_secs()
            ),
            Self::Commands => "SET lock_timeout = '5s'; SET statement_timeout = '10s'; \
                               SET idle_in_transaction_session_timeout = '30s'"
                .to_owned(),
        }
    }
}

/// What every connection is set to.
#[derive(Debug)]
struct Settings(Purpose);

impl CustomizeConnection<Session, PoolError> for Settings {
    fn on_acquire(&self, session: &mut Session) -> Result<(), PoolError> {
        let limits = self.0.limits();
        session
            .conn
            .batch_execute(&format!("SET application_name = 'buzheng'; SET TIME ZONE 'UTC'; {limits}"))
            .map_err(PoolError::QueryError)
    }
}
