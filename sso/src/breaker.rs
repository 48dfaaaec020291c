//! Keeps a portal that does not answer from tying up this service: once nearly all that was asked of it lately got no answer, nobody waits for
//! it, and nobody is sent to it, until one request has tried again and was answered.
//!
//! Only silence counts: connections that fail, requests that take too long, exchanges that do not come to their end in time. An answer,
//! whatever it says, is none; otherwise visitors with forged codes could shut everyone else out. And silence counts by its share ([`Tally`]):
//! requests that hang together end together, and a run of failures alone would let a burst of them shut out those who are answered meanwhile.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::breaker::tally::Tally;
use crate::config::OutageConfig;
use crate::error::LoginError;

mod tally;

const SILENT: LoginError = LoginError::Unavailable { what: "it did not answer the last requests" };

/// So many failures outweigh an answer at least, however few `portal.outage.exchanges` are.
const LEAST_PER_ANSWER: usize = 50;

pub(crate) struct Breaker {
    config: OutageConfig,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    requests: Tally,
    /// Counted apart: a portal that takes 3.5 s for each of three requests answers every one of them, and nobody comes in.
    exchanges: Tally,
    /// Open: when it was opened, or last tried in vain.
    open_since: Option<Instant>,
    /// The one request that tries whether the portal is back.
    probing: bool,
}

/// Leave to make one request. Dropped without a verdict, it says nothing about the portal: the visitor went away.
pub(crate) struct Leave<'a> {
    breaker: &'a Breaker,
    began: Instant,
    probe: bool,
}

impl Breaker {
    pub(crate) fn new(config: OutageConfig) -> Self {
        Self { config, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses from the opening until a request was answered, however long that takes: whoever is sent to a dead portal does not come
    /// back, and so would never be the one who tries.
    pub(crate) fn check(&self) -> Result<(), LoginError> {
        if self.state().open_since.is_some() { Err(SILENT) } else { Ok(()) }
    }

    /// Lets a request through, or says at once that the portal is down.
    pub(crate) fn ask(&self) -> Result<Leave<'_>, LoginError> {
        let began = Instant::now();
        if self.config.failures == 0 {
            return Ok(Leave { breaker: self, began, probe: false });
        }
        let mut state = self.state();
        let probe = self.may_ask(&state)?;
        state.probing |= probe;
        Ok(Leave { breaker: self, began, probe })
    }

    /// Whether a request that is let through now is the one that tries.
    fn may_ask(&self, state: &State) -> Result<bool, LoginError> {
        match state.open_since {
            None => Ok(false),
            Some(since) if since.elapsed() >= self.config.pause && !state.probing => Ok(true),
            Some(_) => Err(SILENT),
        }
    }

    /// An exchange came to its good end.
    pub(crate) fn finished(&self) {
        self.state().exchanges.answered(Instant::now());
    }

    /// An exchange was ended because it took too long.
    pub(crate) fn overran(&self, began: Instant) {
        let mut state = self.state();
        state.exchanges.failed(began, Instant::now());
        self.open_if_due(&mut state);
    }

    fn open_if_due(&self, state: &mut State) {
        let OutageConfig { failures, exchanges, .. } = self.config;
        // All exchanges that run at once may hang, and again as many after them, beside one that is answered. Where more do, an answer now and
        // then does not keep the breaker closed.
        let per_answer = exchanges.saturating_mul(2).max(LEAST_PER_ANSWER);
        let silent = state.requests.is_silent(failures, per_answer) || state.exchanges.is_silent(failures, per_answer);
        if failures == 0 || !silent || state.open_since.is_some() {
            return;
        }
        let pause = self.config.pause.as_secs();
        tracing::warn!(
            failures,
            "the portal does not answer; visitors are told so at once, and it is tried again every {pause} s"
        );
        state.open_since = Some(Instant::now());
    }
}

impl Leave<'_> {
    /// The portal answered. Open, the answer to the one request that tries counts, not the late one to a request from before.
    pub(crate) fn answered(self) {
        let mut state = self.breaker.state();
        if self.probe {
            tracing::info!("the portal answers again");
            *state = State { probing: state.probing, ..State::default() };
        }
        state.requests.answered(Instant::now());
    }

    /// It did not.
    pub(crate) fn silent(self) {
        let mut state = self.breaker.state();
        state.requests.failed(self.began, Instant::now());
        if self.probe {
            state.open_since = Some(Instant::now());
        }
        self.breaker.open_if_due(&mut state);
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if self.probe {
            self.breaker.state().probing = false;
        }
    }
}

#[cfg(test)]
mod tests;
