//! The end of the service, by a signal.

use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch::{self as channel, Receiver};

use crate::cli::failure::Failure;

/// Turns the first true at the first SIGTERM or SIGINT, the second a while later; a second signal ends the process at once.
pub(super) fn stop_on_signal(delay: Duration) -> Result<(Receiver<bool>, Receiver<bool>), Failure> {
    let failed = |error| Failure::new("signals", error, "Check the process limits of this user.");
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let (end, ending) = channel::channel(false);
    let (stop, stopped) = channel::channel(false);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                () = tokio::time::sleep(delay), if *end.borrow() && !*stop.borrow() => {
                    tracing::info!("no new connections, running requests may finish");
                    stop.send_replace(true);
                    continue;
                }
            }
            if end.send_replace(true) {
                tracing::warn!("second signal: running requests are cut off");
                std::process::exit(1);
            }
            tracing::info!(delay = ?delay, "signal received: not ready any more, the listener closes after the delay");
        }
    });
    Ok((ending, stopped))
}

pub(super) async fn until(mut flag: Receiver<bool>) {
    // An error means that the sender is gone: nobody is left to set the flag.
    let _ = flag.wait_for(|set| *set).await;
}
