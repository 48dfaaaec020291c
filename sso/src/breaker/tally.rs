//! The outcomes of the latest requests, or exchanges: how many got no answer, of all that ended in that time.

use std::collections::VecDeque;

use tokio::time::Instant;

/// The number of failures that are stored, twice the maximum of `portal.outage.exchanges`; also the maximum of `portal.outage.failures`.
const KEPT: usize = 20_000;

/// The latest outcomes, oldest first.
#[derive(Default)]
pub(super) struct Tally {
    failed: VecDeque<Wait>,
    answered: VecDeque<Instant>,
}

/// A wait for an answer that did not come.
struct Wait {
    began: Instant,
    ended: Instant,
}

impl Tally {
    pub(super) fn answered(&mut self, now: Instant) {
        keep(&mut self.answered, now, KEPT);
    }

    pub(super) fn failed(&mut self, began: Instant, now: Instant) {
        keep(&mut self.failed, Wait { began, ended: now }, KEPT);
    }

    /// Whether nearly everything got no answer: `per_answer` failures or more for each answer, since the first of the latest `failures`
    /// began.
    pub(super) fn is_silent(&self, failures: u32, per_answer: usize) -> bool {
        let failures = usize::try_from(failures).unwrap_or(KEPT).min(KEPT);
        let latest = self.failed.iter().rev().take(failures);
        let Some(since) = latest.map(|wait| wait.began).min().filter(|_| self.failed.len() >= failures) else {
            return false;
        };
        let failed = self.failed.iter().filter(|wait| wait.ended >= since).count();
        let answered = self.answered.iter().filter(|at| **at >= since).count();
        answered * per_answer <= failed
    }
}

fn keep<T>(kept: &mut VecDeque<T>, one: T, most: usize) {
    if kept.len() >= most {
        kept.pop_front();
    }
    kept.push_back(one);
}

#[cfg(test)]
mod tests;
