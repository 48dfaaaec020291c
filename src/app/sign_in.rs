//! A sign-in: facts, decision, consequences, in one transaction (LINKING.md).

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::audit::{self, About, Actor, Entry, Event};
use super::linking::Table;
use super::{App, AppError};
use crate::db::people::{self, DecisionRow};
use crate::db::tasks::{NewTask, Task, TaskDecision};
use crate::db::{self, DbError};
use crate::domain::document::{DocumentType, Number};
use crate::domain::form::china_date;
use crate::domain::linking::{
    self, Decision, DocumentClaim, Finding, IdentityPart, LinkActor, Origin, Refusal, Rule, Subject, UserType, Who,
};
use crate::domain::review::{Basis, Grounds, Kind, Status};
use crate::ids::{AliasId, IdentityId, PersonId, TaskId};
use crate::vault::{LookUp, Purpose, Vault};

mod facts;

pub use facts::{AliasesAround, gather, gather_aliases, gather_many};
pub(super) use facts::{has_changed, open_account, open_alias, persons_concerned};

/// What became of a sign-in.
#[derive(Debug)]
pub enum SignedIn {
    /// Let in.
    Person {
        /// Who.
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
    /// Not accepted.
    Refused(Refusal),
}

impl App {
    /// Decides about what the portal vouches for, and carries the decision out.
    pub async fn sign_in(&self, portal: &sso::PortalIdentity, now: DateTime<Utc>) -> Result<SignedIn, AppError> {
        let subject = Subject { issuer: portal.issuer.clone(), subject: portal.subject.clone() };
        let (vault, identity) = (self.vault.clone(), identity_of(portal));
        let minimum_level = self.config.portal.minimum_level;
        self.transact(move |conn| {
            // Two sign-ins under one number follow one another, and so do all acts of one person; what still collides, constraints refuse.
            if let Some(number) = &identity.number {
                db::lock(conn, &vault.look_up(LookUp::Number, &[Number::new(number, None).canonical()]))?;
            }
            let concerned = persons_concerned(conn, &vault, &subject, &identity)?;
            people::lock_persons(conn, &concerned)?;
            let facts = gather(conn, &vault, &subject, identity.clone(), (minimum_level, china_date(now)))?;
            let decision = linking::decide(&facts);
            Ok(Step { vault: &vault, subject: &subject, facts: &facts, now }.apply(conn, &decision)?)
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
    vault: &'a Vault,
    subject: &'a Subject,
    facts: &'a linking::Facts,
    now: DateTime<Utc>,
}

impl Step<'_> {
    /// Carries a decision out.
    fn apply(&self, conn: &mut PgConnection, decision: &Decision) -> Result<SignedIn, DbError> {
        let mut told = Vec::new();
        let signed_in = match decision.who {
            Who::Refused(refusal) => SignedIn::Refused(refusal),
            Who::Undecided => SignedIn::Review { task: self.ask_who(conn, decision.rule)? },
            Who::Known(id) => {
                self.see_again(conn, id)?;
                self.let_in(conn, id, decision, &mut told)?
            }
            Who::Joins(id) => {
                self.add_identity(conn, id)?;
                people::hold_number_if_free(conn, &self.holder_lookup(), id)?;
                self.let_in(conn, id, decision, &mut told)?
            }
            Who::New => {
                let id = PersonId::generate();
                people::insert_person(conn, id, self.now)?;
                people::hold_number(conn, &self.holder_lookup(), id)?;
                self.add_identity(conn, id)?;
                self.let_in(conn, id, decision, &mut told)?
            }
        };
        told.insert(0, self.record(conn, decision, &signed_in)?);
        audit::record(conn, self.vault, self.now, &told)?;
        Ok(signed_in)
    }

    fn kind(&self) -> Option<DocumentType> {
        match self.facts.identity.document {
            DocumentClaim::Type(kind) => Some(kind),
            DocumentClaim::Absent | DocumentClaim::Unmapped => None,
        }
    }

    fn number(&self) -> &str {
        self.facts.identity.number.as_deref().unwrap_or_default()
    }

    fn name(&self) -> &str {
        self.facts.identity.name.as_deref().unwrap_or_default().trim()
    }

    fn number_lookup(&self) -> Vec<u8> {
        self.vault.look_up(LookUp::Number, &[Number::new(self.number(), self.kind()).canonical()])
    }

    fn holder_lookup(&self) -> Vec<u8> {
        let number = Number::new(self.number(), self.kind());
        self.vault.look_up(LookUp::Holder, &[number.family_word(), number.canonical()])
    }

    /// Rules R1 and R2: a task with what the portal said, and no access.
    fn ask_who(&self, conn: &mut PgConnection, rule: Rule) -> Result<i64, DbError> {
        let basis = Basis::Portal {
            number: self.number().to_owned(),
            name: self.name().to_owned(),
            document_type: self.kind(),
        };
        let kind = if rule == Rule::R1 { Kind::NumberChanged } else { Kind::NumberTaken };
        let evidence_sealed = self.vault.seal_json(Purpose::Evidence, &Grounds::of(basis))?;
        let opened = NewTask {
            id: TaskId::generate(),
            kind,
            person_id: self.facts.known.as_ref().map(|(person, _)| person.id),
            account_id: None,
            issuer: Some(&self.subject.issuer),
            subject: Some(&self.subject.subject),
            system: None,
            request_lookup: None,
            legacy_application_id: None,
            evidence_sealed: evidence_sealed.clone(),
            created_at: self.now,
        }
        .open(conn)?;
        let Some(number) = opened else { return self.ask_again(conn, kind, &evidence_sealed) };
        self.record_number(conn)?;
        Ok(number)
    }

    /// What the portal says now is what is to be decided about.
    fn ask_again(&self, conn: &mut PgConnection, kind: Kind, evidence_sealed: &[u8]) -> Result<i64, DbError> {
        let open = Task::of_subject(conn, kind, &self.subject.issuer, &self.subject.subject)?;
        let open = open.ok_or(diesel::result::Error::NotFound)?;
        let before: Grounds = self.vault.open_json(Purpose::Evidence, &open.evidence_sealed)?;
        if before.portal().is_none_or(|(number, ..)| number != self.number()) {
            self.record_number(conn)?;
        }
        open.add_evidence(conn, kind, evidence_sealed)?;
        Ok(open.number)
    }

    /// A known subject's new number is recorded once, however often it comes with it.
    fn record_number(&self, conn: &mut PgConnection) -> Result<(), DbError> {
        if let Some(before) = people::IdentityRow::by_subject(conn, &self.subject.issuer, &self.subject.subject)? {
            let after = self.vault.seal_text(Purpose::Number, self.number());
            people::IdentityRow::changed(
                conn,
                before.id,
                IdentityPart::Number,
                (&before.number_sealed, &after),
                self.now,
            )?;
        }
        Ok(())
    }

    /// Rule 1: the subject is known; a changed name is recorded, and counts as proven.
    fn see_again(&self, conn: &mut PgConnection, person: PersonId) -> Result<(), DbError> {
        let Some(before) = people::IdentityRow::by_subject(conn, &self.subject.issuer, &self.subject.subject)? else {
            return Ok(());
        };
        let name_sealed = self.vault.seal_text(Purpose::Name, self.name());
        if self.vault.open_text(Purpose::Name, &before.name_sealed)? != self.name() {
            people::IdentityRow::changed(
                conn,
                before.id,
                IdentityPart::Name,
                (&before.name_sealed, &name_sealed),
                self.now,
            )?;
        }
        people::IdentityRow::seen(conn, before.id, &name_sealed, self.now)?;
        self.close_number_changed(conn)?;
        self.add_alias(conn, person)
    }

    /// The portal vouches for the number of before again: there is nothing left to decide about another one.
    fn close_number_changed(&self, conn: &mut PgConnection) -> Result<(), DbError> {
        let kind = Kind::NumberChanged;
        if let Some(open) = Task::of_subject(conn, kind, &self.subject.issuer, &self.subject.subject)? {
            let reason = "门户提供的证件号码已恢复为原来的号码，无需核实";
            open.decide(conn, &TaskDecision { status: Status::Refused, at: self.now, by: &LinkActor::SignIn, reason })?;
        }
        Ok(())
    }

    fn add_identity(&self, conn: &mut PgConnection, person: PersonId) -> Result<(), DbError> {
        people::IdentityRow {
            id: IdentityId::generate(),
            person_id: person,
            issuer: self.subject.issuer.clone(),
            subject: self.subject.subject.clone(),
            document_type: self.kind(),
            number_sealed: self.vault.seal_text(Purpose::Number, self.number()),
            name_sealed: self.vault.seal_text(Purpose::Name, self.name()),
            created_at: self.now,
            last_seen_at: self.now,
        }
        .insert(conn)?;
        self.add_alias(conn, person)
    }

    fn add_alias(&self, conn: &mut PgConnection, person: PersonId) -> Result<(), DbError> {
        let number = Number::new(self.number(), self.kind());
        people::AliasRow {
            id: AliasId::generate(),
            person_id: person,
            number_lookup: self.number_lookup(),
            pair_lookup: self.vault.look_up(LookUp::Alias, &[number.canonical(), self.name()]),
            document_type: self.kind(),
            number_sealed: self.vault.seal_text(Purpose::Number, self.number()),
            name_sealed: self.vault.seal_text(Purpose::Name, self.name()),
            origin: Origin::Portal,
            created_at: self.now,
            link_id: None,
            task_id: None,
        }
        .insert_if_new(conn)?;
        Ok(())
    }

    /// Links what is to be linked, remembers what was found and not joined.
    fn let_in(
        &self,
        conn: &mut PgConnection,
        person: PersonId,
        decision: &Decision,
        told: &mut Vec<Entry>,
    ) -> Result<SignedIn, DbError> {
        let (vault, portal, actor) = (self.vault, Some(self.subject), &Actor::SignIn);
        let table = Table { vault, person, by: &LinkActor::SignIn, actor, portal, now: self.now };
        told.extend(table.apply(conn, decision)?);
        let first = people::welcome(conn, person, self.now)?;
        Ok(SignedIn::Person { id: person, name: self.name().to_owned(), first })
    }

    fn record(&self, conn: &mut PgConnection, decision: &Decision, result: &SignedIn) -> Result<Entry, DbError> {
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
            decided_at: self.now,
            issuer: &self.subject.issuer,
            subject: &self.subject.subject,
            person_id,
            decision: outcome,
            rule,
            reason: &decision.reason(),
            accounts,
        }
        .insert(conn)?;
        let event = match refusal {
            Some(why) => Event::SignInRefused { why },
            None => Event::SignedIn { outcome, rule },
        };
        Ok(Entry { event, actor: Actor::SignIn, about: About { person: person_id, ..About::default() } })
    }
}
