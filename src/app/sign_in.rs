//! A sign-in: facts, decision, consequences, in one transaction (LINKING.md).

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::App;
use crate::db::people::{self, DecisionRow};
use crate::db::tasks::NewTask;
use crate::db::{self, DbError};
use crate::domain::document::{DocumentType, Number};
use crate::domain::form::china_date;
use crate::domain::linking::{self, Decision, DocumentClaim, Finding, Refusal, Rule, UserType, Who};
use crate::ids::{AliasId, IdentityId, LinkId, PersonId, TaskId};
use crate::vault::{LookUp, Purpose, Vault, VaultError};

mod facts;

pub use facts::{AliasesAround, Subject, gather, gather_aliases};

/// How often a sign-in is decided anew because another one was faster at the same account or number.
const TRIES: u32 = 4;

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
    /// A reviewer must first say who this is.
    Review,
    /// Not accepted.
    Refused(Refusal),
}

impl App {
    /// Decides about what the portal vouches for, and carries the decision out.
    pub async fn sign_in(&self, portal: &sso::PortalIdentity, now: DateTime<Utc>) -> Result<SignedIn, DbError> {
        let subject = Subject { issuer: portal.issuer.clone(), subject: portal.subject.clone() };
        let identity = identity_of(portal);
        let mut tries = 1;
        loop {
            let (vault, subject, identity) = (self.vault.clone(), subject.clone(), identity.clone());
            let minimum_level = self.config.portal.minimum_level;
            let result = self
                .db
                .transaction(move |conn| {
                    // Two sign-ins under one number follow one another; what still collides, constraints refuse.
                    if let Some(number) = &identity.number {
                        db::lock(conn, &vault.look_up(LookUp::Number, &[Number::new(number, None).canonical()]))?;
                    }
                    let facts = gather(conn, &vault, &subject, identity, (minimum_level, china_date(now)))?;
                    let decision = linking::decide(&facts);
                    Step { vault: &vault, subject: &subject, facts: &facts, now }.apply(conn, &decision)
                })
                .await;
            match result {
                Err(error) if tries < TRIES && error.violated_constraint().is_some() => tries += 1,
                other => return other,
            }
        }
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
        let signed_in = match decision.who {
            Who::Refused(refusal) => SignedIn::Refused(refusal),
            Who::Undecided => {
                self.ask_who(conn, decision.rule)?;
                SignedIn::Review
            }
            Who::Known(id) => {
                self.see_again(conn, id)?;
                self.let_in(conn, id, decision)?
            }
            Who::Joins(id) => {
                self.add_identity(conn, id)?;
                people::hold_number_if_free(conn, &self.holder_lookup(), id)?;
                self.let_in(conn, id, decision)?
            }
            Who::New => {
                let id = PersonId::generate();
                people::insert_person(conn, id, self.now)?;
                people::hold_number(conn, &self.holder_lookup(), id)?;
                self.add_identity(conn, id)?;
                self.let_in(conn, id, decision)?
            }
        };
        self.record(conn, decision, &signed_in)?;
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
    fn ask_who(&self, conn: &mut PgConnection, rule: Rule) -> Result<(), DbError> {
        let evidence = json!({ "number": self.number(), "name": self.name(), "rule": rule.as_str() });
        let known = self.facts.known.as_ref().map(|(person, _)| person.id);
        NewTask {
            id: TaskId::generate(),
            kind: if rule == Rule::R1 { "number_changed" } else { "number_taken" },
            person_id: known,
            account_id: None,
            issuer: Some(&self.subject.issuer),
            subject: Some(&self.subject.subject),
            evidence_sealed: self.vault.seal_json(Purpose::Evidence, &evidence)?,
            created_at: self.now,
        }
        .open(conn)?;
        if let Some(before) = people::Identity::by_subject(conn, &self.subject.issuer, &self.subject.subject)? {
            let after = self.vault.seal_text(Purpose::Number, self.number());
            people::Identity::changed(conn, before.id, "number", (&before.number_sealed, &after), self.now)?;
        }
        Ok(())
    }

    /// Rule 1: the subject is known; a changed name is recorded, and counts as proven.
    fn see_again(&self, conn: &mut PgConnection, person: PersonId) -> Result<(), DbError> {
        let Some(before) = people::Identity::by_subject(conn, &self.subject.issuer, &self.subject.subject)? else {
            return Ok(());
        };
        let name_sealed = self.vault.seal_text(Purpose::Name, self.name());
        if self.vault.open_text(Purpose::Name, &before.name_sealed)? != self.name() {
            people::Identity::changed(conn, before.id, "name", (&before.name_sealed, &name_sealed), self.now)?;
        }
        people::Identity::seen(conn, before.id, &name_sealed, self.now)?;
        self.add_alias(conn, person)
    }

    fn add_identity(&self, conn: &mut PgConnection, person: PersonId) -> Result<(), DbError> {
        people::Identity {
            id: IdentityId::generate(),
            person_id: person,
            issuer: self.subject.issuer.clone(),
            subject: self.subject.subject.clone(),
            document_type: self.kind().map(|kind| kind.as_str().to_owned()),
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
        people::Alias {
            id: AliasId::generate(),
            person_id: person,
            number_lookup: self.number_lookup(),
            pair_lookup: self.vault.look_up(LookUp::Alias, &[number.canonical(), self.name()]),
            document_type: self.kind().map(|kind| kind.as_str().to_owned()),
            number_sealed: self.vault.seal_text(Purpose::Number, self.number()),
            name_sealed: self.vault.seal_text(Purpose::Name, self.name()),
            origin: "portal".to_owned(),
            created_at: self.now,
        }
        .insert_if_new(conn)?;
        Ok(())
    }

    /// Links what is to be linked, remembers what was found and not joined.
    fn let_in(&self, conn: &mut PgConnection, person: PersonId, decision: &Decision) -> Result<SignedIn, DbError> {
        for finding in decision.accounts.iter().filter(|finding| !finding.linked_before) {
            self.link(conn, person, finding)?;
        }
        for finding in &decision.review {
            self.ask_about(conn, person, finding)?;
        }
        let list = |list: &'static str| move |finding: &Finding| (finding.account, list, finding.rule.as_str());
        let found: Vec<_> =
            decision.proof.iter().map(list("proof")).chain(decision.review.iter().map(list("review"))).collect();
        people::replace_findings(conn, person, &found, self.now)?;
        let first = people::welcome(conn, person, self.now)?;
        Ok(SignedIn::Person { id: person, name: self.name().to_owned(), first })
    }

    fn link(&self, conn: &mut PgConnection, person: PersonId, finding: &Finding) -> Result<(), DbError> {
        people::Link {
            id: LinkId::generate(),
            person_id: person,
            account_id: finding.account,
            rule: finding.rule.as_str().to_owned(),
            evidence_sealed: self.evidence(finding)?,
            actor: "sign-in".to_owned(),
            linked_at: self.now,
            frozen_at: None,
            undone_at: None,
        }
        .insert(conn)?;
        tracing::info!(%person, account = %finding.account, rule = finding.rule.as_str(), "account linked");
        Ok(())
    }

    /// L5: the reviewers are asked; the citizen is never shown which account it is.
    fn ask_about(&self, conn: &mut PgConnection, person: PersonId, finding: &Finding) -> Result<(), DbError> {
        NewTask {
            id: TaskId::generate(),
            kind: "account_taken",
            person_id: Some(person),
            account_id: Some(finding.account),
            issuer: None,
            subject: None,
            evidence_sealed: self.evidence(finding)?,
            created_at: self.now,
        }
        .open(conn)?;
        Ok(())
    }

    fn evidence(&self, finding: &Finding) -> Result<Vec<u8>, VaultError> {
        self.vault.seal_json(Purpose::Evidence, &finding.evidence)
    }

    fn record(&self, conn: &mut PgConnection, decision: &Decision, result: &SignedIn) -> Result<(), DbError> {
        let labels = |list: &[Finding]| list.iter().map(|finding| finding.label.clone()).collect::<Vec<_>>();
        let accounts = json!({
            "accounts": labels(&decision.accounts), "proof": labels(&decision.proof), "review": labels(&decision.review),
        });
        let person_id = match result {
            SignedIn::Person { id, .. } => Some(*id),
            SignedIn::Review | SignedIn::Refused(_) => None,
        };
        let refusal = match decision.who {
            Who::Refused(refusal) => Some(refusal.as_str()),
            _ => None,
        };
        tracing::info!(outcome = decision.outcome.as_str(), rule = decision.rule.as_str(), refusal, "sign-in decided");
        DecisionRow {
            decided_at: self.now,
            issuer: &self.subject.issuer,
            subject: &self.subject.subject,
            person_id,
            decision: decision.outcome.as_str(),
            rule: decision.rule.as_str(),
            reason: &decision.reason(),
            accounts,
        }
        .insert(conn)?;
        Ok(())
    }
}
