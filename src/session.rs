//! The typed session, sealed in Redis.
//!
//! The browser holds 256 random bits; Redis holds them hashed, so that whoever reads Redis cannot take a session over. A change of rights
//! is always a new session: [`Sessions::begin`] ends the one before.
//!
//! Each session is listed under the account it came by, and under what the portal names when it ends one: the ID token's subject, and the
//! portal's session where it has an id. What the portal ends, ends here, on whichever server it was begun. A session by an account of old is listed
//! under its person.

mod content;
mod ending;
mod former;
mod listed;
mod names;
mod staff;
mod told;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use sso::{PortalIdentity, PortalSession};
use std::time::Duration;

use crate::config::{SessionConfig, ThrottleConfig};
use crate::domain::linking::Way;
use crate::ids::PersonId;
use crate::store::{Kept, Listing, Store, StoreError};
use crate::vault::{Purpose, Vault};
use content::{Stored, former_key, key};
use names::{Known, Names};

pub use content::{Ends, Held, Session, Visitor};
pub use former::Former;
pub use listed::Listed;
pub use staff::{StaffBegun, StaffSession, StaffSessions, Stage};

/// How long a session lasts at most whose visitor has not signed in: it opens nothing.
pub const ANONYMOUS: Duration = Duration::from_hours(4);

/// And without a request: longer than a code that was mailed to its visitor is good.
const ANONYMOUS_IDLE: Duration = Duration::from_mins(40);

/// The list of all such sessions in Redis.
const ANONYMOUS_ONES: &str = "anonymous-sessions";

/// By what a visitor signs in.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'a> {
    /// What the portal vouches for.
    Portal(&'a PortalIdentity),
    /// An account of this person's.
    Account(PersonId),
}

#[derive(Debug)]
pub struct NewSession<'a> {
    pub former: Option<&'a Session>,
    /// What the session before it left behind in this browser, whether or not it has ended.
    pub before: Option<Former>,
    pub visitor: Visitor,
    pub origin: Origin<'a>,
    /// When the sign-in began: what has been ended since does not begin here.
    pub login_began_at: DateTime<Utc>,
}

/// A session without a sign-in, and its cookie.
#[derive(Debug)]
pub struct Begun {
    pub cookie: String,
    pub session: Session,
}

#[derive(Clone, Debug)]
pub struct Sessions {
    store: Store,
    vault: Vault,
    names: Names,
    idle: Duration,
    absolute: Duration,
    unannounced: Duration,
    /// Anonymous ones, of all visitors and of one network (0: any number).
    most: (u32, u32),
}

impl Sessions {
    pub fn new(store: Store, vault: Vault, config: &SessionConfig, throttle: &ThrottleConfig) -> Self {
        let (idle, absolute) = (config.idle_timeout, config.absolute_timeout);
        let unannounced = config.unannounced_timeout.min(absolute);
        let most = (throttle.anonymous_sessions_total, throttle.anonymous_sessions_per_network);
        Self { store, names: Names(vault.clone()), vault, idle, absolute, unannounced, most }
    }

