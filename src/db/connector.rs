//! Makes the pool's connections, and sees to it that none is still being made when the process ends.

use diesel::connection::{Instrumentation, InstrumentationEvent, get_default_instrumentation};
use diesel::pg::PgConnection;
use diesel::r2d2::{ConnectionManager, Error, ManageConnection};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::{Connection, ConnectionError};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::failure::Sort;
use super::limits::LOCK_WAIT;
use super::reading::only_reads;
use super::{DbError, Guard};

/// How long the end waits for connections that are being made. One to an address that swallows packets takes minutes, and does no harm.
const PATIENCE: Duration = Duration::from_secs(5);

/// Lets connections be made until it is closed.
#[derive(Debug, Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    closed: bool,
    connecting: u32,
}

impl Gate {
    /// One that this lets through.
    pub(super) fn connector(self: &Arc<Self>, url: &str) -> Connector {
        Connector { manager: ConnectionManager::new(url), gate: self.clone() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection of the pool.
pub(super) struct Session {
    pub(super) conn: PgConnection,
    /// Each one is asked: the address may lead to another database later.
    admitted: bool,
    marks: Arc<Marks>,
}

/// What a session's failures say of it.
#[derive(Debug, Default)]
struct Marks {
    /// It is not given back to the pool.
    spent: AtomicBool,
    /// No connection that was made before is of use.
    gone: AtomicBool,
    /// A statement was given up after it had waited for long.
    late: AtomicBool,
    /// It is used by work that only reads.
    reading: AtomicBool,
}

/// Sees every failure of a session, whatever error the work on it makes of it.
struct Watch {
    marks: Arc<Marks>,
    began: Instant,
    /// The process's own, as a test sets it that counts statements.
    further: Option<Box<dyn Instrumentation>>,
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let error = match &event {
            InstrumentationEvent::StartQuery { query, .. } => {
                self.began = Instant::now();
                if cfg!(debug_assertions) && self.marks.reading.load(Ordering::Relaxed) {
                    assert!(only_reads(&query.to_string()), "work that only reads sent something else");
                }
                None
            }
            InstrumentationEvent::FinishQuery { error, .. } => *error,
            _ => None,
        };
        if let Some(error) = error {
            self.judge(error);
        }
        if let Some(further) = &mut self.further {
            further.on_connection_event(event);
        }
    }
}

impl Watch {
    fn judge(&self, error: &DieselError) {
        let sort = Sort::of(error);
        let unknown = matches!(error, DieselError::DatabaseError(DatabaseErrorKind::Unknown, _));
        if unknown && sort != Sort::Collision && self.began.elapsed() >= LOCK_WAIT {
            tracing::warn!(%error, "a statement waited in vain");
            self.marks.late.store(true, Ordering::Relaxed);
            self.marks.spent.store(true, Ordering::Relaxed);
        }
        if matches!(sort, Sort::Gone | Sort::Unexplained) {
            self.marks.spent.store(true, Ordering::Relaxed);
        }
        if sort == Sort::Gone {
            self.marks.gone.store(true, Ordering::Relaxed);
        }
    }
}

impl Session {
    fn new(mut conn: PgConnection) -> Self {
        let marks = Arc::<Marks>::default();
        let further = get_default_instrumentation();
        conn.set_instrumentation(Watch { marks: marks.clone(), began: Instant::now(), further });
        Self { conn, admitted: false, marks }
    }

    pub(super) fn admit(&mut self, guard: &dyn Guard) -> Result<(), DbError> {
        if !self.admitted {
            guard.admit(&mut self.conn)?;
            self.admitted = true;
        }
        Ok(())
    }

    /// Runs work that only reads, outside of a transaction.
    pub(super) fn read<T>(&mut self, work: impl FnOnce(&mut PgConnection) -> T) -> T {
        self.marks.reading.store(true, Ordering::Relaxed);
        let done = work(&mut self.conn);
        self.marks.reading.store(false, Ordering::Relaxed);
        done
    }

    /// Keeps it from being given back to the pool.
    pub(super) fn spend(&self) {
        self.marks.spent.store(true, Ordering::Relaxed);
    }

    /// Whether a statement was given up after it had waited for long.
    pub(super) fn is_late(&self) -> bool {
        self.marks.late.load(Ordering::Relaxed)
    }

    /// Whether it showed that the connections lead nowhere, or to a server that takes no writes.
    pub(super) fn is_gone(&self) -> bool {
        self.marks.gone.load(Ordering::Relaxed)
    }
}

/// Connects, until it is closed.
pub(super) struct Connector {
    manager: ConnectionManager<PgConnection>,
    gate: Arc<Gate>,
}

/// Closes a [`Gate`] when dropped. The pool connects on threads of its own, which nobody joins: one that was at it while the process ended
/// was seen to crash inside OpenSSL, which takes its tables away at exit.
#[derive(Debug, Default)]
pub(super) struct Closer(Arc<Gate>);

impl Closer {
    /// The one that this closes.
    pub(super) fn gate(&self) -> Arc<Gate> {
        self.0.clone()
    }
}

impl Drop for Closer {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.closed = true;
        // Neither a poisoned lock nor the time-out leaves anything to do here.
        drop(self.0.changed.wait_timeout_while(state, PATIENCE, |state| state.connecting > 0));
    }
}

impl ManageConnection for Connector {
    type Connection = Session;
    type Error = Error;

    fn connect(&self) -> Result<Session, Error> {
        {
            let mut state = self.gate.state();
            if state.closed {
                return Err(Error::ConnectionError(ConnectionError::BadConnection("the program is ending".to_owned())));
            }
            state.connecting += 1;
        }
        let connection = self.manager.connect();
        self.gate.state().connecting -= 1;
        self.gate.changed.notify_all();
        connection.map(Session::new)
    }

    fn is_valid(&self, session: &mut Session) -> Result<(), Error> {
        self.manager.is_valid(&mut session.conn)
    }

    fn has_broken(&self, session: &mut Session) -> bool {
        session.marks.spent.load(Ordering::Relaxed) || self.manager.has_broken(&mut session.conn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::sync::mpsc;
    use std::thread;

    #[test]
    fn the_end_waits_for_a_connection_that_is_being_made_and_lets_no_other_begin() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("postgres://somebody@{}/none?sslmode=disable", server.local_addr().unwrap());
        let closer = Closer::default();
        let connector = Arc::new(closer.gate().connector(&url));
        let connecting = thread::spawn({
            let connector = connector.clone();
            move || connector.connect().is_err()
        });
        let (begun, _) = server.accept().unwrap();
        let (ended, end) = mpsc::channel();
        let closing = thread::spawn(move || {
            drop(closer);
            ended.send(()).unwrap();
        });
        while !connector.gate.state().closed {
            thread::yield_now();
        }
        assert!(connector.connect().is_err(), "no other one begins");
        assert!(end.try_recv().is_err(), "the first is still being made");
        drop(begun);
        closing.join().unwrap();
        assert!(connecting.join().unwrap());
    }
}
