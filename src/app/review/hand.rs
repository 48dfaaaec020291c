//! Who has an application in hand: 下一件, taking, renewing, putting back.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Reader, lock, name_of};
use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::cases::{ActWord, Case, NewAct};
use crate::domain::application::Status;
use crate::domain::china::china_date;
use crate::ids::{ApplicationId, StaffId};

/// How long an application stays in somebody's hands who does nothing.
pub const LEASE: TimeDelta = TimeDelta::minutes(15);

/// What became of taking an application in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    Done,
    /// It is in the hands of a colleague, until then.
    Held {
        by: String,
        until: DateTime<Utc>,
    },
    /// It is none that this member of staff examines now.
    NotTheirs,
}

impl App {
    /// Takes the application that is due first; `None`: none is left.
    pub async fn next_case(&self, reader: &Reader, now: DateTime<Utc>) -> Result<Option<ApplicationId>, AppError> {
        let examiner = reader.examiner.clone();
        self.act(now, move |tx| Ok(examiner.take_next(tx.conn, china_date(tx.now), tx.now, tx.now + LEASE)?)).await
    }

    /// Takes an application in hand; `over`: from the hands of this colleague, whom the page named.
    pub async fn take_case(
        &self,
        reader: &Reader,
        id: ApplicationId,
        over: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Taken, AppError> {
        let reader = reader.clone();
        self.act(now, move |tx| take(tx, &reader, id, over.as_deref())).await
    }

    /// Keeps an application in these hands while its page is open. Whether it is there.
    pub async fn renew_case(&self, staff: StaffId, id: ApplicationId, now: DateTime<Utc>) -> Result<bool, AppError> {
        self.act(now, move |tx| Ok(Case::renew(tx.conn, id, staff, tx.now + LEASE)?)).await
    }

    /// Puts an application back. Whether it was in these hands.
    pub async fn release_case(&self, staff: StaffId, id: ApplicationId, now: DateTime<Utc>) -> Result<bool, AppError> {
        self.act(now, move |tx| Ok(Case::release(tx.conn, id, staff)?)).await
    }
}

fn take(tx: &mut Tx<'_>, reader: &Reader, id: ApplicationId, over: Option<&str>) -> Result<Taken, AppError> {
    let (_, case) = lock(tx, reader, id)?;
    let is_theirs = case.status == Status::Pending && reader.examiner.covers(&case);
    if !is_theirs || !reader.examiner.may_examine(tx.conn, id)? {
        return Ok(Taken::NotTheirs);
    }
    let other = case.holder(tx.now).filter(|(holder, _)| *holder != reader.id());
    let Some((holder, until)) = other else {
        Case::hold(tx.conn, id, reader.id(), tx.now + LEASE)?;
        return Ok(Taken::Done);
    };
    let by = name_of(tx, holder)?;
    if over != Some(by.as_str()) {
        return Ok(Taken::Held { by, until });
    }
    Case::hold(tx.conn, id, reader.id(), tx.now + LEASE)?;
    // What was looked at stays what it was.
    NewAct { version: case.version, ..NewAct::of(&case, ActWord::TakenOver, reader.id(), tx.now) }.insert(tx.conn)?;
    let about = About { application: Some(id), ..About::default() };
    let actor = Actor::Staff(reader.examiner.name.clone());
    audit::record(tx, &[Entry { event: Event::CaseTakenOver, actor, about }])?;
    Ok(Taken::Done)
}
