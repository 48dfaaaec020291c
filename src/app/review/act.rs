//! What is done with an application besides answering it: it is looked at under lock, changed, noted down and audited.

use chrono::{DateTime, Utc};

use super::answer::{Latest, latest};
use super::hand::LEASE;
use super::{Reader, lock, name_of};
use crate::app::AppError;
use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::tx::Tx;
use crate::db::DbError;
use crate::db::applications::Application;
use crate::db::cases::{self, ActWord, Case, NewAct};
use crate::domain::application::Status;
use crate::domain::case::Comment;
use crate::ids::{ApplicationId, StaffId};
use crate::vault::Purpose;

/// What became of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acted {
    Done,
    /// It is not what was looked at any more.
    Stale(Latest),
    /// It is in the hands of a colleague.
    Held {
        by: String,
        until: DateTime<Utc>,
    },
    /// It is none that this member of staff examines now.
    NotTheirs,
}

/// An application as somebody looked at it, both rows locked.
pub(super) struct Looked {
    pub(super) application: Application,
    pub(super) case: Case,
}

impl Looked {
    /// Locks an application that this member of staff may see. `Err` inside: it is none that was looked at any more.
    pub(super) fn lock(
        tx: &mut Tx<'_>,
        reader: &Reader,
        id: ApplicationId,
        version: i32,
    ) -> Result<Result<Self, Latest>, AppError> {
        let (application, case) = lock(tx, reader, id)?;
        if reader.examiner.is_own(tx.conn, id)? {
            return Err(AppError::NotFound);
        }
        if case.version != version || case.application_version != application.version {
            return Ok(Err(latest(tx, &case)?));
        }
        Ok(Ok(Self { application, case }))
    }

    /// Why this member of staff cannot change where it waits; `None`: they can.
    pub(super) fn hindrance(&self, tx: &mut Tx<'_>, reader: &Reader) -> Result<Option<Acted>, AppError> {
        let waits = self.case.status == Status::Pending && reader.examiner.covers(&self.case);
        if !waits || !reader.examiner.may_examine(tx.conn, self.case.id)? {
            return Ok(Some(Acted::NotTheirs));
        }
        match self.case.holder(tx.now).filter(|(holder, _)| *holder != reader.id()) {
            Some((holder, until)) => Ok(Some(Acted::Held { by: name_of(tx, holder)?, until })),
            None => Ok(None),
        }
    }

    /// The case as it is, one version later, and in the same hands.
    pub(super) fn same(&self, tx: &Tx<'_>, by: StaffId) -> cases::Answered {
        let case = &self.case;
        let is_own = case.holder(tx.now).is_some_and(|(holder, _)| holder == by);
        cases::Answered {
            status: case.status,
            level: case.level,
            version: case.version + 1,
            holder_id: case.holder_id,
            lease_until: if is_own { Some(tx.now + LEASE) } else { case.lease_until },
            held_until: case.held_until,
            held_by: case.held_by,
            recommended_by: case.recommended_by,
            recommends_approval: case.recommends_approval,
            decided_by: case.decided_by,
            decided_at: case.decided_at,
        }
    }

    /// Writes an act and what it changes.
    pub(super) fn write(&self, tx: &mut Tx<'_>, reader: &Reader, done: Done<'_>) -> Result<(), AppError> {
        if !self.case.answer(tx.conn, &done.after)? {
            // The row is locked, and its version was compared.
            return Err(DbError::Incomplete("review_cases.version").into());
        }
        let act = NewAct {
            level: done.after.level,
            comment_sealed: done.comment.map(|words| tx.vault.seal_text(Purpose::ReviewComment, words.as_str())),
            ..NewAct::of(&self.case, done.act, reader.id(), tx.now)
        };
        act.insert(tx.conn)?;
        tracing::info!(application = %self.case.id, act = done.act.as_str(), "act of staff");
        let (person, application) = (Some(self.application.person_id), Some(self.case.id));
        let about = About { person, application, ..About::default() };
        let actor = Actor::Staff(reader.examiner.name.clone());
        Ok(audit::record(tx, &[Entry { event: done.event, actor, about }])?)
    }
}

/// An act that fits.
pub(super) struct Done<'a> {
    pub(super) after: cases::Answered,
    pub(super) act: ActWord,
    pub(super) comment: Option<&'a Comment>,
    pub(super) event: Event,
}
