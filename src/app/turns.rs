//! Turns: one at a time for one name, on each server.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The names whose turns are taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns(Arc<Mutex<HashSet<String>>>);

/// Taken as long as it is held.
#[derive(Debug)]
pub struct Turn {
    name: String,
    turns: Turns,
}

impl Turns {
    /// `None` where the name's turn is taken.
    pub(super) fn take(&self, name: &str) -> Option<Turn> {
        let is_free = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        is_free.then(|| Turn { name: name.to_owned(), turns: self.clone() })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}
