//! Sign-ins under way, between the visitor's setting out for the portal and coming back.
//!
//! They lie in Redis under their one-time value, sealed, with a keyed hash of the browser's cookie: a return is only good in the browser that
//! began it. Whoever comes with the address alone (a prefetch, a link scanner, a stranger) takes nothing: the browser is compared before the
//! sign-in is taken. What is left of one that was taken leads its browser on when the return comes again.

use serde::{Deserialize, Serialize};
use sso::Callback;
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::time::{Instant, sleep};

use super::App;
use crate::session::random_token;
use crate::store::{Exhausted, Kept, StoreError};
use crate::vault::{LookUp, Purpose};

/// A browser follows a redirect at once.
const ANSWER_LIFE: Duration = Duration::from_mins(1);

/// As long as a visitor may go back in the browser's history, or reload a page that an outage left behind.
const SPENT_LIFE: Duration = Duration::from_mins(10);

/// How long a cookie is kept for a page that is loaded again.
const HAND_OVER_LIFE: Duration = Duration::from_secs(10);

/// How often a return that waits for another one looks what became of it.
const LOOK: Duration = Duration::from_millis(100);

/// All sign-ins under way, by their one-time values.
const UNDER_WAY: &str = "sign-ins-under-way";

/// As often as a visitor may send the portal's form again; older answers go.
const ANSWERS_OF_A_SIGN_IN: u32 = 4;

/// All answers that were posted.
const ANSWERS: &str = "posted-answers-kept";

/// All sign-ins that have come back.
const COME_BACK: &str = "sign-ins-come-back";

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

/// What is left of a sign-in that has come back, for its browser alone.
#[derive(Clone, Deserialize, Serialize)]
pub struct Spent {
    /// The browser that took it.
    pub browser: Browser,
    /// Where it was to lead.
    pub return_to: Option<String>,
    /// A digest of the code or ticket that came with it.
    pub credential: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a sign-in that has come back.
#[derive(Clone, Deserialize, Serialize)]
pub enum Outcome {
    /// Nothing yet: the portal is being asked.
    UnderWay,
    /// It led on.
    Led(Led),
    /// It began no session.
    Failed,
}

/// Where a sign-in led.
#[derive(Clone, Deserialize, Serialize)]
pub struct Led {
    /// The session's name ([`crate::session::Session::name`]).
    pub session: String,
    /// The local path that the return was answered with.
    pub target: String,
}

/// An answer that was posted.
#[derive(Deserialize, Serialize)]
pub struct Answer {
    /// Of the sign-in.
    pub handle: String,
    /// As the portal gave it.
    pub callback: Callback,
}

/// Which bound a sign-in that begins has met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// This browser's.
    Browser(Exhausted),
    /// That of all visitors together.
    Everybody(Exhausted),
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

silent_debug!(Browser, Pending, Spent, Outcome, Answer);

impl App {
    /// The browser of a login cookie.
    pub fn browser(&self, cookie: &str) -> Browser {
        Browser(hex::encode(self.vault.look_up(LookUp::Browser, &[cookie])))
    }

