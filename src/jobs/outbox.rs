//! Sends what waits in the outbox by one channel, round after round.

use chrono::Utc;
use std::future::Future;
use std::time::Duration;

use crate::app::outbox::Postman;
use crate::domain::notice::Channel;

/// How long a notice may wait to be noticed.
const POLL: Duration = Duration::from_secs(2);

/// After a server that could not be spoken to, or a database that does not answer.
const REST: Duration = Duration::from_secs(10);

/// Runs until `shutdown` is ready; what is being sent then is settled, and the rest given back.
pub async fn send_notices(postman: Postman, channel: Channel, shutdown: impl Future<Output = ()>) {
    tokio::pin!(shutdown);
    let mut told = false;
    loop {
        let round = {
            let round = postman.round(channel, Utc::now());
            tokio::pin!(round);
            tokio::select! {
                biased;
                round = &mut round => round,
                () = &mut shutdown => {
                    postman.stop();
                    if let Err(error) = round.await {
                        tracing::warn!(%channel, error = &error as &dyn std::error::Error, "the last notices may be sent once more");
                    }
                    return;
                }
            }
        };
        let pause = match &round {
            Ok(round) if round.unreached => REST,
            Ok(round) if round.had_work() => Duration::ZERO,
            Ok(_) => POLL,
            Err(_) => REST,
        };
        let trouble = round.as_ref().map_or(true, |round| round.unreached);
        match &round {
            Err(error) if !told => {
                tracing::warn!(%channel, error = error as &dyn std::error::Error, "the outbox cannot be read");
            }
            Ok(round) if round.unreached && !told => {
                tracing::warn!(%channel, "notices wait, for their server cannot be used; `buzheng mail list --state waiting` tells why");
            }
            Ok(round) if told && round.sent > 0 => tracing::info!(%channel, "notices go out again"),
            _ => {}
        }
        // A round without work says nothing about the server.
        told = trouble || (told && round.is_ok_and(|round| !round.had_work()));
        tokio::select! {
            biased;
            () = &mut shutdown => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
