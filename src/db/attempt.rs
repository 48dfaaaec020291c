//! One piece of work on the database: the connection that it gets, and what became of it.
//!
//! Nothing is asked of a connection before it is used. One that is gone, as all are after a restart of the server, shows it by its first
//! statement: as long as nothing was done on it, or the work only reads, the work is done on a connection of a new pool instead, once.

use diesel::Connection;
use diesel::pg::PgConnection;
use diesel::r2d2::PooledConnection;
use diesel::result::Error as DieselError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::connector::Connector;
use super::failure::DbError;
use super::limits::DEADLINE;
use super::purpose::Purpose;
use super::session::Session;
use super::source::Source;

/// One piece of work.
pub(super) struct Attempt {
    source: Arc<Source>,
    /// Of the pool that its connection came from.
    number: AtomicU64,
    /// It had a second connection.
    renewed: AtomicBool,
    overdue: AtomicBool,
    gone: AtomicBool,
}

impl Attempt {
    pub(super) fn new(source: &Arc<Source>) -> Self {
        Self {
            source: source.clone(),
            number: AtomicU64::new(source.current().number),
            renewed: AtomicBool::default(),
            overdue: AtomicBool::default(),
            gone: AtomicBool::default(),
        }
    }

    /// Runs `work` in one transaction. Its `BEGIN` is what tells a connection that is gone.
    pub(super) fn transaction<T, E>(&self, work: impl FnOnce(&mut PgConnection) -> Result<T, E>) -> Result<T, E>
    where
        E: From<DbError> + From<DieselError>,
    {
        self.transact(|session| session.admit(&*self.source.guard), work)
    }

    /// The same, whether or not the guard admits the connection.
    pub(super) fn unguarded<T>(
        &self,
        work: impl FnOnce(&mut PgConnection) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.transact(|_| Ok(()), work)
    }

    fn transact<T, E>(
        &self,
        admit: impl Fn(&mut Session) -> Result<(), DbError>,
        work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<DbError> + From<DieselError>,
    {
        let mut work = Some(work);
        loop {
            let mut session = self.session()?;
            let done = admit(&mut session).map_err(E::from).and_then(|()| {
                session.conn.transaction(|conn| match work.take() {
                    // Whoever asked was told that it is not done.
                    Some(work) => work(conn).and_then(|done| self.in_time(done)),
                    None => unreachable!("the work is left where there is a second round"),
                })
            });
            if work.is_some() && self.renews(&session) {
                continue;
            }
            return self.settle(&session, done);
        }
    }

    /// Runs `work` without a transaction. It may be run twice, since it only reads.
    pub(super) fn read<T, E>(&self, work: impl Fn(&mut PgConnection) -> Result<T, E>) -> Result<T, E>
    where
        E: From<DbError>,
    {
        loop {
            let mut session = self.session()?;
            let admitted = session.admit(&*self.source.guard).map_err(E::from);
            let done = admitted.and_then(|()| session.read(&work)).and_then(|done| self.in_time(done));
            if done.is_err() && self.renews(&session) {
                continue;
            }
            return self.settle(&session, done);
        }
    }

    fn session(&self) -> Result<PooledConnection<Connector>, DbError> {
        let current = self.source.current();
        self.number.store(current.number, Ordering::Relaxed);
        let session = current.pool.get().map_err(DbError::Unavailable)?;
        self.in_time(session)
    }

    /// Replaces the pool of a session that is gone, and says so, the first time.
    fn renews(&self, session: &Session) -> bool {
        let renews = session.is_gone() && !self.is_overdue() && !self.renewed.swap(true, Ordering::Relaxed);
        if renews {
            self.replace();
        }
        renews
    }

    fn settle<T, E: From<DbError>>(&self, session: &Session, done: Result<T, E>) -> Result<T, E> {
        if self.is_overdue() {
            session.spend();
        }
        self.gone.store(session.is_gone(), Ordering::Relaxed);
        let hurried = self.source.purpose == Purpose::Requests;
        if hurried && done.is_err() && session.is_late() { Err(DbError::Late.into()) } else { done }
    }

    fn is_overdue(&self) -> bool {
        self.overdue.load(Ordering::Relaxed)
    }

    fn in_time<T, E: From<DbError>>(&self, done: T) -> Result<T, E> {
        if self.is_overdue() { Err(DbError::Overdue.into()) } else { Ok(done) }
    }

    fn replace(&self) {
        self.source.replace(self.number.load(Ordering::Relaxed));
    }

    /// Replaces the pool where the work, which has ended, found it useless.
    pub(super) fn heed(&self) {
        if self.gone.load(Ordering::Relaxed) {
            self.replace();
        }
    }

    /// Waits for the work on its thread, no longer than people wait for a page. Whoever asked may leave before that: the wait goes on.
    pub(super) async fn supervise<R: Send + 'static>(self: Arc<Self>, task: JoinHandle<R>) -> Result<R, DbError> {
        let deadline = (self.source.purpose == Purpose::Requests).then(|| Instant::now() + DEADLINE);
        let mut waiting = Waiting { attempt: self, task: Some(task), deadline };
        waiting.attempt.clone().wait(&mut waiting.task, deadline).await
    }

    /// Waits; takes the task once it has ended or is left behind.
    async fn wait<R: Send + 'static>(
        &self,
        waited: &mut Option<JoinHandle<R>>,
        deadline: Option<Instant>,
    ) -> Result<R, DbError> {
        let Some(task) = waited else { return Err(DbError::Overdue) };
        let done = match deadline {
            None => Ok(task.await),
            Some(deadline) => timeout_at(deadline, task).await,
        };
        let task = waited.take();
        let Ok(done) = done else {
            if let Some(task) = task {
                self.leave_behind(task);
            }
            return Err(DbError::Overdue);
        };
        self.heed();
        Ok(done?)
    }

    /// The deadline is over: nobody waits for the work any more, however it ends.
    fn leave_behind<R: Send + 'static>(&self, task: JoinHandle<R>) {
        self.overdue.store(true, Ordering::Relaxed);
        self.source.leave_behind(self.number.load(Ordering::Relaxed));
        let source = self.source.clone();
        tokio::spawn(async move {
            drop(task.await);
            source.came_back();
        });
    }
}

/// Somebody who waits for work that is being done.
struct Waiting<R: Send + 'static> {
    attempt: Arc<Attempt>,
    /// Gone once it has ended, or was left behind.
    task: Option<JoinHandle<R>>,
    /// Commands have none.
    deadline: Option<Instant>,
}

impl<R: Send + 'static> Drop for Waiting<R> {
    fn drop(&mut self) {
        // While the runtime ends there is nobody left to go on.
        let (Some(task), Ok(runtime)) = (self.task.take(), Handle::try_current()) else { return };
        let (attempt, deadline) = (self.attempt.clone(), self.deadline);
        // Without a guard of its own: a runtime that ends drops what is spawned at once.
        runtime.spawn(async move { drop(attempt.wait(&mut Some(task), deadline).await) });
    }
}
