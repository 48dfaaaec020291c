//! The reviewers' answers: what approving and refusing a question does (`domain::review::Kind::meaning`).

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::Table;
use super::settle::{BY_TASK, Source, by_reviewer};
use super::undo::{Because, UndoError, undo};
use crate::app::AppError;
use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::holdings::Holdings;
use crate::app::sign_in::{gather_aliases, open_account, open_alias};
use crate::db::people::{self, Alias, Identity, Link};
use crate::db::tasks::{Task, TaskDecision};
use crate::db::{self, DbError, legacy};
use crate::domain::document::{DocumentType, Number, Relation};
use crate::domain::review::{Grounds, Kind, Status};
use crate::ids::{AccountId, AliasId, IdentityId, PersonId};
use crate::vault::{LookUp, Purpose, Vault};

/// A reviewer's answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Approved; else refused.
    pub approved: bool,
    /// Why; shown to the citizen.
    pub reason: String,
    /// Who answers.
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
    /// The database.
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

impl From<UndoError> for AnswerError {
    fn from(error: UndoError) -> Self {
        match error {
            UndoError::App(error) => Self::App(error),
            UndoError::NoSuchLink | UndoError::UndoneBefore => Self::Moot("the link was undone meanwhile"),
        }
    }
}

/// Answers a question: one transaction, audited.
pub fn answer(
    conn: &mut PgConnection,
    vault: &Vault,
    number: i64,
    answer: &Answer,
    now: DateTime<Utc>,
) -> Result<(), AnswerError> {
    let task = Task::by_number(conn, number)?.ok_or(AnswerError::NoSuchTask)?;
    let grounds: Grounds = vault.open_json(Purpose::Evidence, &task.evidence_sealed)?;
    // In the order in which a sign-in locks: the number, then the person; the question last.
    if let Some((portal_number, _, _)) = grounds.portal() {
        db::lock(conn, &vault.look_up(LookUp::Number, &[Number::new(portal_number, None).canonical()]))?;
    }
    if let Some(person) = task.person_id {
        people::lock_person(conn, person)?;
    }
    let task = Task::by_number_locked(conn, number)?.ok_or(AnswerError::NoSuchTask)?;
    if task.status != Status::Open.as_str() {
        return Err(AnswerError::DecidedBefore);
    }
    let kind = Kind::from_word(&task.kind).ok_or(DbError::Word("review_tasks.kind"))?;
    let by = format!("{BY_TASK}{number}");
    let actor = Actor::Staff(answer.by.clone());
    let deciding = Deciding { vault, task: &task, grounds: &grounds, answer, by: &by, actor: &actor, now };
    deciding.check_words(kind)?;
    let status = if answer.approved { Status::Approved } else { Status::Refused };
    let decision = TaskDecision { status: status.as_str(), at: now, by: &answer.by, reason: &answer.reason };
    if !task.decide(conn, &decision)? {
        return Err(AnswerError::DecidedBefore);
    }
    let mut told = deciding.carry_out(conn, kind)?;
    let about = About { person: task.person_id, account: task.account_id, task: Some(task.id), ..About::default() };
    let event = Event::Decided { kind: kind.as_str(), approved: answer.approved };
    told.push(Entry { event, actor: actor.clone(), about });
    Ok(audit::record(conn, vault, now, &told)?)
}

