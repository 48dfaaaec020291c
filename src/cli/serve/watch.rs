//! Health checks while the service runs: each change is logged once, not at every request.

mod announcement;
mod portal;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

use crate::app::App;
use crate::app::health::{Health, Trouble};
use crate::db::{DbError, legacy_passwords, outbox};

pub(super) use announcement::announcement;
pub(super) use portal::portal;

/// Between two looks at database and Redis.
const PAUSE: Duration = Duration::from_secs(5);

/// Between two counts of old passwords, of which a million take the database a tenth of a second; and of notices.
const COUNTING_PAUSE: Duration = Duration::from_secs(15);

/// Watches database, schema and Redis for ever.
pub(super) async fn neighbours(app: Arc<App>) {
    let mut last: HashMap<&str, Result<(), Trouble>> = HashMap::new();
    loop {
        let health = Health::ask(&app).await;
        for (name, state) in health.parts() {
            metrics::gauge!("buzheng_neighbour_up", "name" => name).set(if state.is_ok() { 1.0 } else { 0.0 });
            let before = last.insert(name, state.clone());
            let same = before.as_ref().is_some_and(|before| summary(before) == summary(state));
            match state {
                _ if same => {}
                Ok(()) if before.is_none() => tracing::info!("{name} is as needed"),
                Ok(()) => tracing::info!("{name} is as needed again"),
                Err(trouble) => tracing::warn!(
                    cause = trouble.cause,
                    "{name} {}; citizens get an honest page until this is mended",
                    trouble.summary
                ),
            }
        }
        sleep(PAUSE).await;
    }
}

/// Counts, for ever, the notices that wait and those that were refused.
pub(super) async fn outbox(app: Arc<App>) {
    loop {
        // `neighbours` reports an outage of the database; the last numbers stand meanwhile.
        if let Ok((waiting, failed)) = app.db.read::<_, DbError, _>(|conn| Ok(outbox::counts(conn)?)).await {
            for (state, count) in [("waiting", waiting), ("failed", failed)] {
                #[allow(clippy::cast_precision_loss)] // exact for more notices than there are people
                metrics::gauge!("buzheng_outbox_notices", "state" => state).set(count as f64);
            }
        }
        sleep(COUNTING_PAUSE).await;
    }
}

/// Counts, for ever, the old password hashes that wait to be wrapped.
pub(super) async fn passwords(app: Arc<App>) {
    loop {
        // `neighbours` reports an outage of the database; the last number stands meanwhile.
        if let Ok(waiting) = app.db.read::<_, DbError, _>(|conn| Ok(legacy_passwords::unwrapped(conn)?)).await {
            #[allow(clippy::cast_precision_loss)] // exact for more accounts than there are people
            metrics::gauge!("buzheng_passwords_waiting").set(waiting as f64);
        }
        sleep(COUNTING_PAUSE).await;
    }
}

fn summary(state: &Result<(), Trouble>) -> Option<&str> {
    state.as_ref().err().map(|trouble| trouble.summary.as_str())
}

/// Records the start in the audit log, with retries until the database takes it.
pub(super) async fn start_recorded(app: Arc<App>) {
    let now = app.now();
    let mut told = false;
    while let Err(error) = app.record_start(now).await {
        if !told {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the start is not in the audit log yet; it will be once the database takes it"
            );
        }
        told = true;
        sleep(PAUSE).await;
    }
    tracing::info!("the start is in the audit log");
}

/// Between two looks for applications that do not stand in the queue.
const ENTERING_PAUSE: Duration = Duration::from_mins(1);

/// Lets in for review, for ever, what was submitted before there was one; or while another server, of an older version, still ran.
pub(super) async fn earlier_applications(app: Arc<App>) {
    loop {
        match app.enter_earlier(app.now()).await {
            Ok(0) => {}
            Ok(entered) => tracing::info!(entered, "applications that were submitted earlier stand in the queue"),
            // `neighbours` reports an outage of the database.
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::debug!(error, "earlier applications do not stand in the queue yet");
            }
        }
        sleep(ENTERING_PAUSE).await;
    }
}
