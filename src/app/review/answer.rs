//! An application is answered: recommended, decided, or given back to the city.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Reader, lock, name_of};
use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::DbError;
use crate::db::applications::Application;
use crate::db::cases::{self, Act, ActWord, Case, NewAct, ReasonRow};
use crate::domain::application::{Feedback, Status};
use crate::domain::case::{self, Comment, Level, Outcome, Reason, Step, Unfit, feedback};
use crate::ids::ApplicationId;
use crate::vault::Purpose;

/// What a reviewer answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Of the case, as it was looked at.
    pub version: i32,
    pub outcome: Outcome,
    /// Codes of the library.
    pub reasons: Vec<String>,
    pub comment: Option<Comment>,
}

/// What became of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    Done(Step),
    /// It is not what was looked at any more.
    Stale(Latest),
    /// It is in the hands of a colleague.
    Held {
        by: String,
        until: DateTime<Utc>,
    },
    Unfit(Unfit),
    /// The library has no such reason any more.
    UnknownReason,
}

/// What was done with an application last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latest {
    /// User name; `None`: its owner.
    pub by: Option<String>,
    pub at: DateTime<Utc>,
    pub act: ActWord,
}

impl App {
    /// Answers an application: one transaction, audited.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one of another city, or that this member of staff must leave to others.
    pub async fn answer_case(
        &self,
        reader: &Reader,
        id: ApplicationId,
        answer: Answer,
        now: DateTime<Utc>,
    ) -> Result<Answered, AppError> {
        let reader = reader.clone();
        self.act(now, move |tx| take_answer(tx, &reader, id, &answer)).await
    }
}

fn take_answer(tx: &mut Tx<'_>, reader: &Reader, id: ApplicationId, answer: &Answer) -> Result<Answered, AppError> {
    let (application, case) = lock(tx, reader, id)?;
    let is_as_looked_at = case.version == answer.version && case.application_version == application.version;
    let standing = match case.standing() {
        Some(standing) if is_as_looked_at && reader.examiner.covers(&case) => standing,
        _ => return Ok(Answered::Stale(latest(tx, &case)?)),
    };
    let own = standing.recommendation.is_some_and(|recommendation| recommendation.by == reader.id());
    if !own && !reader.examiner.may_examine(tx.conn, id)? {
        return Err(AppError::NotFound);
    }
    if let Some((holder, until)) = case.holder(tx.now).filter(|(holder, _)| *holder != reader.id()) {
        return Ok(Answered::Held { by: name_of(tx, holder)?, until });
    }
    let Some(reasons) = reasons(tx, &answer.reasons)? else { return Ok(Answered::UnknownReason) };
    let act = case::Act {
        by: reader.id(),
        outcome: answer.outcome,
        has_reasons: !reasons.is_empty(),
        has_comment: answer.comment.is_some(),
    };
    let step = match case::step(standing, act) {
        Ok(step) => step,
        Err(unfit) => return Ok(Answered::Unfit(unfit)),
    };
    let told = match step {
        Step::Decide { approve: false } | Step::Recommend { approve: false } => match feedback(&reasons) {
            Ok(told) => Some(told),
            Err(_) => return Ok(Answered::Unfit(Unfit::TooManyReasons)),
        },
        _ => None,
    };
    let decided = Decided { application, case, reasons, told, comment: answer.comment.as_ref(), reader };
    decided.carry_out(tx, step)?;
    Ok(Answered::Done(step))
}

/// The newest versions of reasons; `None`: one is not offered.
fn reasons(tx: &mut Tx<'_>, codes: &[String]) -> Result<Option<Vec<Reason>>, DbError> {
    if codes.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let offered = ReasonRow::offered(tx.conn)?;
    let is_known = |code: &String| offered.iter().any(|reason| reason.code == *code);
    if !codes.iter().all(is_known) {
        return Ok(None);
    }
    let named = offered.into_iter().filter(|reason| codes.contains(&reason.code));
    Ok(Some(named.map(Reason::from).collect()))
}

/// What was done last.
pub(super) fn latest(tx: &mut Tx<'_>, case: &Case) -> Result<Latest, DbError> {
    let acts = Act::of_case(tx.conn, case.id)?;
    // In whose hands it is changes nothing of it.
    let changes = |act: &Act| act.act != ActWord::TakenOver;
    let last = acts.into_iter().rev().find(changes).ok_or(DbError::Incomplete("review_acts"))?;
    let by = last.staff_id.map(|staff| name_of(tx, staff)).transpose()?;
    Ok(Latest { by, at: last.at, act: last.act })
}

/// An answer that fits.
struct Decided<'a> {
    application: Application,
    case: Case,
    reasons: Vec<Reason>,
    /// Where it is refused, or is to be.
    told: Option<Feedback>,
    comment: Option<&'a Comment>,
    reader: &'a Reader,
}

impl Decided<'_> {
    fn carry_out(&self, tx: &mut Tx<'_>, step: Step) -> Result<(), AppError> {
        let by = self.reader.id();
        let before = &self.case;
        let waits = cases::Answered {
            status: Status::Pending,
            level: before.level,
            version: before.version + 1,
            holder_id: None,
            lease_until: None,
            held_until: None,
            held_by: None,
            recommended_by: before.recommended_by,
            recommends_approval: before.recommends_approval,
            decided_by: None,
            decided_at: None,
        };
        let (after, act, event) = match step {
            Step::Recommend { approve } => (
                cases::Answered {
                    level: Level::Province,
                    recommended_by: Some(by),
                    recommends_approval: Some(approve),
                    ..waits
                },
                if approve { ActWord::RecommendApproval } else { ActWord::RecommendRefusal },
                Event::ApplicationRecommended { approval: approve },
            ),
            Step::Return => (
                cases::Answered { level: Level::City, recommended_by: None, recommends_approval: None, ..waits },
                ActWord::Returned,
                Event::ApplicationReturned,
            ),
            Step::Decide { approve } => (
                cases::Answered {
                    status: self.tell_owner(tx)?,
                    decided_by: Some(by),
                    decided_at: Some(tx.now),
                    ..waits
                },
                if approve { ActWord::Approved } else { ActWord::Rejected },
                Event::ApplicationDecided { approved: approve },
            ),
        };
        if !before.answer(tx.conn, &after)? {
            // The row is locked, and its version was compared.
            return Err(DbError::Incomplete("review_cases.version").into());
        }
        let comment = self.comment.map(|comment| tx.vault.seal_text(Purpose::ReviewComment, comment.as_str()));
        let act =
            NewAct { reasons: json!(self.reasons), comment_sealed: comment, ..NewAct::of(before, act, by, tx.now) };
        act.insert(tx.conn)?;
        tracing::info!(application = %before.id, act = act.act.as_str(), "application answered");
        let about =
            About { person: Some(self.application.person_id), application: Some(before.id), ..About::default() };
        let actor = Actor::Staff(self.reader.examiner.name.clone());
        Ok(audit::record(tx, &[Entry { event, actor, about }])?)
    }

    /// Writes what its owner sees.
    fn tell_owner(&self, tx: &mut Tx<'_>) -> Result<Status, AppError> {
        let before = self.application.status;
        let after = self.told.as_ref().map_or_else(|| before.approve(), |told| before.reject(told));
        // The case waits, and so does its application: both rows are locked.
        let after = after.map_err(|_| DbError::Incomplete("applications.status"))?;
        let feedback = self.told.as_ref().map_or("", Feedback::as_str);
        self.application.decide(tx.conn, after, feedback)?;
        Ok(after)
    }
}