/// One answer, while it is carried out.
struct Deciding<'a> {
    vault: &'a Vault,
    task: &'a Task,
    grounds: &'a Grounds,
    answer: &'a Answer,
    by: &'a str,
    actor: &'a Actor,
    now: DateTime<Utc>,
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

    fn carry_out(&self, conn: &mut PgConnection, kind: Kind) -> Result<Vec<Entry>, AnswerError> {
        match (kind, self.answer.approved) {
            (Kind::NumberChanged, true) => self.accept_number(conn),
            (Kind::NumberChanged, false) => self.end_identity(conn),
            (Kind::NumberTaken, approved) => self.say_who(conn, approved),
            (Kind::AccountTaken | Kind::AccountChanged | Kind::Claim | Kind::Request, true) => self.give(conn),
            (Kind::AccountTaken | Kind::Claim | Kind::Request, false) => self.settle(conn),
            (Kind::AccountChanged, false) | (Kind::NotMine, true) => self.take(conn),
            (Kind::NotMine, false) => self.thaw(conn),
        }
    }

    fn person(&self) -> Result<PersonId, AnswerError> {
        self.task.person_id.ok_or(AnswerError::App(DbError::Word("review_tasks.person_id").into()))
    }

    fn table(&self, person: PersonId) -> Table<'_> {
        Table { vault: self.vault, person, by: self.by, actor: self.actor, portal: None, now: self.now }
    }

    fn because(&self) -> Because<'_> {
        Because { by: self.by, actor: self.actor, reason: &self.answer.reason, now: self.now }
    }

    fn settle(&self, conn: &mut PgConnection) -> Result<Vec<Entry>, AnswerError> {
        let person = self.person()?;
        people::lock_person(conn, person)?;
        Ok(self.table(person).settle(conn)?)
    }

    /// Links what the reviewer found to be theirs. Who has it now loses it, and is marked.
    fn give(&self, conn: &mut PgConnection) -> Result<Vec<Entry>, AnswerError> {
        let person = self.person()?;
        let mut accounts: Vec<AccountId> = self.task.account_id.into_iter().collect();
        for label in &self.answer.accounts {
            let account = legacy::Account::by_label(conn, label)?;
            accounts.push(account.ok_or_else(|| AnswerError::Unfit(format!("there is no account {label}")))?.id);
        }
        accounts.sort();
        accounts.dedup();
        let mut persons = vec![person];
        for account in &accounts {
            persons.extend(Link::of_account(conn, *account)?.map(|link| link.person_id));
        }
        people::lock_persons(conn, &persons)?;
        let mut told = Vec::new();
        for account in accounts {
            told.extend(self.give_account(conn, person, account)?);
        }
        for label in &self.answer.certificates {
            let row = legacy::Certificate::by_label(conn, label)?;
            let row = row.ok_or_else(|| AnswerError::Unfit(format!("there is no certificate {label}")))?;
            let number = self.vault.open_text(Purpose::Number, &row.number_sealed)?;
            let name = self.vault.open_text(Purpose::Name, &row.name_sealed)?;
            if Number::new(&number, None).unreadable().is_some() {
                return Err(AnswerError::Unfit(format!("the document number of certificate {label} cannot be read")));
            }
            self.table(person).grant(conn, (&number, &name), Source::Task(self.task.id))?;
        }
        told.extend(self.table(person).settle(conn)?);
        Ok(told)
    }

    fn give_account(
        &self,
        conn: &mut PgConnection,
        person: PersonId,
        id: AccountId,
    ) -> Result<Vec<Entry>, AnswerError> {
        let mut told = Vec::new();
        if Holdings::of(conn, self.vault, person)?.accounts.iter().any(|shown| shown.id == id) {
            return Ok(told);
        }
        if let Some(link) = Link::of_account(conn, id)? {
            told.extend(undo(conn, self.vault, link.id, self.because())?.told);
        }
        // The table that ran after the undoing may have linked it anew.
        if Link::of_account(conn, id)?.is_some_and(|link| link.person_id == person) {
            return Ok(told);
        }
        let row = legacy::Account::by_ids(conn, &[id])?.pop().ok_or(AnswerError::Moot("the account is gone"))?;
        let account = open_account(self.vault, &row)?;
        let own = gather_aliases(conn, self.vault, person)?.own;
        let (link, entry) = self.table(person).link(conn, &by_reviewer(&account, &own))?;
        told.push(entry);
        let number = self.vault.open_text(Purpose::Number, &row.number_sealed)?;
        self.table(person).grant(conn, (&number, &account.name), Source::Reviewed(link))?;
        Ok(told)
    }

    /// Undoes the link that the question is about.
    fn take(&self, conn: &mut PgConnection) -> Result<Vec<Entry>, AnswerError> {
        let person = self.person()?;
        people::lock_person(conn, person)?;
        match self.own_link(conn, person)? {
            Some(link) => Ok(undo(conn, self.vault, link.id, self.because())?.told),
            // Undone by other hands meanwhile: what was asked for is done.
            None => Ok(Vec::new()),
        }
    }

    /// It is theirs after all.
    fn thaw(&self, conn: &mut PgConnection) -> Result<Vec<Entry>, AnswerError> {
        let person = self.person()?;
        people::lock_person(conn, person)?;
        let link = self.own_link(conn, person)?;
        let link =
            link.ok_or(AnswerError::Moot("the link was undone meanwhile; approve the task and let them ask anew"))?;
        Link::thaw(conn, link.id)?;
        Ok(self.table(person).settle(conn)?)
    }

    fn own_link(&self, conn: &mut PgConnection, person: PersonId) -> Result<Option<Link>, AnswerError> {
        let Some(account) = self.task.account_id else { return Ok(None) };
        Ok(Link::of_account(conn, account)?.filter(|link| link.person_id == person))
    }

    /// R1, the same human: the number counts from now on.
    fn accept_number(&self, conn: &mut PgConnection) -> Result<Vec<Entry>, AnswerError> {
        let identity = self.identity(conn)?;
        people::lock_person(conn, identity.person_id)?;
        let (number, name, kind) = self.vouched_for()?;
        let sealed = |purpose, text: &str| self.vault.seal_text(purpose, text);
        let (number_sealed, name_sealed) = (sealed(Purpose::Number, number), sealed(Purpose::Name, name));
        let kind_word = kind.map(DocumentType::as_str);
        Identity::accept_number(conn, identity.id, (&number_sealed, &name_sealed), kind_word)?;
        self.add_portal_pair(conn, identity.person_id, (number, name, kind))?;
        Ok(self.table(identity.person_id).settle(conn)?)
    }

    /// R1, another human: whoever comes by the subject next is decided as unknown.
    fn end_identity(&self, conn: &mut PgConnection) -> Result<Vec<Entry>, AnswerError> {
        let identity = self.identity(conn)?;
        people::lock_person(conn, identity.person_id)?;
        Identity::end(conn, identity.id, self.now)?;
        Ok(Vec::new())
    }

    /// R2: the subject joins the holder of the number, or is a person of its own.
    fn say_who(&self, conn: &mut PgConnection, is_the_holder: bool) -> Result<Vec<Entry>, AnswerError> {
        let (issuer, subject) = self.subject()?;
        if let Some(identity) = Identity::by_subject(conn, issuer, subject)? {
            return self.let_in_meanwhile(conn, identity.person_id, is_the_holder);
        }
        let (number, name, kind) = self.vouched_for()?;
        let person = if is_the_holder { self.holder(conn, (number, kind))? } else { PersonId::generate() };
        if is_the_holder {
            people::lock_person(conn, person)?;
        } else {
            people::insert_person(conn, person, self.now)?;
        }
        Identity {
            id: IdentityId::generate(),
            person_id: person,
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            document_type: kind.map(|kind| kind.as_str().to_owned()),
            number_sealed: self.vault.seal_text(Purpose::Number, number),
            name_sealed: self.vault.seal_text(Purpose::Name, name),
            created_at: self.now,
            last_seen_at: self.now,
        }
        .insert(conn)?;
        self.add_portal_pair(conn, person, (number, name, kind))?;
        Ok(self.table(person).settle(conn)?)
    }

    /// The rules let the subject in since: the answer that says what happened closes the question, and no other one does.
    fn let_in_meanwhile(
        &self,
        conn: &mut PgConnection,
        person: PersonId,
        is_the_holder: bool,
    ) -> Result<Vec<Entry>, AnswerError> {
        let joined = people::existed(conn, person, self.task.created_at)?;
        let is_named = self.answer.person.is_none_or(|named| named == person);
        match (joined, is_the_holder) {
            (true, true) if is_named => Ok(Vec::new()),
            (true, true) => Err(AnswerError::Unfit(format!("the portal account is person {person}'s meanwhile"))),
            (true, false) => {
                Err(AnswerError::Moot("the portal account joined an earlier person meanwhile; approve the task"))
            }
            (false, true) => {
                Err(AnswerError::Moot("the portal account is a person's of its own meanwhile; refuse the task"))
            }
            (false, false) => Ok(Vec::new()),
        }
    }

    /// The only person who bears the number, or the one that the reviewer names among several.
    fn holder(&self, conn: &mut PgConnection, number: (&str, Option<DocumentType>)) -> Result<PersonId, AnswerError> {
        let number = Number::new(number.0, number.1);
        let lookup = self.vault.look_up(LookUp::Number, &[number.canonical()]);
        let mut holders: Vec<PersonId> = Vec::new();
        for row in Alias::by_numbers(conn, &[lookup])? {
            let alias = open_alias(self.vault, &row)?;
            if matches!(alias.number.relation(&number), Relation::Same(_)) {
                holders.push(row.person_id);
            }
        }
        holders.sort();
        holders.dedup();
        match (self.answer.person, holders.as_slice()) {
            (Some(person), holders) if holders.contains(&person) => Ok(person),
            (Some(_), _) => Err(AnswerError::Unfit("the named person does not bear the number".into())),
            (None, [person]) => Ok(*person),
            (None, []) => Err(AnswerError::Moot("nobody bears the number any more; refuse the task")),
            (None, several) => Err(AnswerError::Unfit(format!(
                "several persons bear the number; say which with --person: {}",
                several.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            ))),
        }
    }

    fn add_portal_pair(
        &self,
        conn: &mut PgConnection,
        person: PersonId,
        (number, name, kind): (&str, &str, Option<DocumentType>),
    ) -> Result<(), AnswerError> {
        let parsed = Number::new(number, kind);
        Alias {
            id: AliasId::generate(),
            person_id: person,
            number_lookup: self.vault.look_up(LookUp::Number, &[parsed.canonical()]),
            pair_lookup: self.vault.look_up(LookUp::Alias, &[parsed.canonical(), name]),
            document_type: kind.map(|kind| kind.as_str().to_owned()),
            number_sealed: self.vault.seal_text(Purpose::Number, number),
            name_sealed: self.vault.seal_text(Purpose::Name, name),
            origin: "portal".to_owned(),
            created_at: self.now,
            link_id: None,
            task_id: None,
        }
        .insert_if_new(conn)?;
        let holder = self.vault.look_up(LookUp::Holder, &[parsed.family_word(), parsed.canonical()]);
        Ok(people::hold_number_if_free(conn, &holder, person)?)
    }

    fn subject(&self) -> Result<(&str, &str), AnswerError> {
        match (&self.task.issuer, &self.task.subject) {
            (Some(issuer), Some(subject)) => Ok((issuer, subject)),
            _ => Err(AnswerError::App(DbError::Word("review_tasks.subject").into())),
        }
    }

    /// The identity that the question is about, while it is the same person's.
    fn identity(&self, conn: &mut PgConnection) -> Result<Identity, AnswerError> {
        let (issuer, subject) = self.subject()?;
        let identity = Identity::by_subject(conn, issuer, subject)?;
        identity
            .filter(|identity| Some(identity.person_id) == self.task.person_id)
            .ok_or(AnswerError::Moot("the portal account is no longer this person's"))
    }

    fn vouched_for(&self) -> Result<(&str, &str, Option<DocumentType>), AnswerError> {
        let (number, name, kind) =
            self.grounds.portal().ok_or(AnswerError::App(DbError::Word("review_tasks.evidence").into()))?;
        Ok((number, name, kind.and_then(DocumentType::from_word)))
    }
}
