//! A circuit breaker, so that a portal that does not answer cannot tie up this service: once nearly all recent requests got no answer,
//! requests fail at once, and no visitor is sent to the portal, until one probe was answered.
//!
//! Only silence counts: failed connections, time-outs, exchanges past their deadline. An answer, whatever its status, is no silence;
//! otherwise visitors with forged codes could shut everyone else out. And silence counts by its share ([`Tally`]): requests that hang
//! together end together, and a run of failures alone would let a burst of them shut out those who are answered meanwhile.

mod leave;
mod tally;

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::breaker::tally::Tally;
use crate::config::OutageConfig;
use crate::error::LoginError;
pub(crate) use leave::Leave;

const SILENT: LoginError = LoginError::Unavailable { what: "it did not answer the last requests" };

/// The least number of failures that outweigh an answer, however few `portal.outage.exchanges` are.
const LEAST_PER_ANSWER: usize = 50;

pub(crate) struct Breaker {
    config: OutageConfig,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    requests: Tally,
    /// Exchanges have a tally of their own: a portal that takes 3.5 s for each of three requests answers every one of them, and no sign-in
    /// succeeds.
    exchanges: Tally,
    /// Open: when it was opened, or last probed without success.
    open_since: Option<Instant>,
    /// Whether the one probing request is under way.
    probing: bool,
}

impl Breaker {
    pub(crate) fn new(config: OutageConfig) -> Self {
        Self { config, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses from the opening until a request was answered, however long that takes: a visitor who is sent to a dead portal does not come
    /// back, and so would never be the probe.
    pub(crate) fn check(&self) -> Result<(), LoginError> {
        if self.state().open_since.is_some() { Err(SILENT) } else { Ok(()) }
    }

    /// Permits a request, or fails at once while the breaker is open.
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

    /// Whether a request that is permitted now is the probe.
    fn may_ask(&self, state: &State) -> Result<bool, LoginError> {
        match state.open_since {
            None => Ok(false),
            Some(since) if since.elapsed() >= self.config.pause && !state.probing => Ok(true),
            Some(_) => Err(SILENT),
        }
    }

    /// An exchange succeeded.
    pub(crate) fn finished(&self) {
        self.state().exchanges.answered(Instant::now());
    }

    /// An exchange passed its deadline.
    pub(crate) fn overran(&self, began: Instant) {
        let mut state = self.state();
        state.exchanges.failed(began, Instant::now());
        self.open_if_due(&mut state);
    }

    fn open_if_due(&self, state: &mut State) {
        let OutageConfig { failures, exchanges, .. } = self.config;
        // All concurrent exchanges may hang, and again as many after them, beside one that is answered. Where more do, an occasional answer
        // does not keep the breaker closed.
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

#[cfg(test)]
mod tests;