    /// Keeps a browser's sign-in until the visitor is back, unless there are too many.
    pub async fn begin_pending(
        &self,
        handle: &str,
        browser: Browser,
        (return_to, login): (Option<String>, Vec<u8>),
    ) -> Result<Result<(), Full>, StoreError> {
        let limits = &self.config.throttle;
        let of_browser = pending_of(&browser);
        let places = [
            (of_browser.as_str(), limits.pending_sign_ins_per_browser, limits.pending_sign_in_counts),
            (UNDER_WAY, limits.pending_sign_ins_total, life()),
        ];
        match self.store.join(handle, &places, self.now()).await? {
            Err((0, exhausted)) => return Ok(Err(Full::Browser(exhausted))),
            Err((_, exhausted)) => return Ok(Err(Full::Everybody(exhausted))),
            Ok(()) => {}
        }
        let kept = self.keep_pending(handle, &Pending { starter: Starter::Browser(browser), return_to, login }).await;
        if kept.is_err() {
            // A full Redis takes the place and refuses the value.
            if let Err(error) = self.store.leave(handle, &[&of_browser, UNDER_WAY]).await {
                tracing::debug!(%error, "a place among the sign-ins under way stays taken until it expires");
            }
        }
        kept.map(Ok)
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

    /// Takes a browser's sign-in, once: of two returns one takes it. Whether it was still there.
    pub async fn take_pending(&self, handle: &str, spent: &Spent) -> Result<bool, StoreError> {
        let (key, value) = (spent_key(handle), self.vault.seal_json(Purpose::PendingLogin, spent)?);
        let sets = [pending_of(&spent.browser), UNDER_WAY.to_owned()];
        let rest = Kept { key: &key, value: &value, lists: &self.come_back(), life: SPENT_LIFE };
        self.store.spend(&pending_key(handle), rest, (handle, &sets), self.now()).await
    }

    /// Keeps a session's cookie for a moment, once, for the return that takes the place of one whose visitor has gone: the same browser with the
    /// same code or ticket could have finished the sign-in itself.
    pub async fn hand_over(&self, handle: &str, cookie: &str) -> Result<(), StoreError> {
        self.keep_sealed(&hand_over_key(handle), &cookie, HAND_OVER_LIFE).await
    }

    /// The cookie that is kept for whoever comes first.
    pub async fn take_over(&self, handle: &str) -> Result<Option<String>, StoreError> {
        let sealed = self.store.take(&hand_over_key(handle)).await?;
        Ok(self.opened(sealed))
    }

    /// What becomes of a sign-in that another return has taken. Waits no longer than the portal may take.
    pub async fn outcome(&self, handle: &str) -> Result<Outcome, StoreError> {
        let patience = self.config.portal.timeout() + HAND_OVER_LIFE;
        let deadline = Instant::now() + patience.min(self.config.server.request_timeout.mul_f32(0.9));
        loop {
            match self.spent(handle).await?.map(|spent| spent.outcome) {
                Some(Outcome::UnderWay) if Instant::now() < deadline => sleep(LOOK).await,
                Some(outcome @ Outcome::Led(_)) => return Ok(outcome),
                _ => return Ok(Outcome::Failed),
            }
        }
    }

    /// Notes what became of a sign-in that was taken.
    pub async fn note_outcome(&self, handle: &str, spent: &Spent) -> Result<(), StoreError> {
        let (key, value) = (spent_key(handle), self.vault.seal_json(Purpose::PendingLogin, spent)?);
        let rest = Kept { key: &key, value: &value, lists: &self.come_back(), life: SPENT_LIFE };
        self.store.keep_while(std::slice::from_ref(&key), rest, self.now()).await?;
        Ok(())
    }

    /// What is left of a sign-in that was taken.
    pub async fn spent(&self, handle: &str) -> Result<Option<Spent>, StoreError> {
        let sealed = self.store.get(&spent_key(handle)).await?;
        Ok(self.opened(sealed))
    }

    /// What lists sign-ins that have come back.
    fn come_back(&self) -> [(&'static str, u32); 1] {
        [(COME_BACK, self.config.throttle.pending_sign_ins_total)]
    }

    /// Keeps an answer that was posted, until the browser comes again with a GET of our own. Answers the name to ask for it by; `None` where
    /// no such sign-in is under way, nor has come back lately.
    pub async fn keep_answer(&self, answer: &Answer) -> Result<Option<String>, StoreError> {
        let name = random_token();
        let (key, value) = (answer_key(&name), self.vault.seal_json(Purpose::PendingLogin, answer)?);
        // No sign-in pushes the answers of others out.
        let of_this = format!("posted-answers-of:{}", answer.handle);
        let lists = [(of_this.as_str(), ANSWERS_OF_A_SIGN_IN), (ANSWERS, self.config.throttle.posted_answers_total)];
        let kept = Kept { key: &key, value: &value, lists: &lists, life: ANSWER_LIFE };
        let of_sign_in = [pending_key(&answer.handle), spent_key(&answer.handle)];
        Ok(self.store.keep_while(&of_sign_in, kept, self.now()).await?.then_some(name))
    }

    /// An answer that was posted. It is good once as its sign-in is.
    pub async fn answer(&self, name: &str) -> Result<Option<Answer>, StoreError> {
        let sealed = self.store.get(&answer_key(name)).await?;
        Ok(self.opened(sealed))
    }

    /// Keeps the return of an operator's test sign-in.
    pub async fn keep_trial(&self, handle: &str, callback: &Callback) -> Result<(), StoreError> {
        self.keep_sealed(&format!("trial:{handle}"), callback, ANSWER_LIFE).await
    }

    /// Hands the return of a test sign-in out, once.
    pub async fn take_trial(&self, handle: &str) -> Result<Option<Callback>, StoreError> {
        let key = format!("trial:{handle}");
        let Some(callback) = self.opened(self.store.get(&key).await?) else { return Ok(None) };
        Ok(self.store.take(&key).await?.is_some().then_some(callback))
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

fn spent_key(handle: &str) -> String {
    format!("come-back:{handle}")
}

fn hand_over_key(handle: &str) -> String {
    format!("handed-over:{handle}")
}

fn answer_key(name: &str) -> String {
    format!("answer:{name}")
}

/// The sign-ins that one browser has under way.
fn pending_of(browser: &Browser) -> String {
    format!("pending-of:{}", browser.as_str())
}

fn life() -> Duration {
    sso::PendingLogin::LIFETIME.to_std().unwrap_or(Duration::from_mins(30))
}
