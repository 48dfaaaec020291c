//! Health checks of the portal.

use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

use crate::app::App;

/// Between two looks at the portal.
const PORTAL_PAUSE: Duration = Duration::from_secs(30);

/// Between two looks at a portal that was silent. Once the circuit breaker is open, `portal.outage.pause` says when it is probed; the
/// looks in between ask nothing.
const PORTAL_SILENT_PAUSE: Duration = Duration::from_secs(2);

/// Runs for ever, where there is a portal.
pub(in crate::cli::serve) async fn portal(app: Arc<App>) {
    if !app.config.access.mode.has_portal() {
        return;
    }
    tokio::join!(portal_usable(&app), portal_there(&app));
}

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

/// Probes the portal for ever: an outage, and its end, is known before the next visitor comes, since a visitor who is sent to a dead portal
/// does not come back to report it.
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
        // An outage that visitors found is probed as soon as one that a probe found.
        while Instant::now() < next && (silent || !app.portal.is_silent()) {
            sleep(PORTAL_SILENT_PAUSE).await;
        }
    }
}
