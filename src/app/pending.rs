//! Sign-ins under way, between the visitor's setting out for the portal and coming back.
//!
//! They lie in Redis under their one-time value, sealed, with a keyed hash of the browser's cookie: a return is only good in the browser that
//! began it. Whoever comes with the address alone (a prefetch, a link scanner, a stranger) takes nothing: the browser is compared before the
//! sign-in is taken. What is left of one that was taken leads its browser on when the return comes again.

mod answer;
mod spent;

use serde::{Deserialize, Serialize};
use std::time::Duration;
use subtle::ConstantTimeEq;

use super::App;
use crate::store::{Exhausted, Kept, StoreError};
use crate::vault::{LookUp, Purpose};

pub use answer::Answer;
pub use spent::{Led, Outcome, Spent};

/// All sign-ins under way, by their one-time values.
const UNDER_WAY: &str = "sign-ins-under-way";

/// A browser, as its login cookie names it: what is kept of it is a keyed hash, never the cookie's value.
#[derive(Clone, Deserialize, Serialize)]
pub struct Browser(String);

impl Browser {
    /// Whether it is one of these, in constant time.
    pub fn is_among(&self, candidates: &[Self]) -> bool {
        candidates.iter().any(|other| bool::from(self.0.as_bytes().ct_eq(other.0.as_bytes())))
    }

    /// For a key's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

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

/// Who began a sign-in.
#[derive(Deserialize, Serialize)]
pub enum Starter {
    /// The browser that holds the login cookie of this hash.
    Browser(Browser),
    /// An operator at a terminal (`buzheng doctor --portal --try`), who gets the return; it ends in no session.
    Operator,
}

macro_rules! silent_debug {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

pub(super) use silent_debug;

silent_debug!(Browser, Pending);

impl App {
    /// The browser of a login cookie.
    pub fn browser(&self, cookie: &str) -> Browser {
        Browser(hex::encode(self.vault.look_up(LookUp::Browser, &[cookie])))
    }

    /// Keeps a browser's sign-in until the visitor is back. Where the browser has as many as it may, its oldest one is dropped: whoever presses
    /// 登录 again on a slow page has given that one up. Where all visitors together have as many as they may, nobody else can begin one.
    pub async fn begin_pending(
        &self,
        handle: &str,
        browser: Browser,
        return_to: Option<String>,
        login: Vec<u8>,
    ) -> Result<Result<(), Exhausted>, StoreError> {
        let limits = &self.config.throttle;
        let (key, of_browser) = (pending_key(handle), pending_of(&browser));
        let pending = Pending { starter: Starter::Browser(browser), return_to, login };
        let value = self.vault.seal_json(Purpose::PendingLogin, &pending)?;
        let lists = [(of_browser.as_str(), limits.pending_sign_ins_per_browser)];
        let kept = Kept { key: &key, value: &value, lists: &lists, life: life() };
        self.store.keep_unless_full(kept, UNDER_WAY, limits.pending_sign_ins_total, self.now()).await
    }

    /// Keeps a sign-in until somebody is back.
    pub async fn keep_pending(&self, handle: &str, pending: &Pending) -> Result<(), StoreError> {
        self.keep_sealed(&pending_key(handle), pending, life()).await
    }

    /// A sign-in under way, which stays under way.
    pub async fn pending(&self, handle: &str) -> Result<Option<Pending>, StoreError> {
        let sealed = self.store.get(&pending_key(handle)).await?;
        Ok(self.opened(sealed))
    }

    /// Takes an operator's sign-in, once. Whether it was still there.
    pub async fn take_trial_pending(&self, handle: &str) -> Result<bool, StoreError> {
        Ok(self.store.take(&pending_key(handle)).await?.is_some())
    }

    async fn keep_sealed<T: Serialize>(&self, key: &str, value: &T, life: Duration) -> Result<(), StoreError> {
        let sealed = self.vault.seal_json(Purpose::PendingLogin, value)?;
        self.store.put(key, &sealed, life).await
    }

    /// What does not open is another server's, with a key that this one lacks, or of a version before this one: it is left alone, and the visitor
    /// starts again.
    fn opened<T: for<'a> Deserialize<'a>>(&self, sealed: Option<Vec<u8>>) -> Option<T> {
        sealed.and_then(|sealed| self.vault.open_json(Purpose::PendingLogin, &sealed).ok())
    }
}

fn pending_key(handle: &str) -> String {
    format!("pending:{handle}")
}

/// The sign-ins that one browser has under way.
fn pending_of(browser: &Browser) -> String {
    format!("pending-of:{}", browser.as_str())
}

fn life() -> Duration {
    sso::PendingLogin::LIFETIME.to_std().unwrap_or(Duration::from_mins(30))
}
