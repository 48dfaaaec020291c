//! Answers at a steady pace: how long one takes tells nothing of what was found.

use std::time::Duration;
use tokio::time::{Instant, sleep_until};

use super::App;

impl App {
    /// Answers a multiple of `throttle.answer_pace` after it began.
    pub(super) async fn at_a_steady_pace<T>(&self, work: impl Future<Output = T>) -> T {
        self.at_a_steady_pace_if(work, |_| true).await
    }

    /// The same for some answers, where the others tell by what they are.
    pub(super) async fn at_a_steady_pace_if<T>(
        &self,
        work: impl Future<Output = T>,
        is_paced: impl FnOnce(&T) -> bool,
    ) -> T {
        let began = Instant::now();
        let answer = work.await;
        if is_paced(&answer) {
            sleep_until(began + beat_after(began.elapsed(), self.config.throttle.answer_pace)).await;
        }
        answer
    }
}

/// The first multiple of a pace, and not none of it, that is not over by now. A pace of nothing is none.
fn beat_after(elapsed: Duration, pace: Duration) -> Duration {
    if pace.is_zero() {
        return elapsed;
    }
    let beats = elapsed.as_nanos().div_ceil(pace.as_nanos()).max(1);
    pace.saturating_mul(u32::try_from(beats).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_waits_for_the_next_beat() {
        let beat = |elapsed, pace| beat_after(Duration::from_millis(elapsed), Duration::from_millis(pace)).as_millis();
        for (elapsed, expected) in [(0, 1000), (1, 1000), (999, 1000), (1000, 1000), (1001, 2000), (2500, 3000)] {
            assert_eq!(beat(elapsed, 1000), expected, "after {elapsed} ms");
        }
        assert_eq!(beat(17, 0), 17, "without a pace it comes when it comes");
    }
}
