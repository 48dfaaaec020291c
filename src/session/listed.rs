//! All sessions, as an administrator sees them.

use chrono::{DateTime, Utc};

use super::content::Stored;
use super::{Ends, Session, Sessions, Visitor};
use crate::ids::PersonId;
use crate::store::StoreError;
use crate::vault::Purpose;

#[derive(Debug)]
pub struct Listed {
    pub session: Session,
    pub began_at: DateTime<Utc>,
    /// The last request.
    pub last_seen_at: DateTime<Utc>,
    /// When the session ends if there is no further request.
    pub expires_at: DateTime<Utc>,
}

impl Listed {
    /// `None` for a visitor who is identified and not let in.
    pub fn person(&self) -> Option<PersonId> {
        match self.session.visitor {
            Visitor::SignedIn { person, .. } => Some(person),
            Visitor::Held(_) | Visitor::Anonymous => None,
        }
    }

    /// By which door, such as `portal`.
    pub fn way(&self) -> &'static str {
        match &self.session.visitor {
            Visitor::SignedIn { way, .. } => way.as_str(),
            Visitor::Held(_) | Visitor::Anonymous => "portal",
        }
    }
}

impl Sessions {
    /// Every session of somebody who signed in, in no order, and how many do not open. Prolongs none.
    pub async fn all(&self, now: DateTime<Utc>) -> Result<(Vec<Listed>, u64), StoreError> {
        let (mut sessions, mut unopened) = (Vec::new(), 0);
        for key in self.store.keys("session:").await? {
            let Some((sealed, left)) = self.store.look(&key).await? else { continue };
            let Ok(stored) = self.vault.open_json::<Stored>(Purpose::Session, &sealed) else {
                unopened += 1;
                continue;
            };
            let ends_at = self.until(&stored);
            if now < ends_at && !matches!(stored.visitor, Visitor::Anonymous) {
                let idle_ends_at = now + left;
                let last_seen_at = (idle_ends_at - self.idle).max(stored.began_at);
                let began_at = stored.began_at;
                let absolute = (ends_at - now).to_std().unwrap_or_default();
                let session = stored.into_session(key, Ends { idle: left, absolute });
                sessions.push(Listed { session, began_at, last_seen_at, expires_at: idle_ends_at.min(ends_at) });
            }
        }
        Ok((sessions, unopened))
    }
}
