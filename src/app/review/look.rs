//! One application on the desk: what differs first, what changed since, and what was done with it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::collections::BTreeMap;

use super::Reader;
use crate::app::reissue::{identity, registered};
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::DbError;
use crate::db::applications::{Application, Version};
use crate::db::cases::{Act, ActWord, Case, ReasonRow};
use crate::db::legacy::Certificate;
use crate::db::staff;
use crate::db::tasks::Task;
use crate::domain::application::Status;
use crate::domain::case::{Compared, Level, Reason, compare};
use crate::domain::form::{Field, Input};
use crate::domain::review;
use crate::ids::{ApplicationId, PersonId, StaffId};
use crate::vault::{Purpose, Vault};

/// A field that its owner changed.
pub struct Changed {
    pub field: Field,
    pub before: String,
    pub after: String,
}

/// Something that was done with it.
#[derive(Clone)]
pub struct Told {
    pub at: DateTime<Utc>,
    pub act: ActWord,
    pub level: Level,
    /// User name; `None`: its owner.
    pub by: Option<String>,
    pub reasons: Vec<Reason>,
    pub comment: Option<String>,
}

/// Another application of the same person.
pub struct Other {
    pub id: ApplicationId,
    pub reference: String,
    pub exam: String,
    pub year: String,
    pub status: Status,
}

/// Whose decision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// Theirs who looks.
    Reader,
    /// They may take it back.
    Colleague,
}

impl DecidedBy {
    fn seen_by(reader: &Reader, by: StaffId) -> Self {
        if by == reader.id() { Self::Reader } else { Self::Colleague }
    }
}

/// One application as staff see it.
pub struct LookedAt {
    pub case: Case,
    pub status: Status,
    pub person: PersonId,
    pub input: Input,
    pub compared: Vec<Compared>,
    /// Since the version that was refused last, else since the version before.
    pub changed: Vec<Changed>,
    pub has_photo: bool,
    /// Oldest first.
    pub history: Vec<Told>,
    pub others: Vec<Other>,
    /// Numbers of open 人工核实 about the same person.
    pub open_tasks: Vec<i64>,
    pub reasons: Vec<Reason>,
    /// Of the last recommendation, while the province decides on it.
    pub recommended: Option<Told>,
    /// Who has it in hand.
    pub holder: Option<(String, DateTime<Utc>)>,
    pub is_mine: bool,
    /// Whether this member of staff may answer it, now or once it is in their hands.
    pub may_answer: bool,
    /// By whom it was decided, where this member of staff may examine it.
    pub decided: Option<DecidedBy>,
}

impl App {
    /// One application; one that this member of staff may not see is not found.
    pub async fn case(&self, reader: &Reader, id: ApplicationId, now: DateTime<Utc>) -> Result<LookedAt, AppError> {
        let reader = reader.clone();
        self.read(move |tx| look(tx, &reader, id, now)).await
    }

    /// The photo of the newest version of an application that this member of staff may see.
    pub async fn case_photo(&self, reader: &Reader, id: ApplicationId) -> Result<Vec<u8>, AppError> {
        let reader = reader.clone();
        self.read(move |tx| {
            let (application, _) = found(tx, &reader, id)?;
            let sealed = crate::db::applications::photo_of_version(tx.conn, &application)?.ok_or(AppError::NotFound)?;
            Ok(tx.vault.open(Purpose::Photo, &sealed)?)
        })
        .await
    }
}

pub(super) fn found(tx: &mut Tx<'_>, reader: &Reader, id: ApplicationId) -> Result<(Application, Case), AppError> {
    let case = Case::by_id(tx.conn, id)?.filter(|case| reader.sees(case)).ok_or(AppError::NotFound)?;
    // Nobody looks behind their own application.
    if reader.examiner.is_own(tx.conn, id)? {
        return Err(AppError::NotFound);
    }
    let application = Application::by_id(tx.conn, id)?.ok_or(AppError::NotFound)?;
    Ok((application, case))
}

