//! What a session holds, and how it is named.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sso::PortalSession;
use std::time::Duration;
use subtle::ConstantTimeEq;

use super::Former;
use crate::domain::linking::Subject;
use crate::ids::PersonId;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Visitor {
    /// Sees this person's data.
    SignedIn {
        person: PersonId,
        /// As the portal vouched for it; shown in the header.
        name: String,
        /// Whether this is the person's first session: 承接清单 greets them.
        first: bool,
        /// The portal account they came by: what a proof is bound to.
        subject: Subject,
    },
    /// Identified by the portal, and not let in; can only read why, and sign out.
    Held(Held),
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
    pub ends: Ends,
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
    pub(super) portal: PortalSession,
    /// Empty for a session from before there were lists: an upgrade signs nobody out.
    #[serde(default)]
    pub(super) lists: Vec<String>,
    /// The CSRF tokens of this person's sessions before this one in its browser, the newest first.
    #[serde(default)]
    pub(super) earlier: Vec<String>,
    /// Of a visitor who is not let in: what the session before left behind in this browser, for the one that follows.
    #[serde(default)]
    pub(super) before: Option<Former>,
}

pub(super) fn key(cookie: &str) -> String {
    format!("session:{}", hex::encode(Sha256::digest(cookie.as_bytes())))
}

/// Beside the session's own key.
pub(super) fn former_key(session: &str) -> String {
    format!("former-{session}")
}
