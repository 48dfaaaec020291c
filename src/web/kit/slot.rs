//! The session, the sign-in and the form that a request is about, for the error page that may follow.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::return_path::ReturnPath;
use crate::app::unsent::{Unsent, UnsentDraft};
use crate::ids::PersonId;
use crate::session::Session;
use crate::views::Desk;

#[derive(Clone, Debug, Default)]
pub(crate) struct Slot(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    session: Option<Session>,
    return_to: Option<ReturnPath>,
    typed: Option<Typed>,
    is_kept: bool,
    /// The page is one of the desk.
    desk: Option<DeskSlot>,
}

/// What stands around an error page of the desk.
#[derive(Clone, Debug)]
pub(crate) struct DeskSlot {
    pub(crate) desk: Desk,
    /// Where its reader begins.
    pub(crate) home: &'static str,
}

/// What a person typed into a form that may yet fail.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub(crate) person: PersonId,
    pub(crate) unsent: Unsent,
}

impl Typed {
    /// `None` where there is nothing to be kept.
    pub(super) fn of(person: PersonId, unsent: Option<Unsent>) -> Option<Self> {
        let unsent = unsent.filter(|unsent| unsent.draft.is_some())?;
        Some(Self { person, unsent })
    }
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

    pub(super) fn desk(&self) -> Option<DeskSlot> {
        self.known().desk.clone()
    }

    /// The request is one of the desk's.
    pub(super) fn is_of_desk(&self, slot: DeskSlot) {
        self.known().desk = Some(slot);
    }

    /// Where the sign-in that the request is about was to lead.
    pub(crate) fn return_to(&self) -> Option<ReturnPath> {
        self.known().return_to.clone()
    }

    pub(crate) fn leads_to(&self, place: Option<&ReturnPath>) {
        self.known().return_to = place.cloned();
    }

    /// What to keep of the form should its answer be a failure.
    pub(super) fn typed(&self) -> Option<Typed> {
        self.known().typed.clone()
    }

    pub(super) fn hold(&self, typed: Option<Typed>) {
        self.known().typed = typed;
    }

    /// More is known of what is held.
    pub(super) fn update(&self, draft: Option<UnsentDraft>) {
        if let (Some(typed), Some(draft)) = (&mut self.known().typed, draft) {
            typed.unsent.draft = Some(draft);
        }
    }

    /// Whether the form was kept until its person signs in.
    pub(super) fn is_kept(&self) -> bool {
        self.known().is_kept
    }

    pub(super) fn keeps(&self) {
        self.known().is_kept = true;
    }
}
