//! Sessions of staff: a cookie, a key and a seal of their own, so that none of them is ever taken for a citizen's, nor the other way round.
//!
//! Each stage of a sign-in is a new session: what somebody planted before opens nothing after. Sessions are listed by whose they are.

use chrono::{DateTime, TimeDelta, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use subtle::ConstantTimeEq;

use super::{Ends, random_token};
use crate::ids::StaffId;
use crate::store::{Ended, Ending, Listing, Store, StoreError};
use crate::vault::{LookUp, Purpose, Vault};

/// Nobody works longer than a day of two shifts.
const ABSOLUTE: Duration = Duration::from_hours(12);

/// A form before the sign-in, and an enrolment: somebody may have an app to install.
const BEFORE: Duration = Duration::from_hours(1);

/// Between the password and the second factor.
const HALF_WAY: Duration = Duration::from_mins(10);

/// As long as a sign-in that began before may come to its end.
const MARK_LIFE: Duration = Duration::from_mins(30);

/// A browser follows a redirect at once.
const TOLD_LIFE: Duration = Duration::from_mins(10);

/// Messages kept for one session.
const MOST_TOLD: u32 = 4;

/// How far a sign-in has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Stage {
    /// Nobody: the session is there for a form's CSRF token.
    Nobody,
    /// The password was right; opens nothing but the page for the second factor.
    Password { staff: StaffId },
    SignedIn {
        staff: StaffId,
        /// When a second factor was given last.
        factor_at: DateTime<Utc>,
        /// When the sign-in was complete.
        signed_in_at: DateTime<Utc>,
    },
}

impl Stage {
    pub const fn staff(self) -> Option<StaffId> {
        match self {
            Self::Nobody => None,
            Self::Password { staff } | Self::SignedIn { staff, .. } => Some(staff),
        }
    }

    /// How long it lasts at most, and without a request.
    fn life(self, idle: Duration) -> (Duration, Duration) {
        match self {
            Self::Nobody => (BEFORE, BEFORE),
            Self::Password { .. } => (HALF_WAY, HALF_WAY),
            Self::SignedIn { .. } => (ABSOLUTE, idle),
        }
    }
}

#[derive(Clone)]
pub struct StaffSession {
    key: String,
    lists: Vec<String>,
    pub stage: Stage,
    /// For the hidden field of every form.
    pub csrf_token: String,
    /// When the session of this stage began.
    pub began_at: DateTime<Utc>,
    pub ends: Ends,
}

impl StaffSession {
    /// Its name in Redis: it tells two sessions apart, and opens none.
    pub fn name(&self) -> &str {
        &self.key
    }

    /// Compares a form's CSRF token in constant time.
    pub fn accepts(&self, csrf_token: &str) -> bool {
        self.csrf_token.as_bytes().ct_eq(csrf_token.as_bytes()).into()
    }
}

impl std::fmt::Debug for StaffSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffSession").field("stage", &self.stage).finish_non_exhaustive()
    }
}

#[derive(Deserialize, Serialize)]
struct Stored {
    stage: Stage,
    csrf_token: String,
    began_at: DateTime<Utc>,
    lists: Vec<String>,
}

impl Stored {
    /// The absolute timeout: a factor that is given again makes no day longer.
    fn until(&self, idle: Duration) -> DateTime<Utc> {
        let from = match self.stage {
            Stage::SignedIn { signed_in_at, .. } => signed_in_at,
            Stage::Nobody | Stage::Password { .. } => self.began_at,
        };
        let (absolute, _) = self.stage.life(idle);
        from + TimeDelta::from_std(absolute).unwrap_or(TimeDelta::MAX)
    }

    fn into_session(self, key: String, now: DateTime<Utc>, idle: Duration) -> StaffSession {
        let absolute = (self.until(idle) - now).to_std().unwrap_or_default();
        let (_, idle) = self.stage.life(idle);
        let Self { stage, csrf_token, began_at, lists } = self;
        StaffSession { key, lists, stage, csrf_token, began_at, ends: Ends { idle, absolute } }
    }
}

/// A session, and its cookie.
#[derive(Debug)]
pub struct StaffBegun {
    pub cookie: String,
    pub session: StaffSession,
}

#[derive(Clone, Debug)]
pub struct StaffSessions {
    store: Store,
    vault: Vault,
    idle: Duration,
}

