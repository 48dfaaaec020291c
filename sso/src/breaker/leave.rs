//! The permit for one request, and its verdict.

use tokio::time::Instant;

use super::{Breaker, State};

/// A permit for one request. Dropped without a verdict, it says nothing about the portal: the visitor went away.
pub(crate) struct Leave<'a> {
    pub(super) breaker: &'a Breaker,
    pub(super) began: Instant,
    pub(super) probe: bool,
}

impl Leave<'_> {
    /// The portal answered. While the breaker is open, only the probe's answer counts, not a late one to an earlier request.
    pub(crate) fn answered(self) {
        let mut state = self.breaker.state();
        if self.probe {
            tracing::info!("the portal answers again");
            *state = State { probing: state.probing, ..State::default() };
        }
        state.requests.answered(Instant::now());
    }

    /// The portal did not answer.
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
