//! Keeps a portal that does not answer from tying up this service: after some failures in a row nobody waits for it, and nobody is sent
//! to it, until one request has tried again and was answered.
//!
//! Only silence counts: connections that fail, requests that take too long, exchanges that do not come to their end in time. An answer,
//! whatever it says, is none; otherwise visitors with forged codes could shut everyone else out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::config::OutageConfig;
use crate::error::LoginError;

const SILENT: LoginError = LoginError::Unavailable { what: "it did not answer the last requests" };

pub(crate) struct Breaker {
    config: OutageConfig,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Requests in a row.
    failures: u32,
    /// Exchanges in a row. Counted apart: a portal that takes 3.5 s for each of three requests answers every one of them, and nobody
    /// comes in.
    overruns: u32,
    /// Open: when it was opened, or last tried in vain.
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

    /// Refuses from the opening until a request was answered, however long that takes: whoever is sent to a dead portal does not come
    /// back, and so would never be the one who tries.
    pub(crate) fn check(&self) -> Result<(), LoginError> {
        if self.state().open_since.is_some() { Err(SILENT) } else { Ok(()) }
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
            Some(_) => Err(SILENT),
        }
    }

    /// An exchange came to its good end.
    pub(crate) fn finished(&self) {
        self.state().overruns = 0;
    }

    /// An exchange was ended because it took too long.
    pub(crate) fn overran(&self) {
        let mut state = self.state();
        state.overruns = state.overruns.saturating_add(1);
        self.open_if_due(&mut state);
    }

    fn open_if_due(&self, state: &mut State) {
        let failures = state.failures.max(state.overruns);
        if self.config.failures == 0 || failures < self.config.failures || state.open_since.is_some() {
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
        state.failures = 0;
        if self.probe {
            tracing::info!("the portal answers again");
            (state.overruns, state.open_since) = (0, None);
        }
    }

    /// It did not.
    pub(crate) fn silent(self) {
        let mut state = self.breaker.state();
        state.failures = state.failures.saturating_add(1);
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
        assert!(breaker.check().is_err(), "time alone brings no portal back");
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
    async fn a_late_answer_to_a_request_from_before_does_not_close_it() {
        let breaker = breaker();
        let late = breaker.ask().ok().unwrap();
        fail(&breaker, 3);
        late.answered();
        assert!(breaker.check().is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn exchanges_that_never_end_in_time_open_it_though_each_request_is_answered() {
        let breaker = breaker();
        let slow = || {
            breaker.ask().ok().unwrap().answered();
            breaker.overran();
        };
        slow();
        slow();
        breaker.finished();
        slow();
        slow();
        assert!(breaker.check().is_ok(), "only those in a row count");
        slow();
        assert!(breaker.check().is_err());
        tokio::time::advance(PAUSE).await;
        breaker.ask().ok().unwrap().answered();
        slow();
        assert!(breaker.check().is_ok(), "the count begins anew");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_told_at_once_where_it_is_switched_off() {
        let breaker = Breaker::new(OutageConfig { failures: 0, pause: PAUSE, ..OutageConfig::default() });
        fail(&breaker, 100);
        (0..100).for_each(|_| breaker.overran());
        assert!(breaker.ask().is_ok() && breaker.check().is_ok());
    }
}
