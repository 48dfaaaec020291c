//! Why work on the database failed, and whether waiting or another try helps. PostgreSQL's messages come in the server's language
//! (`lc_messages`), so none is read: the kinds that diesel makes of SQLSTATE decide, and for the rest what does not depend on words.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use std::time::{Duration, Instant};

use super::limits::{CONNECTION_WAIT, DEADLINE, LOCK_WAIT};
use super::words::UnknownWord;

/// How often a transaction is run at most.
const TRIES: u32 = 5;

/// Why work on the database failed.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection in time: the database is down or the pool is exhausted.
    #[error("no database connection within {}s", CONNECTION_WAIT.as_secs())]
    Unavailable(#[source] diesel::r2d2::PoolError),
    /// The answer did not come in time. What was done is undone, unless it had come to the commit: whoever repeats it must not do it twice.
    #[error("no answer of the database within {}s", DEADLINE.as_secs())]
    Overdue,
    /// A statement was given up after it had waited for as long as the server lets it: the log has the server's words.
    #[error("a statement waited for {}s in vain", LOCK_WAIT.as_secs())]
    Late,
    /// A query failed.
    #[error("database query failed")]
    Query(#[source] DieselError),
    /// A stored value does not open.
    #[error("stored value unusable")]
    Vault(#[from] crate::vault::VaultError),
    /// The keys are another installation's: nothing may be written.
    #[error(transparent)]
    Keys(#[from] crate::vault::KeyMismatch),
    /// The tables that this program needs first are not there.
    #[error("the database's schema is older than this program; `buzheng schema migrate` brings it up to date")]
    Unprepared,
    /// A stored word is none that this program knows.
    #[error(transparent)]
    Word(#[from] UnknownWord),
    /// A row, or what is sealed in it, lacks what its kind needs.
    #[error("{0} is missing")]
    Incomplete(&'static str),
    /// The thread that worked on the database died.
    #[error("database task ended early")]
    Task(#[from] tokio::task::JoinError),
}

/// What a failure of diesel's means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// The connection is gone, or leads to a server that takes no writes: so does every other one that was made before.
    Gone,
    /// Another transaction was in the way.
    Collision,
    /// Of no kind that diesel knows: a lock or a statement that took too long, a full disk, no memory, an operator who cancelled it.
    Unexplained,
    /// A mistake of this program's, or of its schema.
    Defect,
}

impl Sort {
    pub(super) fn of(error: &DieselError) -> Self {
        match error {
            DieselError::BrokenTransactionManager => Self::Gone,
            DieselError::RollbackErrorOnCommit { commit_error, .. } => Self::of(commit_error),
            DieselError::DatabaseError(kind, information) => match kind {
                DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand
                | DatabaseErrorKind::ReadOnlyTransaction => Self::Gone,
                // Of a foreign key: what was read is gone, with a batch of old rows that was taken back. Run again, it is not found.
                DatabaseErrorKind::UniqueViolation
                | DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::ForeignKeyViolation => Self::Collision,
                DatabaseErrorKind::Unknown if information.details().is_some_and(names_locks) => Self::Collision,
                // A position is given for a mistake in the statement, such as a column that is not there; and for the lock of a table that
                // was waited for in vain: see `DbError::Late`.
                DatabaseErrorKind::Unknown if information.statement_position().is_none() => Self::Unexplained,
                _ => Self::Defect,
            },
            _ => Self::Defect,
        }
    }
}

/// Of all failures a deadlock alone has such a detail: who waits for which lock. The names of locks are translated nowhere.
fn names_locks(detail: &str) -> bool {
    ["ShareLock", "ExclusiveLock"].iter().any(|name| detail.contains(name))
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> Self {
        match UnknownWord::behind(&error) {
            Some(word) => Self::Word(word),
            None => Self::Query(error),
        }
    }
}

impl DbError {
    fn sort(&self) -> Sort {
        match self {
            Self::Unavailable(_) | Self::Overdue | Self::Late => Sort::Gone,
            Self::Query(error) => Sort::of(error),
            Self::Keys(_) | Self::Unprepared | Self::Vault(_) | Self::Word(_) | Self::Incomplete(_) | Self::Task(_) => {
                Sort::Defect
            }
        }
    }

    /// Whether waiting helps: no connection, a lost one, a lock or statement that took too long, a server that takes no writes, an operator
    /// who is at work.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Keys(_) | Self::Unprepared) || matches!(self.sort(), Sort::Gone | Sort::Unexplained)
    }

    /// Whether the server answered, and that it does not do what it was asked.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Query(DieselError::DatabaseError(kind, _)) => {
                !matches!(kind, DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand)
            }
            _ => false,
        }
    }

    /// Whether another transaction was in the way, or may have been, so that the same one, run again, may do. A failed transaction left
    /// nothing behind, so a further try is never wrong; see [`Tries`].
    pub fn is_collision(&self) -> bool {
        matches!(self.sort(), Sort::Collision | Sort::Unexplained)
    }

    /// Whether a unique constraint said that someone else was faster, and which.
    pub fn violated_constraint(&self) -> Option<&str> {
        match self {
            Self::Query(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, information)) => {
                information.constraint_name()
            }
            _ => None,
        }
    }
}

/// The further tries that a transaction has.
#[derive(Debug)]
pub struct Tries {
    left: u32,
    began: Instant,
}

impl Tries {
    /// Before the first one.
    pub fn new() -> Self {
        Self { left: TRIES - 1, began: Instant::now() }
    }

    /// Whether a transaction that failed so is to be run again. One that failed for an unknown reason is, unless so late that it may have
    /// waited for a lock in vain: whoever waits for the page is not made to wait a second time.
    pub fn another(&mut self, error: &DbError) -> bool {
        self.another_after(error, self.began.elapsed())
    }

    fn another_after(&mut self, error: &DbError, elapsed: Duration) -> bool {
        let again = match error.sort() {
            Sort::Collision => self.left > 0,
            Sort::Unexplained => self.left > 0 && elapsed < LOCK_WAIT,
            Sort::Gone | Sort::Defect => false,
        };
        self.left -= u32::from(again);
        again
    }
}

impl Default for Tries {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