impl StaffSessions {
    pub fn new(store: Store, vault: Vault, idle: Duration) -> Self {
        Self { store, vault, idle }
    }

    /// Begins a session of this stage, and ends the one before it. `None` where the sessions of its owner were ended since `since`, when this
    /// sign-in, or this step of it, began.
    pub async fn begin(
        &self,
        former: Option<&StaffSession>,
        stage: Stage,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Option<StaffBegun>, StoreError> {
        let (cookie, csrf_token) = (random_token(), random_token());
        let name = stage.staff().map(|staff| self.name_of(staff));
        let lists: Vec<String> = name.iter().map(|name| list(name)).collect();
        let marks: Vec<String> = name.iter().map(|name| mark(name)).collect();
        let stored = Stored { stage, csrf_token, began_at: now, lists };
        let sealed = self.vault.seal_json(Purpose::StaffSession, &stored)?;
        let (key, (_, idle)) = (key(&cookie), stage.life(self.idle));
        let listing = Listing { lists: &stored.lists, marks: &marks, since, now, until: stored.until(self.idle) };
        if !self.store.put_listed(&key, &sealed, idle, &listing).await? {
            return Ok(None);
        }
        // Not before: whoever is refused keeps the former session.
        if let Some(former) = former {
            self.end(former).await?;
        }
        Ok(Some(StaffBegun { cookie, session: stored.into_session(key, now, self.idle) }))
    }

    /// The session of a cookie, whose idle time begins again; `None` where there is none, or it has ended.
    pub async fn load(&self, cookie: &str, now: DateTime<Utc>) -> Result<Option<StaffSession>, StoreError> {
        let key = key(cookie);
        let Some(sealed) = self.store.get(&key).await? else { return Ok(None) };
        // One that does not open is another server's, with a key that this one lacks.
        let Ok(stored) = self.vault.open_json::<Stored>(Purpose::StaffSession, &sealed) else { return Ok(None) };
        if now >= stored.until(self.idle) {
            self.store.delete(&key).await?;
            return Ok(None);
        }
        let (_, idle) = stored.stage.life(self.idle);
        let is_there = self.store.get_and_keep(&key, idle).await?.is_some();
        Ok(is_there.then(|| stored.into_session(key, now, self.idle)))
    }

    pub async fn end(&self, session: &StaffSession) -> Result<(), StoreError> {
        self.store.delete_listed(&session.key, &session.lists).await
    }

    /// Ends every session of a member of staff, and has no sign-in that began before begin one.
    pub async fn end_all(&self, staff: StaffId, now: DateTime<Utc>) -> Result<(), StoreError> {
        let name = self.name_of(staff);
        let (lists, marks) = ([list(&name)], [mark(&name)]);
        let ending = Ending { lists: &lists, within: None, marks: &marks, now, mark_life: MARK_LIFE, claim: None };
        match self.store.end_listed(&ending).await? {
            Ended::Values(_) | Ended::Before | Ended::Elsewhere => Ok(()),
        }
    }

    /// Keeps what the next page of a session says once.
    pub async fn tell<M: Serialize + Sync>(
        &self,
        session: &StaffSession,
        what: &str,
        message: &M,
    ) -> Result<(), StoreError> {
        let sealed = self.vault.seal_json(Purpose::StaffSession, message)?;
        self.store.append(&told(session, what), &sealed, MOST_TOLD, TOLD_LIFE).await
    }

    /// What was told under this word, once.
    pub async fn told<M: DeserializeOwned>(&self, session: &StaffSession, what: &str) -> Result<Vec<M>, StoreError> {
        let sealed = self.store.take_list(&told(session, what)).await?;
        Ok(sealed.iter().filter_map(|sealed| self.vault.open_json(Purpose::StaffSession, sealed).ok()).collect())
    }

    fn name_of(&self, staff: StaffId) -> String {
        hex::encode(self.vault.look_up(LookUp::Session, &["staff", &staff.to_string()]))
    }
}

fn key(cookie: &str) -> String {
    format!("staff-session:{}", hex::encode(Sha256::digest(cookie.as_bytes())))
}

fn list(name: &str) -> String {
    format!("staff-sessions-of:{name}")
}

fn mark(name: &str) -> String {
    format!("staff-ended:{name}")
}

fn told(session: &StaffSession, what: &str) -> String {
    format!("staff-told:{}:{what}", session.key)
}
