//! The typed session, sealed in Redis.
//!
//! The browser holds 256 random bits; Redis holds them hashed, so that whoever reads Redis cannot take a session over. A change of rights
//! is always a new session: [`Sessions::begin`] ends the one before.
//!
//! Each session is listed under the account it came by, and under what the portal names when it ends one: the ID token's subject, and the
//! portal's session where it has an id. What the portal ends, ends here, on whichever server it was begun.

mod content;
mod ending;
mod former;
mod listed;
mod names;
mod told;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use sso::{PortalIdentity, PortalSession};
use std::time::Duration;

use crate::config::SessionConfig;
use crate::store::{Listing, Store, StoreError};
use crate::vault::{Purpose, Vault};
use content::{Stored, former_key, key};
use names::{Names, list, mark};

pub use content::{Ends, Held, Session, Visitor};
pub use former::Former;
pub use listed::Listed;

#[derive(Debug)]
pub struct NewSession<'a> {
    pub former: Option<&'a Session>,
    /// What the session before it left behind in this browser, whether or not it has ended.
    pub before: Option<Former>,
    pub visitor: Visitor,
    /// As the portal vouches for it.
    pub identity: &'a PortalIdentity,
    /// When the sign-in began: what the portal has ended since does not begin here.
    pub login_began_at: DateTime<Utc>,
}

#[derive(Clone, Debug)]
pub struct Sessions {
    store: Store,
    vault: Vault,
    names: Names,
    idle: Duration,
    absolute: Duration,
    unannounced: Duration,
}

impl Sessions {
    pub fn new(store: Store, vault: Vault, config: &SessionConfig) -> Self {
        let (idle, absolute) = (config.idle_timeout, config.absolute_timeout);
        let unannounced = config.unannounced_timeout.min(absolute);
        Self { store, names: Names(vault.clone()), vault, idle, absolute, unannounced }
    }

    /// Begins a session and ends the one before it. Returns the value of the browser's cookie, or `None` where the portal has ended its own
    /// session while this one was about to begin.
    pub async fn begin(&self, new: NewSession<'_>, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
        let NewSession { former, before, visitor, identity, login_began_at } = new;
        let earlier = before.as_ref().map(|before| before.earlier_for(&visitor)).unwrap_or_default();
        let before = before.filter(|_| matches!(visitor, Visitor::Held(_)));
        let cookie = random_token();
        let portal = identity.session.clone();
        let announced = self.names.announced(&identity.issuer, &portal);
        let account = self.names.of_account(&identity.issuer, &identity.subject);
        let lists: Vec<String> = announced.iter().chain([&account]).map(|name| list(name)).collect();
        let both = portal.sub.as_ref().zip(portal.sid.as_ref());
        let both = both.map(|(subject, sid)| self.names.of_both(&identity.issuer, subject, sid));
        let marks: Vec<String> = announced.iter().chain(&both).map(|name| mark(name)).collect();
        let until = self.until(now, &portal);
        let key = key(&cookie);
        let stored = Stored {
            visitor,
            csrf_token: random_token(),
            began_at: now,
            portal,
            lists: lists.clone(),
            earlier,
            before,
        };
        let sealed = self.vault.seal_json(Purpose::Session, &stored)?;
        // First: there is no session of which a form could be lost.
        self.leave_behind(&key, &stored, until - now).await?;
        let listing = Listing { lists: &lists, marks: &marks, since: login_began_at, now, until };
        if !self.store.put_listed(&key, &sealed, self.idle, &listing).await? {
            self.store.delete(&former_key(&key)).await?;
            return Ok(None);
        }
        // Not before: a visitor who is refused keeps the former session.
        if let Some(former) = former {
            self.end(former).await?;
        }
        Ok(Some(cookie))
    }

    /// The session of a cookie: `None` where there is none, or its idle or absolute timeout is over. One that does not open is another
    /// server's, with a key that this one lacks: it is left to that server.
    pub async fn load(&self, cookie: &str, now: DateTime<Utc>) -> Result<Option<Session>, StoreError> {
        let key = key(cookie);
        let Some(sealed) = self.store.get_and_keep(&key, self.idle).await? else { return Ok(None) };
        let Ok(stored) = self.vault.open_json::<Stored>(Purpose::Session, &sealed) else { return Ok(None) };
        let until = self.until(stored.began_at, &stored.portal);
        if now >= until {
            self.store.delete(&key).await?;
            return Ok(None);
        }
        let Stored { visitor, csrf_token, portal, lists, earlier, before, .. } = stored;
        let ends = Ends { idle: self.idle, absolute: (until - now).to_std().unwrap_or_default() };
        Ok(Some(Session { key, lists, earlier, before, visitor, csrf_token, portal, ends }))
    }

    /// The absolute timeout: shorter where the portal does not report the end of its own session.
    fn until(&self, began_at: DateTime<Utc>, portal: &PortalSession) -> DateTime<Utc> {
        let absolute = if portal.announces_end { self.absolute } else { self.unannounced };
        let absolute = TimeDelta::from_std(absolute).unwrap_or(TimeDelta::MAX);
        began_at.checked_add_signed(absolute).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Ends a session, and with it what it would leave behind: who signs out has no form to lose.
    pub async fn end(&self, session: &Session) -> Result<(), StoreError> {
        self.store.delete(&former_key(&session.key)).await?;
        self.store.delete_listed(&session.key, &session.lists).await
    }
}

/// 256 random bits, for cookies, handles and form tokens.
pub fn random_token() -> String {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
