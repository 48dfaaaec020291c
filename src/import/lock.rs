//! One run at a time.

use diesel::prelude::*;
use secrecy::SecretString;
use std::thread;
use std::time::{Duration, Instant};

use super::error::ImportError;
use crate::db::{self, import};

/// How long the server may take to notice that a killed run is gone.
const PATIENCE: Duration = Duration::from_secs(2);
const BETWEEN: Duration = Duration::from_millis(50);

/// A session's advisory lock on a connection of its own: it is released when the run ends, by a crash too.
pub(super) struct ImportLock(PgConnection);

impl ImportLock {
    pub(super) fn take(url: &SecretString) -> Result<Self, ImportError> {
        let mut conn = db::establish(url)?;
        let started = Instant::now();
        while !import::try_lock(&mut conn)? {
            if started.elapsed() > PATIENCE {
                return Err(ImportError::Busy);
            }
            thread::sleep(BETWEEN);
        }
        Ok(Self(conn))
    }

    /// Fails where the connection, and with it the lock, is lost.
    pub(super) fn still_held(&mut self) -> Result<(), ImportError> {
        diesel::sql_query("SELECT 1").execute(&mut self.0)?;
        Ok(())
    }
}
