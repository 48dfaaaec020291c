//! The typed session, sealed in Redis.
//!
//! The browser holds 256 random bits; Redis holds them hashed, so that whoever reads Redis cannot take a session over. A change of rights
//! is always a new session: [`Sessions::begin`] ends the one before.
//!
//! Each session is listed under the account it came by, and under what the portal names when it ends one: the ID token's subject, and the
//! portal's session where it has an id. What the portal ends, ends here, on whichever server it was begun.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sso::{LogoutNotice, PortalIdentity, PortalSession};
use std::time::Duration;
use subtle::ConstantTimeEq;

use crate::config::SessionConfig;
use crate::domain::linking::Subject;
use crate::ids::PersonId;
use crate::store::{Ended, Ending, Listing, Store, StoreError};
use crate::vault::{LookUp, Purpose, Vault};

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
    /// Where it is listed. Nowhere, where it began before there were lists: an upgrade signs nobody out.
    #[serde(default)]
    lists: Vec<String>,
}

/// A session that is about to begin.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// The session that the browser had before.
    pub former: Option<&'a Session>,
    /// Who it is.
    pub visitor: Visitor,
    /// As the portal vouches for it.
    pub identity: &'a PortalIdentity,
    /// When the visitor set out for the portal: what the portal has ended since does not begin here.
    pub login_began_at: DateTime<Utc>,
}

/// One session, as loaded for one request.
#[derive(Clone)]
pub struct Session {
    key: String,
    lists: Vec<String>,
    /// Who it is.
    pub visitor: Visitor,
    /// For the hidden field of every form.
    pub csrf_token: String,
    /// What ending the portal's own session needs.
    pub portal: PortalSession,
}

impl Session {
    /// What it is called in Redis: tells two sessions apart, and opens none.
    pub fn name(&self) -> &str {
        &self.key
    }

    /// The name of the session that this cookie opens.
    pub fn name_of(cookie: &str) -> String {
        key(cookie)
    }

    /// Whether a form of this session was sent.
    pub fn accepts(&self, csrf_token: &str) -> bool {
        self.csrf_token.as_bytes().ct_eq(csrf_token.as_bytes()).into()
    }
}

/// A session as an administrator sees it.
#[derive(Debug)]
pub struct Listed {
    /// The session.
    pub session: Session,
    /// When the visitor came back from the portal.
    pub began_at: DateTime<Utc>,
    /// When the last page was asked for.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends if nothing more is asked for.
    pub expires_at: DateTime<Utc>,
}

impl Listed {
    /// Whose it is; of a visitor who is identified and not let in, nobody's.
    pub fn person(&self) -> Option<PersonId> {
        match self.session.visitor {
            Visitor::SignedIn { person, .. } => Some(person),
            Visitor::Held(_) => None,
        }
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
    unannounced: Duration,
}

impl Sessions {
    /// Sessions kept in `store`, sealed by `vault`.
    pub fn new(store: Store, vault: Vault, config: &SessionConfig) -> Self {
        let (idle, absolute) = (config.idle_timeout, config.absolute_timeout);
        Self { store, vault, idle, absolute, unannounced: config.unannounced_timeout.min(absolute) }
    }

    /// Begins a session and ends the one before it. Answers the value of the browser's cookie, or `None` where the portal has ended its own
    /// session while this one was about to begin.
    pub async fn begin(&self, new: NewSession<'_>, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
        let NewSession { former, visitor, identity, login_began_at } = new;
        let cookie = random_token();
        let portal = identity.session.clone();
        let announced = self.announced(&identity.issuer, &portal);
        let account = self.of_account(&identity.issuer, &identity.subject);
        let lists: Vec<String> = announced.iter().chain([&account]).map(|name| list(name)).collect();
        let both = portal.sub.as_ref().zip(portal.sid.as_ref());
        let both = both.map(|(subject, sid)| self.of_both(&identity.issuer, subject, sid));
        let marks: Vec<String> = announced.iter().chain(&both).map(|name| mark(name)).collect();
        let until = self.until(now, &portal);
        let stored = Stored { visitor, csrf_token: random_token(), began_at: now, portal, lists: lists.clone() };
        let sealed = self.vault.seal_json(Purpose::Session, &stored)?;
        let listing = Listing { lists: &lists, marks: &marks, since: login_began_at, now, until };
        if !self.store.put_listed(&key(&cookie), &sealed, self.idle, &listing).await? {
            return Ok(None);
        }
        // Not before: whoever is refused keeps what they had.
        if let Some(former) = former {
            self.end(former).await?;
        }
        Ok(Some(cookie))
    }

    /// The session of a cookie: `None` where there is none, or it was idle too long, or has lasted too long. One that does not open is
    /// another server's, with a key that this one lacks: it is left to that server.
    pub async fn load(&self, cookie: &str, now: DateTime<Utc>) -> Result<Option<Session>, StoreError> {
        let key = key(cookie);
        let Some(sealed) = self.store.get_and_keep(&key, self.idle).await? else { return Ok(None) };
        let Ok(stored) = self.vault.open_json::<Stored>(Purpose::Session, &sealed) else { return Ok(None) };
        if now >= self.until(stored.began_at, &stored.portal) {
            self.store.delete(&key).await?;
            return Ok(None);
        }
        let Stored { visitor, csrf_token, portal, lists, .. } = stored;
        Ok(Some(Session { key, lists, visitor, csrf_token, portal }))
    }

