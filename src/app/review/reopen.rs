//! A decision is taken back, by another person than who made it: the province decides again.

use chrono::{DateTime, Utc};

use super::Reader;
use super::act::{Done, Looked};
use super::answer::Latest;
use super::aside::At;
use crate::app::audit::Event;
use crate::app::dossier::AllApplications;
use crate::app::reissue::open_applications;
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::applications::Application;
use crate::db::cases::{ActWord, Answered};
use crate::db::people;
use crate::domain::application::OpenApplications;
use crate::domain::case::{Comment, Level};
use crate::domain::china::china_date;
use crate::domain::policy::Policy;

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reopened {
    Done,
    /// It is not what was looked at any more.
    Stale(Latest),
    /// Whoever decided does not take it back.
    OwnDecision,
    /// It is none that this member of staff may decide.
    NotTheirs,
    /// Its owner has applied for the certificate again meanwhile.
    AppliedAgain,
}

impl App {
    /// Has a decided application wait for the province again.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one that this member of staff may not see.
    pub async fn reopen_case(
        &self,
        reader: &Reader,
        at: At,
        reason: Comment,
        now: DateTime<Utc>,
    ) -> Result<Reopened, AppError> {
        let (reader, policy) = (reader.clone(), self.policy.clone());
        self.act(now, move |tx| reopen(tx, &reader, at, &reason, &policy)).await
    }
}

fn reopen(tx: &mut Tx<'_>, reader: &Reader, at: At, reason: &Comment, policy: &Policy) -> Result<Reopened, AppError> {
    // The person first, as a submission does: neither can come between.
    let person = Application::by_id(tx.conn, at.id)?.ok_or(AppError::NotFound)?.person_id;
    people::lock_person(tx.conn, person)?;
    let looked = match Looked::lock(tx, reader, at.id, at.version)? {
        Ok(looked) => looked,
        Err(latest) => return Ok(Reopened::Stale(latest)),
    };
    let Some(decided_by) = looked.case.decided_by else { return Ok(Reopened::NotTheirs) };
    if decided_by == reader.id() {
        return Ok(Reopened::OwnDecision);
    }
    if !reader.examiner.for_province || !reader.examiner.may_examine(tx.conn, at.id)? {
        return Ok(Reopened::NotTheirs);
    }
    let application = &looked.application;
    // What was decided is no more: the row of the case is locked, and says so.
    let Ok(status) = application.status.reopen() else { return Ok(Reopened::NotTheirs) };
    if is_in_the_way(tx, application)? {
        return Ok(Reopened::AppliedAgain);
    }
    application.decide(tx.conn, status, "")?;
    let after =
        Answered { status, level: Level::Province, decided_by: None, decided_at: None, ..looked.same(tx, reader.id()) };
    let done = Done { after, act: ActWord::Reopened, comment: Some(reason), event: Event::ApplicationReopened };
    looked.write(tx, reader, done)?;
    looked.case.set_due(tx.conn, policy.terms.due(&policy.calendar, china_date(tx.now)))?;
    Ok(Reopened::Done)
}

/// Whether another application about the same certificate is open, whosever it is.
fn is_in_the_way(tx: &mut Tx<'_>, application: &Application) -> Result<bool, AppError> {
    let person = application.person_id;
    let all = AllApplications::read(tx, person)?;
    let OpenApplications(mut open) = open_applications(tx.vault, person, &all);
    open.retain(|open| open.id != application.id.to_string());
    let open = OpenApplications(open);
    let Some(certificate) = application.certificate_id else {
        return Ok(open.alike(&application.same_lookup).is_some());
    };
    let own = open.about(certificate, &application.same_lookup).is_some();
    Ok(own || Application::is_open_elsewhere(tx.conn, person, certificate)?)
}
