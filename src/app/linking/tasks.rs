//! The reviewers' answers: what approving and refusing a question does (`domain::review::Kind::meaning`).

use super::Table;
use super::undo::{Because, UndoError};
use crate::app::AppError;
use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::tx::{Tx, UseCaseError};
use crate::db::people;
use crate::db::tasks::{Task, TaskDecision};
use crate::db::{self, DbError};
use crate::domain::document::Number;
use crate::domain::linking::LinkActor;
use crate::domain::review::{Grounds, Kind, Status};
use crate::ids::PersonId;
use crate::vault::{LookUp, Purpose};

mod give;
mod who;

/// A reviewer's answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Approved; else refused.
    pub approved: bool,
    /// Why; shown to the citizen.
    pub reason: String,
    pub by: String,
    /// `system:key` of accounts to link, where the question names none.
    pub accounts: Vec<String>,
    /// `system:key` of certificates whose number and name are found to be the person's.
    pub certificates: Vec<String>,
    /// Which person, where several bear the number (R2).
    pub person: Option<PersonId>,
}

/// Why a question cannot be answered so.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// There is no question of that number.
    #[error("there is no such task")]
    NoSuchTask,
    /// It was answered before.
    #[error("it was decided already")]
    DecidedBefore,
    /// The words that came with the answer do not fit the question.
    #[error("{0}")]
    Unfit(String),
    /// What was asked has changed since.
    #[error("{0}")]
    Moot(&'static str),
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<diesel::result::Error> for AnswerError {
    fn from(error: diesel::result::Error) -> Self {
        Self::App(error.into())
    }
}

impl From<DbError> for AnswerError {
    fn from(error: DbError) -> Self {
        Self::App(error.into())
    }
}

impl From<crate::vault::VaultError> for AnswerError {
    fn from(error: crate::vault::VaultError) -> Self {
        Self::App(error.into())
    }
}

impl UseCaseError for AnswerError {
    fn database(&self) -> Option<&DbError> {
        if let Self::App(error) = self { error.database() } else { None }
    }
}

impl From<UndoError> for AnswerError {
    fn from(error: UndoError) -> Self {
        match error {
            UndoError::App(error) => Self::App(error),
            UndoError::NoSuchLink | UndoError::UndoneBefore => Self::Moot("the link was undone meanwhile"),
        }
    }
}

/// Answers a question: one transaction, audited.
pub fn answer(tx: &mut Tx<'_>, number: i64, answer: &Answer) -> Result<(), AnswerError> {
    let task = Task::by_number(tx.conn, number)?.ok_or(AnswerError::NoSuchTask)?;
    let grounds: Grounds = tx.vault.open_json(Purpose::Evidence, &task.evidence_sealed)?;
    // In the order in which a sign-in locks: the number, then the person; the question last.
    if let Some((portal_number, _, _)) = grounds.portal() {
        db::lock(tx.conn, &tx.vault.look_up(LookUp::Number, &[Number::new(portal_number, None).canonical()]))?;
    }
    if let Some(person) = task.person_id {
        people::lock_person(tx.conn, person)?;
    }
    let read = task.evidence_sealed;
    let task = Task::by_number_locked(tx.conn, number)?.ok_or(AnswerError::NoSuchTask)?;
    if task.status != Status::Open {
        return Err(AnswerError::DecidedBefore);
    }
    if task.evidence_sealed != read {
        return Err(AnswerError::Moot("what it rests on changed just now; look at it again"));
    }
    let (kind, by) = (task.kind, LinkActor::Task(number));
    let actor = Actor::Staff(answer.by.clone());
    let deciding = Deciding { task: &task, grounds: &grounds, answer, by: &by, actor: &actor };
    deciding.check_words(kind)?;
    let status = if answer.approved { Status::Approved } else { Status::Refused };
    let decision =
        TaskDecision { status, at: tx.now, by: &LinkActor::Staff(answer.by.clone()), reason: &answer.reason };
    if !task.decide(tx.conn, &decision)? {
        return Err(AnswerError::DecidedBefore);
    }
    let mut told = deciding.carry_out(tx, kind)?;
    let about = About { person: task.person_id, account: task.account_id, task: Some(task.id), ..About::default() };
    let event = Event::Decided { kind, approved: answer.approved };
    told.push(Entry { event, actor: actor.clone(), about });
    Ok(audit::record(tx, &told)?)
}

/// One answer, while it is carried out.
struct Deciding<'a> {
    task: &'a Task,
    grounds: &'a Grounds,
    answer: &'a Answer,
    by: &'a LinkActor,
    actor: &'a Actor,
}

impl Deciding<'_> {
    /// Accounts and certificates go with the approval of what a citizen asked for, and with nothing else.
    fn check_words(&self, kind: Kind) -> Result<(), AnswerError> {
        let named = !self.answer.accounts.is_empty() || !self.answer.certificates.is_empty();
        let may_name = self.answer.approved && matches!(kind, Kind::Request | Kind::Claim);
        if named && !may_name {
            return Err(AnswerError::Unfit(format!(
                "accounts and certificates are named when a claim or request is approved; this is {} {}",
                if self.answer.approved { "the approval of" } else { "the refusal of" },
                kind.as_str()
            )));
        }
        if may_name && !named && self.task.account_id.is_none() {
            return Err(AnswerError::Unfit(
                "say what is theirs: --account SYSTEM:KEY or --certificate SYSTEM:KEY".into(),
            ));
        }
        if self.answer.person.is_some() && !(kind == Kind::NumberTaken && self.answer.approved) {
            return Err(AnswerError::Unfit("a person is named only when number_taken is approved".into()));
        }
        Ok(())
    }

    fn carry_out(&self, tx: &mut Tx<'_>, kind: Kind) -> Result<Vec<Entry>, AnswerError> {
        match (kind, self.answer.approved) {
            (Kind::NumberChanged, true) => self.accept_number(tx),
            (Kind::NumberChanged, false) => self.end_identity(tx),
            (Kind::NumberTaken, approved) => self.say_who(tx, approved),
            (Kind::AccountTaken | Kind::AccountChanged | Kind::Claim | Kind::Request, true) => self.give(tx),
            (Kind::AccountTaken | Kind::Claim | Kind::Request, false) => self.settle(tx),
            (Kind::AccountChanged, false) | (Kind::NotMine, true) => self.take(tx),
            (Kind::NotMine, false) => self.thaw(tx),
            // Both rows stay as they are: what followed from it, the reviewer did or had done.
            (Kind::ApplicationChanged, _) => Ok(Vec::new()),
        }
    }

    fn person(&self) -> Result<PersonId, AnswerError> {
        self.task.person_id.ok_or(AnswerError::App(DbError::Incomplete("review_tasks.person_id").into()))
    }

    fn table(&self, tx: &mut Tx<'_>, person: PersonId) -> Result<Table<'_>, DbError> {
        let door = people::door_of(tx.conn, person)?;
        Ok(Table { person, by: self.by, actor: self.actor, portal: None, door })
    }

    fn because(&self) -> Because<'_> {
        Because { by: self.by, actor: self.actor, reason: &self.answer.reason }
    }

    fn settle(&self, tx: &mut Tx<'_>) -> Result<Vec<Entry>, AnswerError> {
        let person = self.person()?;
        people::lock_person(tx.conn, person)?;
        Ok(self.table(tx, person)?.settle(tx)?)
    }
}
