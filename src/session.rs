//! The typed session, sealed in Redis.
//!
//! The browser holds 256 random bits; Redis holds them hashed, so that whoever reads Redis cannot take a session over. A change of rights
//! is always a new session: [`Sessions::begin`] ends the one before.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sso::PortalSession;
use std::time::Duration;
use subtle::ConstantTimeEq;

use crate::config::SessionConfig;
use crate::domain::linking::Subject;
use crate::ids::PersonId;
use crate::store::{Store, StoreError};
use crate::vault::{Purpose, Vault};

/// What a visitor may do.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Visitor {
    /// Signed in: sees this person's data.
    SignedIn {
        /// Who.
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
    /// A reviewer must first say who this is: the question's number.
    Review {
        /// Of the task.
        task: i64,
    },
    /// A corporate account.
    Corporate,
    /// The portal gave a kind of user or document that the configuration does not know.
    Unrecognised,
    /// The real-name level is too low or unknown.
    Level,
    /// The portal gave no document number.
    NumberMissing,
    /// The number, or its document's type, cannot be used.
    NumberInvalid,
    /// The portal gave no name.
    NameMissing,
}

#[derive(Deserialize, Serialize)]
struct Stored {
    visitor: Visitor,
    csrf_token: String,
    began_at: DateTime<Utc>,
    portal: PortalSession,
}

/// One session, as loaded for one request.
#[derive(Clone)]
pub struct Session {
    key: String,
    /// Who it is.
    pub visitor: Visitor,
    /// For the hidden field of every form.
    pub csrf_token: String,
    /// What ending the portal's own session needs.
    pub portal: PortalSession,
}

impl Session {
    /// Whether a form of this session was sent.
    pub fn accepts(&self, csrf_token: &str) -> bool {
        self.csrf_token.as_bytes().ct_eq(csrf_token.as_bytes()).into()
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

/// All sessions.
#[derive(Clone, Debug)]
pub struct Sessions {
    store: Store,
    vault: Vault,
    idle: Duration,
    absolute: Duration,
}

impl Sessions {
    /// Sessions kept in `store`, sealed by `vault`.
    pub fn new(store: Store, vault: Vault, config: &SessionConfig) -> Self {
        Self { store, vault, idle: config.idle_timeout, absolute: config.absolute_timeout }
    }

    /// Begins a session and ends the one before it. Answers the value of the browser's cookie.
    pub async fn begin(
        &self,
        former: Option<&Session>,
        visitor: Visitor,
        portal: PortalSession,
        now: DateTime<Utc>,
    ) -> Result<String, StoreError> {
        if let Some(former) = former {
            self.end(former).await?;
        }
        let cookie = random_token();
        let stored = Stored { visitor, csrf_token: random_token(), began_at: now, portal };
        let sealed = self.vault.seal_json(Purpose::Session, &stored)?;
        self.store.put(&key(&cookie), &sealed, self.idle).await?;
        Ok(cookie)
    }

    /// The session of a cookie: `None` where there is none, or it was idle too long, or has lasted too long.
    pub async fn load(&self, cookie: &str, now: DateTime<Utc>) -> Result<Option<Session>, StoreError> {
        let key = key(cookie);
        let Some(sealed) = self.store.get_and_keep(&key, self.idle).await? else { return Ok(None) };
        let opened: Result<Stored, _> = self.vault.open_json(Purpose::Session, &sealed);
        let still_good =
            |stored: &Stored| TimeDelta::from_std(self.absolute).is_ok_and(|absolute| now < stored.began_at + absolute);
        let Some(stored) = opened.ok().filter(still_good) else {
            self.store.delete(&key).await?;
            return Ok(None);
        };
        let Stored { visitor, csrf_token, portal, .. } = stored;
        Ok(Some(Session { key, visitor, csrf_token, portal }))
    }

    /// Ends a session.
    pub async fn end(&self, session: &Session) -> Result<(), StoreError> {
        self.store.delete(&session.key).await.map(|_| ())
    }
}

/// 256 random bits, for cookies, handles and form tokens.
pub fn random_token() -> String {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn key(cookie: &str) -> String {
    format!("session:{}", hex::encode(Sha256::digest(cookie.as_bytes())))
}
