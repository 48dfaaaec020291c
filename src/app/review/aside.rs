//! Notes of staff, and 挂起.

use chrono::{DateTime, Utc};

use super::Reader;
use super::act::{Acted, Done, Looked};
use super::answer::latest;
use crate::app::audit::Event;
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::cases::{ActWord, Answered};
use crate::domain::case::{Comment, Hold};
use crate::domain::china::china_date;
use crate::ids::ApplicationId;

/// What was looked at.
#[derive(Clone, Copy, Debug)]
pub struct At {
    pub id: ApplicationId,
    /// Of the case.
    pub version: i32,
}

impl App {
    /// Writes a note for colleagues, also about what is decided or in other hands.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one that this member of staff may not see; so with the others.
    pub async fn note_case(
        &self,
        reader: &Reader,
        at: At,
        note: Comment,
        now: DateTime<Utc>,
    ) -> Result<Acted, AppError> {
        let reader = reader.clone();
        self.act(now, move |tx| take_note(tx, &reader, at, &note)).await
    }

    /// Takes an application out of the queue until a day.
    pub async fn hold_case(&self, reader: &Reader, at: At, hold: Hold, now: DateTime<Utc>) -> Result<Acted, AppError> {
        let reader = reader.clone();
        self.act(now, move |tx| put_aside(tx, &reader, at, &hold)).await
    }

    /// Puts it into the queue again before that day.
    pub async fn resume_case(&self, reader: &Reader, at: At, now: DateTime<Utc>) -> Result<Acted, AppError> {
        let reader = reader.clone();
        self.act(now, move |tx| resume(tx, &reader, at)).await
    }
}

fn take_note(tx: &mut Tx<'_>, reader: &Reader, at: At, note: &Comment) -> Result<Acted, AppError> {
    let looked = match Looked::lock(tx, reader, at.id, at.version)? {
        Ok(looked) => looked,
        Err(latest) => return Ok(Acted::Stale(latest)),
    };
    let after = looked.same(tx, reader.id());
    let done = Done { after, act: ActWord::Noted, comment: Some(note), event: Event::CaseNoted };
    looked.write(tx, reader, done)?;
    Ok(Acted::Done)
}

fn put_aside(tx: &mut Tx<'_>, reader: &Reader, at: At, hold: &Hold) -> Result<Acted, AppError> {
    let looked = match Looked::lock(tx, reader, at.id, at.version)? {
        Ok(looked) => looked,
        Err(latest) => return Ok(Acted::Stale(latest)),
    };
    if let Some(hindrance) = looked.hindrance(tx, reader)? {
        return Ok(hindrance);
    }
    let after = Answered {
        holder_id: None,
        lease_until: None,
        held_until: Some(hold.until),
        held_by: Some(reader.id()),
        ..looked.same(tx, reader.id())
    };
    let event = Event::CaseHeld { until: hold.until };
    looked.write(tx, reader, Done { after, act: ActWord::Held, comment: Some(&hold.reason), event })?;
    Ok(Acted::Done)
}

fn resume(tx: &mut Tx<'_>, reader: &Reader, at: At) -> Result<Acted, AppError> {
    let looked = match Looked::lock(tx, reader, at.id, at.version)? {
        Ok(looked) => looked,
        Err(latest) => return Ok(Acted::Stale(latest)),
    };
    if let Some(hindrance) = looked.hindrance(tx, reader)? {
        return Ok(hindrance);
    }
    if !looked.case.is_on_hold(china_date(tx.now)) {
        return Ok(Acted::Stale(latest(tx, &looked.case)?));
    }
    let after = Answered { held_until: None, held_by: None, ..looked.same(tx, reader.id()) };
    looked.write(tx, reader, Done { after, act: ActWord::Resumed, comment: None, event: Event::CaseResumed })?;
    Ok(Acted::Done)
}