    /// Begins a session and ends the one before it. Returns the value of the browser's cookie, or `None` where the portal has ended its own
    /// session, or the account's password was changed, while this one was about to begin.
    pub async fn begin(&self, new: NewSession<'_>, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
        let NewSession { former, before, visitor, origin, login_began_at } = new;
        let earlier = before.as_ref().map(|before| before.earlier_for(&visitor)).unwrap_or_default();
        let before = before.filter(|_| matches!(visitor, Visitor::Held(_)));
        let Known { portal, lists, marks } = self.names.of_origin(&origin);
        let cookie = random_token();
        let key = key(&cookie);
        let csrf_token = random_token();
        let stored = Stored {
            visitor,
            csrf_token,
            began_at: now,
            login_began_at: Some(login_began_at),
            portal,
            lists,
            earlier,
            before,
        };
        let sealed = self.vault.seal_json(Purpose::Session, &stored)?;
        let until = self.until(&stored);
        // First: there is no session of which a form could be lost.
        self.leave_behind(&key, &stored, until - now).await?;
        let listing = Listing { lists: &stored.lists, marks: &marks, since: login_began_at, now, until };
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

    /// Begins a session for a visitor who has none: it tells the visitor's forms from those that other sites hand out. It keeps what the session
    /// before it in this browser left behind. Beyond so many of the visitor's network, or of all, the oldest end: whoever begins many without end
    /// takes no more of Redis.
    pub async fn anonymous(
        &self,
        before: Option<Former>,
        network: &str,
        now: DateTime<Utc>,
    ) -> Result<Begun, StoreError> {
        let (cookie, csrf_token) = (random_token(), random_token());
        let (visitor, portal) = (Visitor::Anonymous, PortalSession::none());
        let (lists, earlier) = (Vec::new(), Vec::new());
        let stored =
            Stored { visitor, csrf_token, began_at: now, login_began_at: None, portal, lists, earlier, before };
        let key = key(&cookie);
        let sealed = self.vault.seal_json(Purpose::Session, &stored)?;
        let until = self.until(&stored);
        self.leave_behind(&key, &stored, until - now).await?;
        let (own, (all, of_network)) = (format!("{ANONYMOUS_ONES}:{network}"), self.most);
        let lists = [(own.as_str(), of_network), (ANONYMOUS_ONES, all)];
        // It counts as long as requests can prolong it.
        self.store.keep_among(Kept { key: &key, value: &sealed, lists: &lists, life: ANONYMOUS }, now).await?;
        self.store.get_and_keep(&key, ANONYMOUS_IDLE).await?;
        let ends = self.ends(&stored, now);
        Ok(Begun { cookie, session: stored.into_session(key, ends) })
    }

    /// The session of a cookie: `None` where there is none, or its idle or absolute timeout is over. One that does not open is another
    /// server's, with a key that this one lacks: it is left to that server.
    pub async fn load(&self, cookie: &str, now: DateTime<Utc>) -> Result<Option<Session>, StoreError> {
        let key = key(cookie);
        let Some(sealed) = self.store.get_and_keep(&key, self.idle).await? else { return Ok(None) };
        let Ok(stored) = self.vault.open_json::<Stored>(Purpose::Session, &sealed) else { return Ok(None) };
        let until = self.until(&stored);
        if now >= until {
            self.store.delete(&key).await?;
            return Ok(None);
        }
        if matches!(stored.visitor, Visitor::Anonymous) {
            self.store.get_and_keep(&key, ANONYMOUS_IDLE).await?;
        }
        let ends = self.ends(&stored, now);
        Ok(Some(stored.into_session(key, ends)))
    }

    fn ends(&self, stored: &Stored, now: DateTime<Utc>) -> Ends {
        let until = self.until(stored);
        let idle = if matches!(stored.visitor, Visitor::Anonymous) { ANONYMOUS_IDLE } else { self.idle };
        Ends { idle, absolute: (until - now).to_std().unwrap_or_default() }
    }

    /// The absolute timeout: shorter where the portal does not report the end of its own session.
    fn until(&self, stored: &Stored) -> DateTime<Utc> {
        let absolute = match &stored.visitor {
            Visitor::Anonymous => ANONYMOUS,
            Visitor::SignedIn { way: Way::Account(_), .. } => self.absolute,
            Visitor::SignedIn { .. } | Visitor::Held(_) if stored.portal.announces_end => self.absolute,
            Visitor::SignedIn { .. } | Visitor::Held(_) => self.unannounced,
        };
        let absolute = TimeDelta::from_std(absolute).unwrap_or(TimeDelta::MAX);
        stored.began_at.checked_add_signed(absolute).unwrap_or(DateTime::<Utc>::MAX_UTC)
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
