//! What connections are for, and what follows from it: how long they are waited for, and the limits that the server holds them to.

use diesel::connection::SimpleConnection;
use diesel::r2d2::{CustomizeConnection, Error as PoolError, Pool};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

use super::address::{COMMANDS_WAIT, limited};
use super::connector::{Connector, Gate};
use super::limits::{CONNECTION_WAIT, DEADLINE, LOCK_WAIT};
use super::session::Session;

/// For whom connections are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// People who wait for a page.
    Requests,
    /// Commands, which may take their time.
    Commands,
}

impl Purpose {
    pub(super) fn connector(self, url: &SecretString, gate: &Arc<Gate>) -> Connector {
        let seconds = match self {
            Self::Requests => 2,
            Self::Commands => COMMANDS_WAIT,
        };
        gate.connector(&limited(url.expose_secret(), seconds))
    }

    /// A connection is not tried with a `SELECT 1` when it is taken: its first statement shows whether it is gone.
    pub(super) fn pool(self, size: u32) -> diesel::r2d2::Builder<Connector> {
        Pool::builder()
            .max_size(size)
            .test_on_check_out(false)
            .connection_timeout(CONNECTION_WAIT)
            .connection_customizer(Box::new(Settings(self)))
    }

    /// The server's limits on a statement and on a transaction that nobody goes on with, and how it plans.
    fn settings(self) -> String {
        match self {
            // Pages send the same statements again and again, and the best plan of each is the same whatever is asked for: planning
            // them again each time would cost the server more than doing them. Where a partial index is meant, what it says stands
            // in the statement as it stands in the index (`functions::literal`); `tests/http/plans.rs` holds this.
            Self::Requests => format!(
                "SET lock_timeout = '{}s'; SET statement_timeout = '4500ms'; SET idle_in_transaction_session_timeout = '{}s'; \
                 SET plan_cache_mode = force_generic_plan",
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
        let settings = self.0.settings();
        session
            .conn
            .batch_execute(&format!("SET application_name = 'buzheng'; SET TIME ZONE 'UTC'; {settings}"))
            .map_err(PoolError::QueryError)
    }
}
