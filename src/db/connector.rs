//! Makes the pool's connections, and sees to it that none is still being made when the process ends.

use diesel::ConnectionError;
use diesel::pg::PgConnection;
use diesel::r2d2::{ConnectionManager, Error, ManageConnection};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::session::Session;

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
        session.is_spent() || self.manager.has_broken(&mut session.conn)
    }
}

#[cfg(test)]
mod tests;
