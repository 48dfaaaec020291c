//! `buzheng serve`: both listeners until a signal, whatever state the neighbours are in.

mod watch;

use metrics_exporter_prometheus::PrometheusHandle;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch::{self as channel, Receiver};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Failure, Outcome, ground};
use crate::app::App;
use crate::config::Config;
use crate::jobs::Runner;
use crate::telemetry;
use crate::web::{self, listen, management};

/// Histograms keep each measurement until somebody asks or this is run.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

/// How long the end waits for the step at hand of a job, which takes a second while the database answers.
const JOBS_PATIENCE: Duration = Duration::from_secs(3);

/// Runs the command.
pub fn run(config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let config = super::load(config)?;
    telemetry::install_logs(&config.log)?;
    super::block_on(async {
        let service = Service::bind(config).await?;
        service.run().await?;
        Ok(Outcome::Done)
    })
}

/// A service whose listeners accept already, though nobody answers yet.
pub(super) struct Service {
    app: Arc<App>,
    metrics: PrometheusHandle,
    public: TcpListener,
    management: TcpListener,
    /// Set with the signal: balancers are to send nobody any more.
    ending: Receiver<bool>,
    /// Set `server.shutdown_delay` later: the listener closes.
    stop: Receiver<bool>,
}

impl Service {
    /// Builds everything and takes the ports; from here on a signal ends the service in peace.
    pub(super) async fn bind(config: Config) -> Result<Self, Failure> {
        let app = App::new(config)?;
        ground::refuse_others_keys(&app).await?;
        let server = &app.config.server;
        let (ending, stop) = stop_on_signal(server.shutdown_delay)?;
        let public = bind("server.listen", server.listen).await?;
        let management = bind("server.management_listen", server.management_listen).await?;
        Ok(Self { metrics: telemetry::install_metrics()?, public, management, ending, stop, app })
    }

    /// Where browsers find it.
    #[cfg(feature = "simulator")]
    pub(super) fn public_url(&self) -> &url::Url {
        &self.app.public_url
    }

    /// Serves until told to stop, then lets running requests finish.
    pub(super) async fn run(self) -> Result<(), Failure> {
        let Self { app, metrics, public, management, ending, stop } = self;
        let server = &app.config.server;
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            listen = %address(&public),
            management_listen = %address(&management),
            "serving"
        );
        // The management listener ends last, so that the end can be watched.
        let (drained, all_drained) = channel::channel(false);
        let router = management::router(app.clone(), metrics.clone(), ending);
        let management =
            tokio::spawn(listen::serve(management, router, listen::Limits::management(server), until(all_drained)));
        let background = [
            tokio::spawn(watch::neighbours(app.clone())),
            tokio::spawn(watch::portal(app.clone())),
            tokio::spawn(watch::start_recorded(app.clone())),
            tokio::spawn(watch::passwords(app.clone())),
            tokio::spawn(keep_up(metrics)),
        ];
        let jobs = Runner::new(app.db.clone(), app.vault.clone(), app.config.jobs.wrap_cores);
        let mut jobs = tokio::spawn({
            let stop = until(stop.clone());
            async move { jobs.run(stop).await }
        });
        let router = web::router(app.clone());
        listen::serve(public, router, listen::Limits::public(server), until(stop)).await;
        background.iter().for_each(JoinHandle::abort);
        if let Ok(ended) = timeout(JOBS_PATIENCE, &mut jobs).await {
            ended.map_err(|error| Failure::new("jobs", error, "Report this defect."))?;
        } else {
            tracing::warn!("a job's step did not end in time; it is taken again by whoever serves next");
        }
        drained.send_replace(true);
        management.await.map_err(|error| Failure::new("management listener", error, "Report this defect."))?;
        tracing::info!("stopped");
        Ok(())
    }
}

async fn bind(key: &str, address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::new(
            format_args!("{key} {address}"),
            error,
            "Stop the program that holds the address, or choose another in the configuration.",
        )
    })
}

fn address(listener: &TcpListener) -> String {
    listener.local_addr().map_or_else(|error| error.to_string(), |address| address.to_string())
}

/// Turns the first true at the first SIGTERM or SIGINT, the second a while later; a second signal ends the process at once.
fn stop_on_signal(delay: Duration) -> Result<(Receiver<bool>, Receiver<bool>), Failure> {
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

async fn until(mut flag: Receiver<bool>) {
    // An error means that the sender is gone, and with it whoever could still ask to go on.
    let _ = flag.wait_for(|set| *set).await;
}

async fn keep_up(metrics: PrometheusHandle) {
    loop {
        tokio::time::sleep(METRICS_UPKEEP).await;
        metrics.run_upkeep();
    }
}
