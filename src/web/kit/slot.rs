//! The session and the sign-in that a request is about, for the error page that may follow.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::return_path::ReturnPath;
use crate::session::Session;

#[derive(Clone, Debug, Default)]
pub(crate) struct Slot(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    session: Option<Session>,
    return_to: Option<ReturnPath>,
}

impl Slot {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn session(&self) -> Option<Session> {
        self.known().session.clone()
    }

    pub(super) fn fill(&self, session: &Session) {
        self.known().session = Some(session.clone());
    }

    /// Where the sign-in that the request is about was to lead.
    pub(crate) fn return_to(&self) -> Option<ReturnPath> {
        self.known().return_to.clone()
    }

    pub(crate) fn leads_to(&self, place: Option<&ReturnPath>) {
        self.known().return_to = place.cloned();
    }
}
