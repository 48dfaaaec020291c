//! Answers of the portal that were posted, and returns of an operator's test sign-in: kept for a moment.

use serde::{Deserialize, Serialize};
use sso::Callback;
use std::time::Duration;

use super::spent::spent_key;
use super::{pending_key, silent_debug};
use crate::app::App;
use crate::session::random_token;
use crate::store::{Kept, StoreError};
use crate::vault::Purpose;

/// A browser follows a redirect at once.
const ANSWER_LIFE: Duration = Duration::from_mins(1);

/// As often as a visitor may send the portal's form again; older answers go.
const ANSWERS_OF_A_SIGN_IN: u32 = 4;

/// All answers that were posted.
const ANSWERS: &str = "posted-answers-kept";

/// An answer that was posted.
#[derive(Deserialize, Serialize)]
pub struct Answer {
    /// Of the sign-in.
    pub handle: String,
    /// As the portal gave it.
    pub callback: Callback,
}

silent_debug!(Answer);

impl App {
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
}

fn answer_key(name: &str) -> String {
    format!("answer:{name}")
}
