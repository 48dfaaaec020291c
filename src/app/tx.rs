//! What a use case works with, as a value, and the doors through which it comes by it.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{App, AppError};
use crate::db::{Db, DbError, Tries};
use crate::vault::Vault;

/// What a use case works with: where it reads and writes, what seals and opens, and when it is.
pub struct Tx<'a> {
    /// The connection, inside a transaction where anything is written.
    pub conn: &'a mut PgConnection,
    /// Seals and opens what is stored.
    pub vault: &'a Vault,
    /// When the act is done: the same for everything that it writes.
    pub now: DateTime<Utc>,
}

/// An error of a use case, which may be the database's.
pub trait UseCaseError: From<DbError> + From<diesel::result::Error> {
    /// The database's part of it.
    fn database(&self) -> Option<&DbError>;
}

impl UseCaseError for AppError {
    fn database(&self) -> Option<&DbError> {
        if let Self::Db(error) = self { Some(error) } else { None }
    }
}

impl UseCaseError for DbError {
    fn database(&self) -> Option<&DbError> {
        Some(self)
    }
}

impl App {
    /// Reads, without a transaction; once more where the connection was gone.
    pub(super) async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: UseCaseError + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (vault, now) = (self.vault.clone(), self.now());
        self.db.read(move |conn| work(&mut Tx { conn, vault: &vault, now })).await
    }

    /// Reads and writes, all of it or nothing; and again where another transaction was in the way ([`Tries`]).
    pub(super) async fn act<T, E, F>(&self, now: DateTime<Utc>, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: UseCaseError + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Clone + Send + 'static,
    {
        let mut tries = Tries::new();
        loop {
            let (vault, work) = (self.vault.clone(), work.clone());
            let done = self.db.transaction(move |conn| work(&mut Tx { conn, vault: &vault, now })).await;
            match done {
                Err(error) if failed_in_vain(&error, &mut tries) => {}
                other => return other,
            }
        }
    }
}

/// The same act of a command, which stands on a thread of its own.
pub fn act_blocking<T, E>(
    db: &Db,
    vault: &Vault,
    now: DateTime<Utc>,
    work: impl Fn(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E>
where
    E: UseCaseError,
{
    let mut tries = Tries::new();
    loop {
        match db.transaction_blocking(|conn| work(&mut Tx { conn, vault, now })) {
            Err(error) if failed_in_vain(&error, &mut tries) => {}
            other => return other,
        }
    }
}

fn failed_in_vain(error: &impl UseCaseError, tries: &mut Tries) -> bool {
    error.database().is_some_and(|cause| tries.another(cause))
}
