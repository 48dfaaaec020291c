//! Questions about who signs in (R1, R2).

use super::{AnswerError, Deciding};
use crate::app::audit::Entry;
use crate::app::dossier::open_alias;
use crate::app::tx::Tx;
use crate::app::vouched::Vouched;
use crate::db::DbError;
use crate::db::people::{self, AliasRow, IdentityRow};
use crate::domain::document::{Number, Relation};
use crate::domain::linking::{Door, Subject};
use crate::ids::PersonId;
use crate::vault::{LookUp, Purpose};

impl Deciding<'_> {
    /// R1, the same human: the number counts from now on.
    pub(super) fn accept_number(&self, tx: &mut Tx<'_>) -> Result<Vec<Entry>, AnswerError> {
        let identity = self.identity(tx)?;
        people::lock_person(tx.conn, identity.person_id)?;
        let vouched = self.vouched_for()?;
        let number_sealed = tx.vault.seal_text(Purpose::Number, vouched.number);
        let name_sealed = tx.vault.seal_text(Purpose::Name, vouched.name);
        IdentityRow::accept_number(tx.conn, identity.id, (&number_sealed, &name_sealed), vouched.kind)?;
        give_pair(tx, identity.person_id, vouched)?;
        Ok(self.table(tx, identity.person_id)?.settle(tx)?)
    }

    /// R1, another human: whoever comes by the subject next is decided as unknown.
    pub(super) fn end_identity(&self, tx: &mut Tx<'_>) -> Result<Vec<Entry>, AnswerError> {
        let identity = self.identity(tx)?;
        people::lock_person(tx.conn, identity.person_id)?;
        IdentityRow::end(tx.conn, identity.id, tx.now)?;
        Ok(Vec::new())
    }

    /// R2: the subject joins the holder of the number, or is a person of its own.
    pub(super) fn say_who(&self, tx: &mut Tx<'_>, is_the_holder: bool) -> Result<Vec<Entry>, AnswerError> {
        let subject = self.subject()?;
        if let Some(identity) = IdentityRow::by_subject(tx.conn, &subject.issuer, &subject.subject)? {
            return self.let_in_meanwhile(tx, identity.person_id, is_the_holder);
        }
        let vouched = self.vouched_for()?;
        let person = if is_the_holder { self.holder(tx, &vouched.number())? } else { PersonId::generate() };
        if is_the_holder {
            people::lock_person(tx.conn, person)?;
        } else {
            people::insert_person(tx.conn, person, Door::Portal, tx.now)?;
        }
        vouched.identity(tx, person, &subject).insert(tx.conn)?;
        give_pair(tx, person, vouched)?;
        Ok(self.table(tx, person)?.settle(tx)?)
    }

    /// The rules let the subject in since: the answer that says what happened closes the question, and no other one does.
    fn let_in_meanwhile(
        &self,
        tx: &mut Tx<'_>,
        person: PersonId,
        is_the_holder: bool,
    ) -> Result<Vec<Entry>, AnswerError> {
        let joined = people::existed(tx.conn, person, self.task.created_at)?;
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
    fn holder(&self, tx: &mut Tx<'_>, number: &Number) -> Result<PersonId, AnswerError> {
        let lookup = tx.vault.look_up(LookUp::Number, &[number.canonical()]);
        let mut holders: Vec<PersonId> = Vec::new();
        for row in AliasRow::by_numbers(tx.conn, &[lookup])? {
            let alias = open_alias(tx.vault, &row)?;
            if matches!(alias.number.relation(number), Relation::Same(_)) {
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

    fn subject(&self) -> Result<Subject, AnswerError> {
        match (&self.task.issuer, &self.task.subject) {
            (Some(issuer), Some(subject)) => Ok(Subject { issuer: issuer.clone(), subject: subject.clone() }),
            _ => Err(AnswerError::App(DbError::Incomplete("review_tasks.subject").into())),
        }
    }

    /// The identity that the question is about, while it is the same person's.
    fn identity(&self, tx: &mut Tx<'_>) -> Result<IdentityRow, AnswerError> {
        let Subject { issuer, subject } = self.subject()?;
        let identity = IdentityRow::by_subject(tx.conn, &issuer, &subject)?;
        identity
            .filter(|identity| Some(identity.person_id) == self.task.person_id)
            .ok_or(AnswerError::Moot("the portal account is no longer this person's"))
    }

    fn vouched_for(&self) -> Result<Vouched<'_>, AnswerError> {
        let portal = self.grounds.portal();
        let (number, name, kind) =
            portal.ok_or(AnswerError::App(DbError::Incomplete("review_tasks.evidence").into()))?;
        Ok(Vouched { number, name, kind })
    }
}

fn give_pair(tx: &mut Tx<'_>, person: PersonId, vouched: Vouched<'_>) -> Result<(), AnswerError> {
    vouched.alias(tx, person).insert_if_new(tx.conn)?;
    Ok(people::hold_number_if_free(tx.conn, &vouched.holder_lookup(tx.vault), person)?)
}
