//! What a session holds, and how it is named.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sso::PortalSession;
use std::time::Duration;
use subtle::ConstantTimeEq;

use super::Former;
use crate::domain::linking::Way;
use crate::ids::PersonId;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Visitor {
    /// Sees this person's data.
    SignedIn {
        person: PersonId,
        /// As the portal vouched for it, or as the account has it; shown in the header.
        name: String,
        /// Whether this is the person's first session: 承接清单 greets them.
        first: bool,
        /// How they signed in: what a proof is bound to.
        #[serde(flatten)]
        way: Way,
    },
    /// Identified by the portal, and not let in; can only read why, and sign out.
    Held(Held),
    /// Nobody in particular: the session is there for the CSRF token and the challenges of a form before the sign-in, and opens nothing.
    Anonymous,
}

/// Why an identified visitor is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Held {
    /// A reviewer must first say who this is: the task's number.
    Review {
        task: i64,
    },
    Corporate,
    /// The portal gave a kind of user or document that the configuration does not know.
    Unrecognised,
    /// The real-name level is too low or unknown.
    Level,
    NumberMissing,
    /// The number, or its document's type, cannot be used.
    NumberInvalid,
    NameMissing,
}

#[derive(Clone)]
pub struct Session {
    pub(super) key: String,
    pub(super) lists: Vec<String>,
    pub(super) earlier: Vec<String>,
    pub(super) before: Option<Former>,
    pub visitor: Visitor,
    /// For the hidden field of every form.
    pub csrf_token: String,
    /// What ending the portal's own session needs.
    pub portal: PortalSession,
    pub began_at: DateTime<Utc>,
    /// When what led to it began: a password that was chosen since was not the one that was given.
    pub login_began_at: DateTime<Utc>,
    pub ends: Ends,
    /// Its visitor came by an account with which nothing came over from an old system: asked anew at each request, and never stored.
    pub holds_nothing: bool,
}

/// When a session ends, from its last request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// Without a further request.
    pub idle: Duration,
    /// In any case.
    pub absolute: Duration,
}

impl Session {
    /// The session's name in Redis: it tells two sessions apart, and opens none.
    pub fn name(&self) -> &str {
        &self.key
    }

    pub fn name_of(cookie: &str) -> String {
        key(cookie)
    }

    /// Compares a form's CSRF token in constant time.
    pub fn accepts(&self, csrf_token: &str) -> bool {
        self.csrf_token.as_bytes().ct_eq(csrf_token.as_bytes()).into()
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

#[derive(Deserialize, Serialize)]
pub(super) struct Stored {
    pub(super) visitor: Visitor,
    pub(super) csrf_token: String,
    pub(super) began_at: DateTime<Utc>,
    /// `None` for a session from before this was kept.
    #[serde(default)]
    pub(super) login_began_at: Option<DateTime<Utc>>,
    pub(super) portal: PortalSession,
    /// Empty for a session from before there were lists: an upgrade signs nobody out.
    #[serde(default)]
    pub(super) lists: Vec<String>,
    /// The CSRF tokens of this person's sessions before this one in its browser, the newest first.
    #[serde(default)]
    pub(super) earlier: Vec<String>,
    /// Of a visitor who is not let in, or not signed in: what the session before left behind in this browser, for the one that follows.
    #[serde(default)]
    pub(super) before: Option<Former>,
}

impl Stored {
    /// For whoever holds the cookie, with what is left to it.
    pub(super) fn into_session(self, key: String, ends: Ends) -> Session {
        let Self { visitor, csrf_token, began_at, login_began_at, portal, lists, earlier, before } = self;
        let login_began_at = login_began_at.unwrap_or(began_at);
        let holds_nothing = false;
        Session {
            key,
            lists,
            earlier,
            before,
            visitor,
            csrf_token,
            portal,
            began_at,
            login_began_at,
            ends,
            holds_nothing,
        }
    }
}

pub(super) fn key(cookie: &str) -> String {
    format!("session:{}", hex::encode(Sha256::digest(cookie.as_bytes())))
}

/// Beside the session's own key.
pub(super) fn former_key(session: &str) -> String {
    format!("former-{session}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::linking::Subject;
    use crate::ids::AccountId;

    /// As version 0.11 stored a session.
    const BEFORE_THERE_WERE_TWO_WAYS: &str = r#"{
        "visitor": {"SignedIn": {"person": "0199c1a4-7f1e-7000-8000-000000000001", "name": "测试", "first": true,
                                 "subject": {"issuer": "https://portal.example", "subject": "ceshi"}}},
        "csrf_token": "token", "began_at": "2026-11-30T08:00:00Z",
        "portal": {"sid": null, "sub": "ceshi", "id_token": "", "end_session_url": null, "announces_end": true},
        "lists": ["sessions-of:a"], "earlier": [], "before": null}"#;

    #[test]
    fn a_session_from_before_there_were_two_ways_in_goes_on() {
        let stored: Stored = serde_json::from_str(BEFORE_THERE_WERE_TWO_WAYS).unwrap();
        let Visitor::SignedIn { name, first: true, way: Way::Portal(subject), .. } = stored.visitor else {
            panic!("{:?}", stored.visitor)
        };
        assert_eq!((name.as_str(), subject.issuer.as_str()), ("测试", "https://portal.example"));
        assert_eq!(subject.subject, "ceshi");
    }

    #[test]
    fn a_session_by_the_portal_is_stored_as_before_so_that_a_server_not_yet_upgraded_opens_it() {
        let subject = Subject { issuer: "i".to_owned(), subject: "s".to_owned() };
        let person = PersonId::generate();
        let visitor =
            Visitor::SignedIn { person, name: "测试".to_owned(), first: false, way: Way::Portal(subject.clone()) };
        let fields =
            json!({"person": person, "name": "测试", "first": false, "subject": {"issuer": "i", "subject": "s"}});
        assert_eq!(serde_json::to_value(&visitor).unwrap(), json!({ "SignedIn": fields }));
    }

    #[test]
    fn every_visitor_is_read_as_it_was_written() {
        let way = Way::Account(AccountId::generate());
        let by_account =
            Visitor::SignedIn {
                person: PersonId::generate(), name: "测试".to_owned(), first: false, way: way.clone()
            };
        let text = serde_json::to_string(&by_account).unwrap();
        let Visitor::SignedIn { way: read, .. } = serde_json::from_str(&text).unwrap() else { panic!("{text}") };
        assert_eq!(read, way);
        let text = serde_json::to_string(&Visitor::Anonymous).unwrap();
        assert!(matches!(serde_json::from_str(&text).unwrap(), Visitor::Anonymous), "{text}");
    }
}
