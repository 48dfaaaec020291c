//! A connection of the pool, and what its failures say of it.

use diesel::Connection;
use diesel::connection::{Instrumentation, InstrumentationEvent, get_default_instrumentation};
use diesel::pg::PgConnection;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::failure::Sort;
use super::limits::LOCK_WAIT;
use super::reading::only_reads;
use super::{DbError, Guard};

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
    pub(super) fn new(mut conn: PgConnection) -> Self {
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

    /// Whether it is kept from being given back to the pool.
    pub(super) fn is_spent(&self) -> bool {
        self.marks.spent.load(Ordering::Relaxed)
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
