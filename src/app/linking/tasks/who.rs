//! Questions about who signs in (R1, R2).

use diesel::PgConnection;

use super::{AnswerError, Deciding};
use crate::app::audit::Entry;
use crate::app::sign_in::open_alias;
use crate::db::DbError;
use crate::db::people::{self, AliasRow, IdentityRow};
use crate::domain::document::{DocumentType, Number, Relation};
use crate::domain::linking::Origin;
use crate::ids::{AliasId, IdentityId, PersonId};
use crate::vault::{LookUp, Purpose};

impl Deciding<'_> {
    /// R1, the same human: the number counts from now on.
    pub(super) fn accept_number(&self, conn: &mut PgConnection) -> Result<Vec<Entry>, AnswerError> {
        let identity = self.identity(conn)?;
        people::lock_person(conn, identity.person_id)?;
        let (number, name, kind) = self.vouched_for()?;
        let sealed = |purpose, text: &str| self.vault.seal_text(purpose, text);
        let (number_sealed, name_sealed) = (sealed(Purpose::Number, number), sealed(Purpose::Name, name));
        IdentityRow::accept_number(conn, identity.id, (&number_sealed, &name_sealed), kind)?;
        self.add_portal_pair(conn, identity.person_id, (number, name, kind))?;
        Ok(self.table(identity.person_id).settle(conn)?)
    }

    /// R1, another human: whoever comes by the subject next is decided as unknown.
    pub(super) fn end_identity(&self, conn: &mut PgConnection) -> Result<Vec<Entry>, AnswerError> {
        let identity = self.identity(conn)?;
        people::lock_person(conn, identity.person_id)?;
        IdentityRow::end(conn, identity.id, self.now)?;
        Ok(Vec::new())
    }

    /// R2: the subject joins the holder of the number, or is a person of its own.
    pub(super) fn say_who(&self, conn: &mut PgConnection, is_the_holder: bool) -> Result<Vec<Entry>, AnswerError> {
        let (issuer, subject) = self.subject()?;
        if let Some(identity) = IdentityRow::by_subject(conn, issuer, subject)? {
            return self.let_in_meanwhile(conn, identity.person_id, is_the_holder);
        }
        let (number, name, kind) = self.vouched_for()?;
        let person = if is_the_holder { self.holder(conn, (number, kind))? } else { PersonId::generate() };
        if is_the_holder {
            people::lock_person(conn, person)?;
        } else {
            people::insert_person(conn, person, self.now)?;
        }
        IdentityRow {
            id: IdentityId::generate(),
            person_id: person,
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            document_type: kind,
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
        for row in AliasRow::by_numbers(conn, &[lookup])? {
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
        AliasRow {
            id: AliasId::generate(),
            person_id: person,
            number_lookup: self.vault.look_up(LookUp::Number, &[parsed.canonical()]),
            pair_lookup: self.vault.look_up(LookUp::Alias, &[parsed.canonical(), name]),
            document_type: kind,
            number_sealed: self.vault.seal_text(Purpose::Number, number),
            name_sealed: self.vault.seal_text(Purpose::Name, name),
            origin: Origin::Portal,
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
            _ => Err(AnswerError::App(DbError::Incomplete("review_tasks.subject").into())),
        }
    }

    /// The identity that the question is about, while it is the same person's.
    fn identity(&self, conn: &mut PgConnection) -> Result<IdentityRow, AnswerError> {
        let (issuer, subject) = self.subject()?;
        let identity = IdentityRow::by_subject(conn, issuer, subject)?;
        identity
            .filter(|identity| Some(identity.person_id) == self.task.person_id)
            .ok_or(AnswerError::Moot("the portal account is no longer this person's"))
    }

    fn vouched_for(&self) -> Result<(&str, &str, Option<DocumentType>), AnswerError> {
        self.grounds.portal().ok_or(AnswerError::App(DbError::Incomplete("review_tasks.evidence").into()))
    }
}
