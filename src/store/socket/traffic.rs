//! Bytes over a socket, and whether an answer is due.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

#[derive(Debug, Default)]
pub(in crate::store) struct Traffic(Mutex<Account>);

#[derive(Debug, Default)]
struct Account {
    written: u64,
    /// Since when something was written and nothing was read.
    unanswered_since: Option<Instant>,
}

impl Traffic {
    /// Bytes that were handed to the system.
    pub(in crate::store) fn written(&self) -> u64 {
        self.account().written
    }

    /// How long an answer has been due.
    pub(in crate::store) fn unanswered_for(&self) -> Duration {
        self.account().unanswered_since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    pub(super) fn wrote(&self, bytes: usize) {
        let mut account = self.account();
        account.written += bytes as u64;
        account.unanswered_since.get_or_insert_with(Instant::now);
    }

    pub(super) fn read(&self) {
        self.account().unanswered_since = None;
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
