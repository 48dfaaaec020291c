//! What a session leaves behind: who had it, and the CSRF token of its forms. It opens no page; it tells whose form comes too late.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use subtle::ConstantTimeEq;

use super::content::{Stored, former_key, key};
use super::{Session, Sessions, Visitor};
use crate::ids::PersonId;
use crate::store::StoreError;
use crate::vault::Purpose;

/// How long after the last moment at which the session can end a form of it may still come.
const AFTERWARDS: TimeDelta = TimeDelta::minutes(30);

/// Where sessions are configured to last for ever.
const LONGEST: Duration = Duration::from_hours(24 * 365);

/// Sessions of one person, one after another in one browser, of which a tab may still show a form.
const EARLIER: usize = 4;

/// A session that may have ended.
#[derive(Clone, Serialize, Deserialize)]
pub struct Former {
    pub person: PersonId,
    /// Of its forms; and what stands for old accounts in them is made from it.
    pub csrf_token: String,
    /// The CSRF tokens of this person's sessions before it in its browser, the newest first.
    #[serde(default)]
    earlier: Vec<String>,
}

impl Former {
    /// What a session is to the one that follows it. Of a visitor who is not let in or not signed in it is what the session before left behind: such a
    /// visitor saw nothing here, and has no form to lose.
    pub fn of(session: &Session) -> Option<Self> {
        match session.visitor {
            Visitor::SignedIn { person, .. } => {
                let (csrf_token, earlier) = (session.csrf_token.clone(), session.earlier.clone());
                Some(Self { person, csrf_token, earlier })
            }
            Visitor::Held(_) | Visitor::Anonymous => session.before.clone(),
        }
    }

    /// The session that handed out a form with this CSRF token: this one, or one of the same person before it. Compares in constant time.
    pub fn with(self, csrf_token: &str) -> Option<Self> {
        let tokens = [self.csrf_token].into_iter().chain(self.earlier);
        let found =
            tokens.fold(
                None,
                |found, token| {
                    if token.as_bytes().ct_eq(csrf_token.as_bytes()).into() { Some(token) } else { found }
                },
            );
        found.map(|csrf_token| Self { person: self.person, csrf_token, earlier: Vec::new() })
    }

    /// The CSRF tokens that a session of this visitor, which follows in the same browser, knows as those of earlier ones.
    pub(super) fn earlier_for(&self, visitor: &Visitor) -> Vec<String> {
        match visitor {
            Visitor::SignedIn { person, .. } if *person == self.person => {
                [&self.csrf_token].into_iter().chain(&self.earlier).take(EARLIER).cloned().collect()
            }
            _ => Vec::new(),
        }
    }
}

impl Session {
    /// The session before this one, of the same person in the same browser, that handed out a form with this CSRF token. Such a form is shown again and
    /// never obeyed.
    pub fn earlier(&self, csrf_token: &str) -> Option<Former> {
        Former::of(self)?.with(csrf_token).filter(|_| !self.accepts(csrf_token))
    }
}

impl std::fmt::Debug for Former {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Former").field("person", &self.person).finish_non_exhaustive()
    }
}

impl Sessions {
    /// Whose session a cookie stood for, while forms of it may come. `None` after a sign-out.
    pub async fn former(&self, cookie: &str) -> Result<Option<Former>, StoreError> {
        let sealed = self.store.get(&former_key(&key(cookie))).await?;
        Ok(sealed.and_then(|sealed| self.vault.open_json(Purpose::Session, &sealed).ok()))
    }

    pub(super) async fn leave_behind(&self, session: &str, stored: &Stored, left: TimeDelta) -> Result<(), StoreError> {
        let former = match stored.visitor {
            Visitor::SignedIn { person, .. } => {
                Some(Former { person, csrf_token: stored.csrf_token.clone(), earlier: stored.earlier.clone() })
            }
            Visitor::Held(_) | Visitor::Anonymous => stored.before.clone(),
        };
        let Some(former) = former else { return Ok(()) };
        let sealed = self.vault.seal_json(Purpose::Session, &former)?;
        let life = left.checked_add(&AFTERWARDS).and_then(|life| life.to_std().ok()).unwrap_or(LONGEST);
        self.store.put(&former_key(session), &sealed, life).await
    }
}
