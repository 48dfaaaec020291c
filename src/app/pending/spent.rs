//! Sign-ins that have come back: taken once, and what is left of them leads their browser on.

use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::time::{Instant, sleep};

use super::{Browser, UNDER_WAY, pending_key, pending_of, silent_debug};
use crate::app::App;
use crate::store::{Kept, StoreError};
use crate::vault::Purpose;

/// As long as a visitor may go back in the browser's history, or reload a page that an outage left behind.
const SPENT_LIFE: Duration = Duration::from_mins(10);

/// How long a cookie is kept for a page that is loaded again.
const HAND_OVER_LIFE: Duration = Duration::from_secs(10);

/// How often a return that waits for another one looks what became of it.
const LOOK: Duration = Duration::from_millis(100);

/// All sign-ins that have come back.
const COME_BACK: &str = "sign-ins-come-back";

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

silent_debug!(Spent, Outcome);

impl App {
    /// Takes a browser's sign-in, once: of two returns one takes it. Whether it was still there.
    pub async fn take_pending(&self, handle: &str, spent: &Spent) -> Result<bool, StoreError> {
        let (key, value) = (spent_key(handle), self.vault.seal_json(Purpose::PendingLogin, spent)?);
        let lists = [pending_of(&spent.browser), UNDER_WAY.to_owned()];
        let rest = Kept { key: &key, value: &value, lists: &self.come_back(), life: SPENT_LIFE };
        self.store.spend(&pending_key(handle), &lists, rest, self.now()).await
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
}

pub(super) fn spent_key(handle: &str) -> String {
    format!("come-back:{handle}")
}

fn hand_over_key(handle: &str) -> String {
    format!("handed-over:{handle}")
}
