//! What sessions are listed under in Redis, so that the portal can end them.

use sso::PortalSession;

use crate::vault::{LookUp, Vault};

/// A subject can be a person's number at some portals: names in Redis are keyed hashes.
#[derive(Clone, Debug)]
pub(super) struct Names(pub(super) Vault);

impl Names {
    /// By what the portal can end a session. Portals that end none leave it empty.
    pub(super) fn announced(&self, issuer: &str, portal: &PortalSession) -> Vec<String> {
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