    /// Every session that there is, in no order, and how many do not open. Prolongs none.
    pub async fn all(&self, now: DateTime<Utc>) -> Result<(Vec<Listed>, u64), StoreError> {
        let (mut sessions, mut unopened) = (Vec::new(), 0);
        for key in self.store.keys("session:").await? {
            let Some((sealed, left)) = self.store.look(&key).await? else { continue };
            let Ok(stored) = self.vault.open_json::<Stored>(Purpose::Session, &sealed) else {
                unopened += 1;
                continue;
            };
            let ends_at = self.until(stored.began_at, &stored.portal);
            if now < ends_at {
                let idle_ends_at = now + left;
                let last_seen_at = (idle_ends_at - self.idle).max(stored.began_at);
                let Stored { visitor, csrf_token, began_at, portal, lists } = stored;
                let session = Session { key, lists, visitor, csrf_token, portal };
                sessions.push(Listed { session, began_at, last_seen_at, expires_at: idle_ends_at.min(ends_at) });
            }
        }
        Ok((sessions, unopened))
    }

    /// Until when a session lasts at most: shorter where the portal does not tell when it ends its own.
    fn until(&self, began_at: DateTime<Utc>, portal: &PortalSession) -> DateTime<Utc> {
        let absolute = if portal.announces_end { self.absolute } else { self.unannounced };
        let absolute = TimeDelta::from_std(absolute).unwrap_or(TimeDelta::MAX);
        began_at.checked_add_signed(absolute).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Ends a session.
    pub async fn end(&self, session: &Session) -> Result<(), StoreError> {
        self.store.delete_listed(&session.key, &session.lists).await
    }

    /// Ends the sessions that a portal account has at present. Answers how many there were.
    pub async fn end_present(&self, issuer: &str, subject: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let lists = [list(&self.of_account(issuer, subject))];
        let ending = Ending { lists: &lists, within: None, marks: &[], now, mark_life: MARK_LIFE, claim: None };
        match self.store.end_listed(&ending).await? {
            Ended::Values(sessions) => Ok(sessions),
            Ended::Before | Ended::Elsewhere => Ok(0),
        }
    }

    /// Ends what the portal says has ended (Back-Channel Logout 1.0 §2.7): with a session id the sessions begun under it, and those of the
    /// subject of which the portal gave no id; without one all sessions of the subject. Where it names both, and the portal's session is another
    /// subject's, nothing ends ([`Ended::Elsewhere`]). A notice counts as come in the same step in which it is obeyed: whatever breaks off, it is never the one alone.
    pub async fn end_announced(&self, notice: &LogoutNotice, now: DateTime<Utc>) -> Result<Ended, StoreError> {
        let LogoutNotice { issuer, subject, sid, id, good_until } = notice;
        // What ends now, what does not begin, and whose it has to be.
        let (ended, barred, within) = match (sid, subject) {
            (Some(sid), Some(subject)) => {
                let without = self.without_sid(issuer, subject);
                let barred = vec![self.of_both(issuer, subject, sid), without.clone()];
                (vec![self.of_portal_session(issuer, sid), without], barred, Some(self.of_subject(issuer, subject)))
            }
            (Some(sid), None) => {
                (vec![self.of_portal_session(issuer, sid)], vec![self.of_portal_session(issuer, sid)], None)
            }
            (None, Some(subject)) => {
                (vec![self.of_subject(issuer, subject)], vec![self.of_subject(issuer, subject)], None)
            }
            (None, None) => (Vec::new(), Vec::new(), None),
        };
        let lists: Vec<_> = ended.iter().map(|name| list(name)).collect();
        let marks: Vec<_> = barred.iter().map(|name| mark(name)).collect();
        let within = within.map(|name| list(&name));
        let come = format!("logout-token:{}", hex::encode(Sha256::digest(id.as_bytes())));
        let life = (*good_until - now).to_std().unwrap_or_default() + CLOCKS_DIFFER;
        let claim = Some((come.as_str(), life));
        let within = within.as_deref();
        self.store.end_listed(&Ending { lists: &lists, within, marks: &marks, now, mark_life: MARK_LIFE, claim }).await
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

    /// A subject can be a person's number at some portals: names in Redis are keyed hashes.
    fn name(&self, parts: &[&str]) -> String {
        hex::encode(self.vault.look_up(LookUp::Session, parts))
    }

    /// `portal.claims.subject` names the account; a logout token names the ID token's `sub`, which can be another value.
    fn of_account(&self, issuer: &str, subject: &str) -> String {
        self.name(&["account", issuer, subject])
    }

    fn of_subject(&self, issuer: &str, subject: &str) -> String {
        self.name(&["subject", issuer, subject])
    }

    fn of_portal_session(&self, issuer: &str, sid: &str) -> String {
        self.name(&["session", issuer, sid])
    }

    fn of_both(&self, issuer: &str, subject: &str, sid: &str) -> String {
        self.name(&["subject and session", issuer, subject, sid])
    }

    fn without_sid(&self, issuer: &str, subject: &str) -> String {
        self.name(&["no session", issuer, subject])
    }
}

/// A sign-in that set out before the portal's sign-out and comes back after it may be under way for as long.
const MARK_LIFE: Duration = Duration::from_mins(30);

/// Another server, whose clock is behind by less, does not accept a token that is forgotten here.
const CLOCKS_DIFFER: Duration = Duration::from_secs(10);

fn list(name: &str) -> String {
    format!("sessions-of:{name}")
}

fn mark(name: &str) -> String {
    format!("ended:{name}")
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
