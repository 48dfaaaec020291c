//! One run at a time.

use diesel::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::ImportError;
use crate::db::import;

/// A session's advisory lock on a connection of its own: it ends with the run, however the run ends.
pub(super) struct ImportLock(PgConnection);

impl ImportLock {
    pub(super) fn take(url: &SecretString) -> Result<Self, ImportError> {
        let mut conn = PgConnection::establish(url.expose_secret())?;
        if import::try_lock(&mut conn)? { Ok(Self(conn)) } else { Err(ImportError::Busy) }
    }

    /// Fails where the connection, and with it the lock, is gone.
    pub(super) fn still_held(&mut self) -> Result<(), ImportError> {
        diesel::sql_query("SELECT 1").execute(&mut self.0)?;
        Ok(())
    }
}
