//! Tells the log when a neighbour goes and when it is back: once each, not at every request.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

use crate::app::App;
use crate::app::health::{Health, Trouble};
use crate::db::{DbError, legacy_passwords};

/// Between two looks at database and Redis.
const PAUSE: Duration = Duration::from_secs(5);

/// Between two looks at the portal.
const PORTAL_PAUSE: Duration = Duration::from_secs(30);

/// Between two looks at a portal that was silent. Once that counts as an outage, `portal.outage.pause` says when it is asked again; the
/// looks in between ask nothing.
const PORTAL_SILENT_PAUSE: Duration = Duration::from_secs(2);

/// Between two counts of old passwords; the count of a million takes the database a tenth of a second.
const PASSWORDS_PAUSE: Duration = Duration::from_secs(15);

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

/// Counts, for ever, the old password hashes that wait to be wrapped.
pub(super) async fn passwords(app: Arc<App>) {
    loop {
        // That the database cannot be used is told by the watch over the neighbours; the last number stands meanwhile.
        if let Ok(waiting) = app.db.transaction::<_, DbError, _>(|conn| Ok(legacy_passwords::unwrapped(conn)?)).await {
            #[allow(clippy::cast_precision_loss)] // exact for more accounts than there are people
            metrics::gauge!("buzheng_passwords_waiting").set(waiting as f64);
        }
        sleep(PASSWORDS_PAUSE).await;
    }
}

fn summary(state: &Result<(), Trouble>) -> Option<&str> {
    state.as_ref().err().map(|trouble| trouble.summary.as_str())
}

/// Puts the start into the audit log as soon as the database takes it.
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

/// Watches the portal for ever: what is wrong with it, until it can be used, and whether it is there at all.
pub(super) async fn portal(app: Arc<App>) {
    tokio::join!(portal_usable(&app), portal_there(&app));
}

/// Looks at the portal until it can be used.
async fn portal_usable(app: &App) {
    let mut told = Vec::new();
    loop {
        let mut findings = app.portal.check(app.now()).await;
        findings.retain(|finding| finding.severity != sso::Severity::Ok);
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        if codes != told {
            for finding in &findings {
                tracing::warn!(code = finding.code, next_step = finding.next_step, "{}", finding.message);
            }
        }
        if !findings.iter().any(|finding| finding.severity == sso::Severity::Problem) {
            tracing::info!("the portal can be used");
            return;
        }
        told = codes;
        sleep(PORTAL_PAUSE).await;
    }
}

/// Asks the portal for signs of life, for ever: an outage is known before the next visitor comes, and so is its end. Whoever is sent
/// to a dead portal does not come back to tell.
async fn portal_there(app: &App) {
    let mut silent = false;
    loop {
        let probe = app.portal.probe().await;
        match &probe {
            Err(error) if !silent => {
                tracing::warn!(error = error as &dyn std::error::Error, "a probe of the portal found it silent");
            }
            Ok(()) if silent => tracing::info!("a probe of the portal was answered again"),
            _ => {}
        }
        silent = probe.is_err();
        let next = Instant::now() + if silent { PORTAL_SILENT_PAUSE } else { PORTAL_PAUSE };
        // What visitors have found is looked into as soon as what a look has found.
        while Instant::now() < next && (silent || !app.portal.is_silent()) {
            sleep(PORTAL_SILENT_PAUSE).await;
        }
    }
}
