//! Keeps a portal that does not answer from tying up this service: after some failures in a row nobody waits for it for a while, then
//! one request tries again.
//!
//! Only silence counts: connections that fail, requests that take too long. An answer, whatever it says, is none; otherwise visitors
//! with forged codes could shut everyone else out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::config::OutageConfig;
use crate::error::{LoginError, unavailable};

pub(crate) struct Breaker {
    config: OutageConfig,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// In a row.
    failures: u32,
    open_since: Option<Instant>,
    /// The one request that tries whether the portal is back.
    probing: bool,
}

/// Leave to make one request. Dropped without a verdict, it says nothing about the portal: the visitor went away.
pub(crate) struct Leave<'a> {
    breaker: &'a Breaker,
    probe: bool,
}

impl Breaker {
    pub(crate) fn new(config: OutageConfig) -> Self {
        Self { config, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a request would be let through now.
    pub(crate) fn check(&self) -> Result<(), LoginError> {
        if self.config.failures == 0 { Ok(()) } else { self.may_ask(&self.state()).map(|_| ()) }
    }

    /// Lets a request through, or says at once that the portal is down.
    pub(crate) fn ask(&self) -> Result<Leave<'_>, LoginError> {
        if self.config.failures == 0 {
            return Ok(Leave { breaker: self, probe: false });
        }
        let mut state = self.state();
        let probe = self.may_ask(&state)?;
        state.probing |= probe;
        Ok(Leave { breaker: self, probe })
    }

    /// Whether a request that is let through now is the one that tries.
    fn may_ask(&self, state: &State) -> Result<bool, LoginError> {
        match state.open_since {
            None => Ok(false),
            Some(since) if since.elapsed() >= self.config.pause && !state.probing => Ok(true),
            Some(_) => Err(unavailable("it did not answer the last requests")),
        }
    }
}

impl Leave<'_> {
    /// The portal answered.
    pub(crate) fn answered(self) {
        let mut state = self.breaker.state();
        if state.open_since.is_some() {
            tracing::info!("the portal answers again");
        }
        state.failures = 0;
        state.open_since = None;
    }

    /// It did not.
    pub(crate) fn silent(self) {
        let config = &self.breaker.config;
        let mut state = self.breaker.state();
        state.failures = state.failures.saturating_add(1);
        let opens = config.failures > 0 && state.failures >= config.failures;
        if opens && state.open_since.is_none() {
            let pause = config.pause.as_secs();
            tracing::warn!(
                failures = state.failures,
                "the portal does not answer; visitors are told so at once, and it is tried again every {pause} s"
            );
        }
        if opens && (self.probe || state.open_since.is_none()) {
            state.open_since = Some(Instant::now());
        }
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
mod tests {
    use std::time::Duration;

    use super::*;

    const PAUSE: Duration = Duration::from_secs(10);

    fn breaker() -> Breaker {
        Breaker::new(OutageConfig { failures: 3, pause: PAUSE, ..OutageConfig::default() })
    }

    fn fail(breaker: &Breaker, times: usize) {
        for _ in 0..times {
            breaker.ask().unwrap_or_else(|_| panic!("let through")).silent();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_failures_in_a_row_and_one_request_tries_again() {
        let breaker = breaker();
        fail(&breaker, 2);
        breaker.ask().ok().unwrap().answered();
        fail(&breaker, 3);
        assert!(breaker.ask().is_err());
        assert!(breaker.check().is_err());
        tokio::time::advance(PAUSE).await;
        let probe = breaker.ask().ok().unwrap();
        assert!(breaker.ask().is_err(), "one tries");
        probe.silent();
        assert!(breaker.ask().is_err());
        tokio::time::advance(PAUSE).await;
        breaker.ask().ok().unwrap().answered();
        assert!(breaker.ask().is_ok() && breaker.check().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_visitor_who_goes_away_says_nothing_about_the_portal() {
        let breaker = breaker();
        fail(&breaker, 2);
        drop(breaker.ask());
        assert!(breaker.check().is_ok());
        fail(&breaker, 1);
        tokio::time::advance(PAUSE).await;
        drop(breaker.ask().ok().unwrap());
        assert!(breaker.ask().is_ok(), "another one may try");
    }

    #[tokio::test(start_paused = true)]
    async fn none_is_ever_kept_waiting_where_it_is_switched_off() {
        let breaker = Breaker::new(OutageConfig { failures: 0, pause: PAUSE, ..OutageConfig::default() });
        fail(&breaker, 100);
        assert!(breaker.ask().is_ok());
    }
}
