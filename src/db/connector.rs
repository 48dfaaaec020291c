//! Makes the pool's connections, and sees to it that none is still being made when the process ends.

use diesel::ConnectionError;
use diesel::pg::PgConnection;
use diesel::r2d2::{ConnectionManager, Error, ManageConnection};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{DbError, Guard};

/// How long the end waits for connections that are being made. One to an address that swallows packets takes minutes, and does no harm.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    closed: bool,
    connecting: u32,
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that remembers whether it was admitted. Each one is asked: the address may lead to another database later.
pub(super) struct Guarded {
    conn: PgConnection,
    admitted: bool,
}

impl Guarded {
    pub(super) fn admit(&mut self, guard: &dyn Guard) -> Result<(), DbError> {
        if !self.admitted {
            guard.admit(&mut self.conn)?;
            self.admitted = true;
        }
        Ok(())
    }
}

impl Deref for Guarded {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.conn
    }
}

impl DerefMut for Guarded {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.conn
    }
}

/// Connects, until it is closed.
pub(super) struct Connector {
    manager: ConnectionManager<PgConnection>,
    gate: Arc<Gate>,
}

/// Closes a [`Connector`] when dropped. The pool connects on threads of its own, which nobody joins: one that was at it while the process ended
/// was seen to crash inside OpenSSL, which takes its tables away at exit.
#[derive(Debug)]
pub(super) struct Closer(Arc<Gate>);

impl Connector {
    pub(super) fn new(url: &str) -> (Self, Closer) {
        let gate = Arc::<Gate>::default();
        (Self { manager: ConnectionManager::new(url), gate: gate.clone() }, Closer(gate))
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
    type Connection = Guarded;
    type Error = Error;

    fn connect(&self) -> Result<Guarded, Error> {
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
        connection.map(|conn| Guarded { conn, admitted: false })
    }

    fn is_valid(&self, connection: &mut Guarded) -> Result<(), Error> {
        self.manager.is_valid(connection)
    }

    fn has_broken(&self, connection: &mut Guarded) -> bool {
        self.manager.has_broken(connection)
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
        let (connector, closer) = Connector::new(&url);
        let connector = Arc::new(connector);
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
