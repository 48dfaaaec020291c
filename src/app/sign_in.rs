//! A sign-in: facts, decision, consequences, in one transaction (LINKING.md).

use chrono::{DateTime, Utc};
use serde_json::json;

use super::audit::{self, About, Actor, Entry, Event};
use super::dossier::{Asked, Limits, number_of};
use super::linking::Table;
use super::tx::Tx;
use super::vouched::Vouched;
use super::{App, AppError};
use crate::db::people::{self, DecisionRow};
use crate::db::{self, DbError};
use crate::domain::china::china_date;
use crate::domain::document::{DocumentType, Number};
use crate::domain::linking::{
    self, Decision, DocumentClaim, Door, Finding, IdentityPart, LinkActor, Refusal, Subject, UserType, Who,
};
use crate::ids::PersonId;
use crate::vault::{LookUp, Purpose};

mod question;

/// What became of a sign-in.
#[derive(Debug)]
pub enum SignedIn {
    Person {
        id: PersonId,
        /// For the header.
        name: String,
        /// The first sign-in of this person ends on 承接清单.
        first: bool,
    },
    /// A reviewer must first say who this is: the question's number.
    Review {
        /// Of the task.
        task: i64,
    },
    Refused(Refusal),
}

impl App {
    /// Decides about what the portal vouches for, and carries the decision out.
    pub async fn sign_in(&self, portal: &sso::PortalIdentity, now: DateTime<Utc>) -> Result<SignedIn, AppError> {
        let subject = Subject { issuer: portal.issuer.clone(), subject: portal.subject.clone() };
        let identity = identity_of(portal);
        let limits = Limits { minimum_level: self.config.portal.minimum_level, today: china_date(now) };
        self.act(now, move |tx| {
            // Two sign-ins under one number follow one another, and so do all acts of one person; what still collides, constraints refuse.
            if let Some(number) = &identity.number {
                db::lock(tx.conn, &tx.vault.look_up(LookUp::Number, &[Number::new(number, None).canonical()]))?;
            }
            let lookup = tx.vault.look_up(LookUp::Number, &[number_of(&identity).canonical()]);
            let concerned = people::lock_concerned(tx.conn, &lookup, &subject.issuer, &subject.subject)?;
            let persons: Vec<PersonId> = concerned.iter().map(|person| person.id).collect();
            let known = people::IdentityRow::by_subject(tx.conn, &subject.issuer, &subject.subject)?;
            let facts = Asked::new(tx.vault, identity.clone(), known.as_ref()).facts(tx, &persons, limits)?;
            let decision = linking::decide(&facts);
            let step = Step {
                subject: &subject,
                identity: &identity,
                facts: &facts,
                known: known.as_ref(),
                concerned: &concerned,
            };
            Ok(step.apply(tx, &decision)?)
        })
        .await
    }
}

/// The portal's words in the domain's.
pub fn identity_of(portal: &sso::PortalIdentity) -> linking::Identity {
    linking::Identity {
        name: portal.name.clone(),
        number: portal.document_number.clone(),
        document: document_claim(portal.document_type),
        level: portal.level,
        user_type: user_type(portal.user_type),
    }
}

/// The portal's document type in the domain's words.
pub fn document_claim(kind: sso::DocumentType) -> DocumentClaim {
    match kind {
        sso::DocumentType::Absent => DocumentClaim::Absent,
        sso::DocumentType::Unmapped => DocumentClaim::Unmapped,
        sso::DocumentType::Known(word) => {
            DocumentType::from_word(word.as_str()).map_or(DocumentClaim::Unmapped, DocumentClaim::Type)
        }
    }
}

/// The portal's user type in the domain's words.
pub fn user_type(kind: sso::UserType) -> UserType {
    match kind {
        sso::UserType::Personal => UserType::Personal,
        sso::UserType::Corporate => UserType::Corporate,
        sso::UserType::Unmapped => UserType::Unmapped,
    }
}

/// One sign-in, while it is carried out.
struct Step<'a> {
    subject: &'a Subject,
    identity: &'a linking::Identity,
    facts: &'a linking::Facts,
    /// What the subject was accepted as before.
    known: Option<&'a people::IdentityRow>,
    concerned: &'a [people::Concerned],
}

