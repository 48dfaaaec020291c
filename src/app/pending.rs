//! Sign-ins under way, between the visitor's setting out for the portal and coming back.
//!
//! They lie in Redis under their one-time value, sealed, with the browser's cookie beside them: a return is only good in the browser that
//! began it.

use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::App;
use crate::session::random_token;
use crate::store::StoreError;
use crate::vault::Purpose;

/// A browser follows a redirect at once.
const ANSWER_LIFE: Duration = Duration::from_mins(1);

/// A sign-in under way.
#[derive(Deserialize, Serialize)]
pub struct Pending {
    /// Who may finish it.
    pub starter: Starter,
    /// Where to go afterwards.
    pub return_to: Option<String>,
    /// The driver's part.
    pub login: Vec<u8>,
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}

/// Who began a sign-in.
#[derive(Deserialize, Serialize)]
pub enum Starter {
    /// A browser: the value of its cookie.
    Browser(String),
    /// An operator at a terminal (`buzheng doctor --portal --try`), who gets the return; it ends in no session.
    Operator,
}

/// The portal's answer as the browser brought it.
#[derive(Deserialize, Serialize)]
pub struct Returned {
    /// What followed the callback address in the path.
    pub tail: String,
    /// The query, or the body of a POST.
    pub query: String,
}

impl std::fmt::Debug for Returned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Returned").finish_non_exhaustive()
    }
}

impl App {
    /// Keeps a sign-in until the visitor is back.
    pub async fn keep_pending(&self, handle: &str, pending: &Pending) -> Result<(), StoreError> {
        self.keep_sealed(&format!("pending:{handle}"), pending, life()).await
    }

    /// Hands a sign-in out: once, to whoever asks first.
    pub async fn take_pending(&self, handle: &str) -> Result<Option<Pending>, StoreError> {
        let pending: Option<Pending> = self.take_sealed(&format!("pending:{handle}")).await?;
        if let Some(Pending { starter: Starter::Browser(browser), .. }) = &pending {
            self.store.leave(&pending_of(browser), handle).await?;
        }
        Ok(pending)
    }

    /// Keeps an answer that was posted, until the browser comes again with a GET of our own. Answers the name to ask for it by.
    pub async fn keep_answer(&self, returned: &Returned) -> Result<String, StoreError> {
        let name = random_token();
        self.keep_sealed(&format!("answer:{name}"), returned, ANSWER_LIFE).await?;
        Ok(name)
    }

    /// Hands an answer out, once.
    pub async fn take_answer(&self, name: &str) -> Result<Option<Returned>, StoreError> {
        self.take_sealed(&format!("answer:{name}")).await
    }

    /// Keeps the return of an operator's test sign-in.
    pub async fn keep_trial(&self, handle: &str, returned: &Returned) -> Result<(), StoreError> {
        self.keep_sealed(&format!("trial:{handle}"), returned, ANSWER_LIFE).await
    }

    /// Hands the return of a test sign-in out, once.
    pub async fn take_trial(&self, handle: &str) -> Result<Option<Returned>, StoreError> {
        self.take_sealed(&format!("trial:{handle}")).await
    }

    async fn keep_sealed<T: Serialize>(&self, key: &str, value: &T, life: Duration) -> Result<(), StoreError> {
        let sealed = self.vault.seal_json(Purpose::PendingLogin, value)?;
        self.store.put(key, &sealed, life).await
    }

    async fn take_sealed<T: for<'a> Deserialize<'a>>(&self, key: &str) -> Result<Option<T>, StoreError> {
        // What does not open is another server's, with a key that this one lacks, or of a version before this one: it is left alone, and the
        // visitor starts again.
        let opens = |sealed: &Vec<u8>| self.vault.open(Purpose::PendingLogin, sealed).is_ok();
        if !self.store.get(key).await?.as_ref().is_some_and(opens) {
            return Ok(None);
        }
        let sealed = self.store.take(key).await?;
        Ok(sealed.and_then(|sealed| self.vault.open_json(Purpose::PendingLogin, &sealed).ok()))
    }
}

/// The sign-ins that one browser has under way.
pub fn pending_of(browser: &str) -> String {
    format!("pending-of:{browser}")
}

fn life() -> Duration {
    sso::PendingLogin::LIFETIME.to_std().unwrap_or(Duration::from_mins(30))
}
