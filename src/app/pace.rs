//! Answers at a steady pace: how long one takes tells nothing of what was found.

use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Longer than what is done for any of these answers takes on a server that is not overloaded.
const PACE: Duration = Duration::from_secs(1);

/// Answers a multiple of a second after it began.
pub(super) async fn at_a_steady_pace<T>(work: impl Future<Output = T>) -> T {
    at_a_steady_pace_if(work, |_| true).await
}

/// The same for some answers, where the others tell by what they are.
pub(super) async fn at_a_steady_pace_if<T>(work: impl Future<Output = T>, is_paced: impl FnOnce(&T) -> bool) -> T {
    let began = Instant::now();
    let answer = work.await;
    if !is_paced(&answer) {
        return answer;
    }
    let mut until = began + PACE;
    while until < Instant::now() {
        until += PACE;
    }
    sleep_until(until).await;
    answer
}
