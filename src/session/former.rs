//! What a session leaves behind: who had it, and the CSRF token of its forms. It opens no page; it tells whose form comes too late.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use subtle::ConstantTimeEq;

use super::content::{former_key, key};
use super::{Sessions, Visitor};
use crate::ids::PersonId;
use crate::store::StoreError;
use crate::vault::Purpose;

/// How long after the last moment at which the session can end a form of it may still come.
const AFTERWARDS: TimeDelta = TimeDelta::minutes(30);

/// Where sessions are configured to last for ever.
const LONGEST: Duration = Duration::from_hours(24 * 365);

/// A session that may have ended.
#[derive(Clone, Serialize, Deserialize)]
pub struct Former {
    pub person: PersonId,
    /// Of its forms; and what stands for old accounts in them is made from it.
    pub csrf_token: String,
}

impl Former {
    /// Compares a form's CSRF token in constant time.
    pub fn accepts(&self, csrf_token: &str) -> bool {
        self.csrf_token.as_bytes().ct_eq(csrf_token.as_bytes()).into()
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

    /// Nobody who is not let in has a form to lose.
    pub(super) async fn leave_behind(
        &self,
        session: &str,
        visitor: &Visitor,
        csrf_token: &str,
        left: TimeDelta,
    ) -> Result<(), StoreError> {
        let Visitor::SignedIn { person, .. } = visitor else { return Ok(()) };
        let former = Former { person: *person, csrf_token: csrf_token.to_owned() };
        let sealed = self.vault.seal_json(Purpose::Session, &former)?;
        let life = left.checked_add(&AFTERWARDS).and_then(|life| life.to_std().ok()).unwrap_or(LONGEST);
        self.store.put(&former_key(session), &sealed, life).await
    }
}