fn look(tx: &mut Tx<'_>, reader: &Reader, id: ApplicationId, now: DateTime<Utc>) -> Result<LookedAt, AppError> {
    let (application, case) = found(tx, reader, id)?;
    let may_examine = reader.examiner.may_examine(tx.conn, id)?;
    let version = Version::find(tx.conn, id, application.version)?;
    let input: Input = tx.vault.open_json(Purpose::Form, &version.form_sealed)?;
    let certificate = match application.certificate_id {
        Some(id) => Certificate::by_id(tx.conn, id)?.map(|row| registered(tx.vault, &row)).transpose()?,
        None => None,
    };
    let portal = identity(tx, application.person_id)?;
    let history = Act::of_case(tx.conn, id)?;
    let changed = changed(tx, &application, &history, &input)?;
    let is_recommended = case.recommended_by.is_some() && case.status == Status::Pending;
    let holder = case.holder(now);
    let names = names(tx, holder.map(|(holder, _)| holder).into_iter().chain(acted(&history)))?;
    let history: Vec<Told> = history.iter().map(|act| told(tx.vault, act, &names)).collect::<Result<_, _>>()?;
    let recommends = |told: &&Told| matches!(told.act, ActWord::RecommendApproval | ActWord::RecommendRefusal);
    Ok(LookedAt {
        compared: compare(certificate.as_ref(), Some(&portal), &input),
        has_photo: version.photo_id.is_some(),
        others: others(tx, &application)?,
        open_tasks: open_tasks(tx, application.person_id)?,
        reasons: ReasonRow::offered(tx.conn)?.into_iter().map(Reason::from).collect(),
        recommended: history.iter().rev().find(recommends).filter(|_| is_recommended).cloned(),
        is_mine: holder.is_some_and(|(holder, _)| holder == reader.id()),
        holder: holder.and_then(|(holder, until)| Some((names.get(&holder)?.clone(), until))),
        may_answer: may_examine && case.status == Status::Pending && reader.examiner.covers(&case),
        decided: case.decided_by.filter(|_| may_examine).map(|by| DecidedBy::seen_by(reader, by)),
        status: application.status,
        person: application.person_id,
        input,
        changed,
        history,
        case,
    })
}

fn acted(history: &[Act]) -> impl Iterator<Item = StaffId> + '_ {
    history.iter().filter_map(|act| act.staff_id)
}

fn names(tx: &mut Tx<'_>, ids: impl Iterator<Item = StaffId>) -> Result<BTreeMap<StaffId, String>, DbError> {
    let ids: std::collections::BTreeSet<StaffId> = ids.collect();
    Ok(staff::names(tx.conn, &ids.into_iter().collect::<Vec<_>>())?.into_iter().collect())
}

fn told(vault: &Vault, act: &Act, names: &BTreeMap<StaffId, String>) -> Result<Told, DbError> {
    let comment = act.comment_sealed.as_deref().map(|sealed| vault.open_text(Purpose::ReviewComment, sealed));
    Ok(Told {
        at: act.at,
        act: act.act,
        level: act.level,
        by: act.staff_id.and_then(|staff| names.get(&staff).cloned()),
        reasons: reasons_of(act)?,
        comment: comment.transpose()?,
    })
}

/// The reasons of an act, as they were then.
pub(in crate::app) fn reasons_of(act: &Act) -> Result<Vec<Reason>, DbError> {
    Vec::deserialize(&act.reasons).map_err(|_| DbError::Incomplete("review_acts.reasons"))
}

/// What its owner changed since it was refused last, or since the version before.
fn changed(
    tx: &mut Tx<'_>,
    application: &Application,
    history: &[Act],
    after: &Input,
) -> Result<Vec<Changed>, AppError> {
    let refused = history.iter().rev().find(|act| act.act == ActWord::Rejected).map(|act| act.application_version);
    let before = refused.unwrap_or(application.version - 1);
    if before < 1 || before == application.version {
        return Ok(Vec::new());
    }
    let before = Version::find(tx.conn, application.id, before)?;
    let before: Input = tx.vault.open_json(Purpose::Form, &before.form_sealed)?;
    let differs = |field: &Field| before.get(*field) != after.get(*field);
    let changed = Field::ALL.into_iter().filter(|field| *field != Field::Photo).filter(differs);
    Ok(changed
        .map(|field| Changed { field, before: before.get(field).to_owned(), after: after.get(field).to_owned() })
        .collect())
}

fn others(tx: &mut Tx<'_>, application: &Application) -> Result<Vec<Other>, DbError> {
    let all = Application::of_person(tx.conn, application.person_id)?;
    let others = all.into_iter().filter(|other| other.id != application.id && other.detached_at.is_none());
    Ok(others
        .map(|other| Other {
            id: other.id,
            reference: other.reference,
            exam: other.exam_name,
            year: other.year,
            status: other.status,
        })
        .collect())
}

fn open_tasks(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<i64>, DbError> {
    let tasks = Task::of_person(tx.conn, person)?;
    Ok(tasks.into_iter().filter(|task| task.status == review::Status::Open).map(|task| task.number).collect())
}
