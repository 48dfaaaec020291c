//! What sessions are listed under in Redis, so that the portal, or a change of a password, can end them.

use sso::{PortalIdentity, PortalSession};

use super::Origin;
use crate::ids::PersonId;
use crate::vault::{LookUp, Vault};

/// A subject can be a person's number at some portals: names in Redis are keyed hashes.
#[derive(Clone, Debug)]
pub(super) struct Names(pub(super) Vault);

/// What a session's origin makes of it.
pub(super) struct Known {
    pub(super) portal: PortalSession,
    /// By which it is ended.
    pub(super) lists: Vec<String>,
    /// That forbid its beginning.
    pub(super) marks: Vec<String>,
}

impl Names {
    pub(super) fn of_origin(&self, origin: &Origin<'_>) -> Known {
        match origin {
            Origin::Portal(identity) => self.of_identity(identity),
            Origin::Account(person) => {
                let name = self.of_person(*person);
                Known { portal: PortalSession::none(), lists: vec![list(&name)], marks: vec![mark(&name)] }
            }
        }
    }

    fn of_identity(&self, identity: &PortalIdentity) -> Known {
        let portal = identity.session.clone();
        let announced = self.announced(&identity.issuer, &portal);
        let account = self.of_account(&identity.issuer, &identity.subject);
        let lists = announced.iter().chain([&account]).map(|name| list(name)).collect();
        let both = portal.sub.as_ref().zip(portal.sid.as_ref());
        let both = both.map(|(subject, sid)| self.of_both(&identity.issuer, subject, sid));
        let marks = announced.iter().chain(&both).map(|name| mark(name)).collect();
        Known { portal, lists, marks }
    }

    /// By what the portal can end a session. Portals that end none leave it empty.
    fn announced(&self, issuer: &str, portal: &PortalSession) -> Vec<String> {
        let subject = portal.sub.iter().map(|subject| self.of_subject(issuer, subject));
        let narrow = match (&portal.sid, &portal.sub) {
            (Some(sid), _) => Some(self.of_portal_session(issuer, sid)),
            (None, Some(subject)) => Some(self.without_sid(issuer, subject)),
            (None, None) => None,
        };
        subject.chain(narrow).collect()
    }

    fn name(&self, parts: &[&str]) -> String {
        hex::encode(self.0.look_up(LookUp::Session, parts))
    }

    /// `portal.claims.subject` names the account; a logout token names the ID token's `sub`, which can be another value.
    pub(super) fn of_account(&self, issuer: &str, subject: &str) -> String {
        self.name(&["account", issuer, subject])
    }

    /// Of sessions by an account: whoever may open the account has it end them.
    pub(super) fn of_person(&self, person: PersonId) -> String {
        self.name(&["person", &person.to_string()])
    }

    pub(super) fn of_subject(&self, issuer: &str, subject: &str) -> String {
        self.name(&["subject", issuer, subject])
    }

    pub(super) fn of_portal_session(&self, issuer: &str, sid: &str) -> String {
        self.name(&["session", issuer, sid])
    }

    pub(super) fn of_both(&self, issuer: &str, subject: &str, sid: &str) -> String {
        self.name(&["subject and session", issuer, subject, sid])
    }

    pub(super) fn without_sid(&self, issuer: &str, subject: &str) -> String {
        self.name(&["no session", issuer, subject])
    }
}

pub(super) fn list(name: &str) -> String {
    format!("sessions-of:{name}")
}

pub(super) fn mark(name: &str) -> String {
    format!("ended:{name}")
}
