//! Tasks beside the listeners.

use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch::Receiver;
use tokio::task::JoinHandle;

use super::signals::until;
use super::watch;
use crate::app::App;
use crate::domain::notice::Channel;
use crate::jobs::{Runner, send_notices};

/// Histograms keep each measurement until `/metrics` is read or this upkeep runs.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

pub(super) fn start(app: &Arc<App>, metrics: PrometheusHandle) -> [JoinHandle<()>; 8] {
    [
        tokio::spawn(watch::neighbours(app.clone())),
        tokio::spawn(watch::portal(app.clone())),
        tokio::spawn(watch::start_recorded(app.clone())),
        tokio::spawn(watch::earlier_applications(app.clone())),
        tokio::spawn(watch::passwords(app.clone())),
        tokio::spawn(watch::outbox(app.clone())),
        tokio::spawn(watch::announcement(app.clone())),
        tokio::spawn(keep_up(metrics)),
    ]
}

pub(super) fn start_jobs(app: &App, stop: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    let jobs = Runner::new(app.db.clone(), app.vault.clone(), app.config.jobs.wrap_cores);
    tokio::spawn(async move { jobs.run(stop).await })
}

/// One for each channel: an outage of the one holds nothing of the other up.
pub(super) fn start_postmen(app: &App, stop: &Receiver<bool>) -> [JoinHandle<()>; 2] {
    Channel::ALL.map(|channel| tokio::spawn(send_notices(app.postman(), channel, until(stop.clone()))))
}

async fn keep_up(metrics: PrometheusHandle) {
    loop {
        tokio::time::sleep(METRICS_UPKEEP).await;
        metrics.run_upkeep();
    }
}
