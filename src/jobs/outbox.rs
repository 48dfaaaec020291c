//! Sends what waits in the outbox, round after round.

use chrono::Utc;
use std::future::Future;
use std::time::Duration;

use crate::app::outbox::Postman;

/// How long a notice may wait to be noticed.
const POLL: Duration = Duration::from_secs(2);

/// After a server that could not be spoken to, or a database that does not answer.
const REST: Duration = Duration::from_secs(10);

/// Runs until `shutdown` is ready; the present round is finished first.
pub async fn send_notices(postman: Postman, shutdown: impl Future<Output = ()>) {
    tokio::pin!(shutdown);
    let mut told = false;
    loop {
        let round = postman.round(Utc::now()).await;
        let pause = match &round {
            Ok(round) if round.unreached => REST,
            Ok(round) if round.had_work() => Duration::ZERO,
            Ok(_) => POLL,
            Err(_) => REST,
        };
        let trouble = round.as_ref().map_or(true, |round| round.unreached);
        match &round {
            Err(error) if !told => {
                tracing::warn!(error = error as &dyn std::error::Error, "the outbox cannot be read");
            }
            Ok(round) if round.unreached && !told => {
                tracing::warn!(
                    "notices wait: the mail server or the hook for text messages cannot be used; `buzheng doctor` tells why"
                );
            }
            Ok(_) if told && !trouble => tracing::info!("notices go out again"),
            _ => {}
        }
        // A round without work says nothing about the servers.
        told = trouble || (told && round.is_ok_and(|round| !round.had_work()));
        tokio::select! {
            biased;
            () = &mut shutdown => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