impl Step<'_> {
    /// Carries a decision out.
    fn apply(&self, tx: &mut Tx<'_>, decision: &Decision) -> Result<SignedIn, DbError> {
        let mut told = Vec::new();
        let signed_in = match decision.who {
            Who::Refused(refusal) => SignedIn::Refused(refusal),
            // A portal account is never shut out for an account's sake.
            Who::Undecided | Who::Shut => SignedIn::Review { task: self.ask_who(tx, decision.rule)? },
            Who::Known(id) => {
                self.see_again(tx, id)?;
                self.let_in(tx, id, decision, &mut told)?
            }
            Who::Joins(id) => {
                self.add_identity(tx, id)?;
                people::hold_number_if_free(tx.conn, &self.vouched().holder_lookup(tx.vault), id)?;
                self.let_in(tx, id, decision, &mut told)?
            }
            Who::New => {
                let id = PersonId::generate();
                people::insert_person(tx.conn, id, Door::Portal, tx.now)?;
                people::hold_number(tx.conn, &self.vouched().holder_lookup(tx.vault), id)?;
                self.add_identity(tx, id)?;
                self.let_in(tx, id, decision, &mut told)?
            }
        };
        told.insert(0, self.record(tx, decision, &signed_in)?);
        audit::record(tx, &told)?;
        Ok(signed_in)
    }

    fn vouched(&self) -> Vouched<'_> {
        let identity = self.identity;
        Vouched {
            number: identity.number.as_deref().unwrap_or_default(),
            name: identity.name.as_deref().unwrap_or_default().trim(),
            kind: match identity.document {
                DocumentClaim::Type(kind) => Some(kind),
                DocumentClaim::Absent | DocumentClaim::Unmapped => None,
            },
        }
    }

    /// Rule 1: the subject is known; a changed name is recorded, and counts as proven.
    fn see_again(&self, tx: &mut Tx<'_>, person: PersonId) -> Result<(), DbError> {
        let Some(before) = self.known else { return Ok(()) };
        let name = self.vouched().name;
        let name_sealed = tx.vault.seal_text(Purpose::Name, name);
        if tx.vault.open_text(Purpose::Name, &before.name_sealed)? != name {
            let change = people::Change { part: IdentityPart::Name, before: &before.name_sealed, after: &name_sealed };
            people::IdentityRow::changed(tx.conn, before.id, &change, tx.now)?;
        }
        people::IdentityRow::seen(tx.conn, before.id, &name_sealed, tx.now)?;
        self.close_number_changed(tx)?;
        self.add_alias(tx, person)
    }

    fn add_identity(&self, tx: &mut Tx<'_>, person: PersonId) -> Result<(), DbError> {
        self.vouched().identity(tx, person, self.subject).insert(tx.conn)?;
        self.add_alias(tx, person)
    }

    fn add_alias(&self, tx: &mut Tx<'_>, person: PersonId) -> Result<(), DbError> {
        if !self.has_alias(person) {
            self.vouched().alias(tx, person).insert_if_new(tx.conn)?;
        }
        Ok(())
    }

    /// Whether the portal vouched for this very pair before, in the same words.
    fn has_alias(&self, person: PersonId) -> bool {
        let vouched = self.vouched();
        let number = vouched.number();
        let persons = self.facts.known.iter().map(|(known, _)| known).chain(&self.facts.holders);
        let aliases = persons.filter(|known| known.id == person).flat_map(|known| &known.aliases);
        let mut by_portal = aliases.filter(|alias| alias.granted.is_none());
        by_portal.any(|alias| alias.number.canonical() == number.canonical() && alias.name == vouched.name)
    }

    /// Links what is to be linked, remembers what was found and not joined.
    fn let_in(
        &self,
        tx: &mut Tx<'_>,
        person: PersonId,
        decision: &Decision,
        told: &mut Vec<Entry>,
    ) -> Result<SignedIn, DbError> {
        let (by, actor) = (&LinkActor::SignIn, &Actor::SignIn);
        let table = Table { person, by, actor, portal: Some(self.subject), door: Door::Portal };
        told.extend(table.apply(tx, decision)?);
        let is_welcomed = self.concerned.iter().any(|concerned| concerned.id == person && concerned.is_welcomed);
        let first = !is_welcomed && people::welcome(tx.conn, person, tx.now)?;
        Ok(SignedIn::Person { id: person, name: self.vouched().name.to_owned(), first })
    }

    fn record(&self, tx: &mut Tx<'_>, decision: &Decision, result: &SignedIn) -> Result<Entry, DbError> {
        let labels = |list: &[Finding]| list.iter().map(|finding| finding.label.clone()).collect::<Vec<_>>();
        let accounts = json!({
            "accounts": labels(&decision.accounts), "proof": labels(&decision.proof), "review": labels(&decision.review),
        });
        let person_id = match result {
            SignedIn::Person { id, .. } => Some(*id),
            SignedIn::Review { .. } | SignedIn::Refused(_) => None,
        };
        let refusal = match decision.who {
            Who::Refused(refusal) => Some(refusal),
            _ => None,
        };
        let (outcome, rule) = (decision.outcome, decision.rule);
        let why = refusal.map(Refusal::as_str);
        tracing::info!(outcome = outcome.as_str(), rule = rule.as_str(), refusal = why, "sign-in decided");
        DecisionRow {
            decided_at: tx.now,
            issuer: &self.subject.issuer,
            subject: &self.subject.subject,
            person_id,
            decision: outcome,
            rule,
            reason: &decision.reason(),
            accounts,
        }
        .insert(tx.conn)?;
        let event = match refusal {
            Some(why) => Event::SignInRefused { why },
            None => Event::SignedIn { outcome, rule },
        };
        Ok(Entry { event, actor: Actor::SignIn, about: About { person: person_id, ..About::default() } })
    }
}
