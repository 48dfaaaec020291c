//! `buzheng serve`: both listeners until a signal, whatever state the neighbours are in.

mod background;
mod signals;
mod watch;

use metrics_exporter_prometheus::PrometheusHandle;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch::{self as channel, Receiver};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Failure, Outcome, ground};
use crate::app::App;
use crate::config::Config;
use crate::telemetry;
use crate::web::{self, listen, management};
use signals::{stop_on_signal, until};

/// How long a shutdown waits for the present step of a job, which takes a second while the database answers.
const JOBS_PATIENCE: Duration = Duration::from_secs(3);

pub fn run(config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let config = super::load(config)?;
    telemetry::install_logs(&config.log)?;
    super::block_on(async {
        let service = Service::bind(config).await?;
        service.run().await?;
        Ok(Outcome::Done)
    })
}

/// A service whose ports are bound; nothing answers yet.
pub(super) struct Service {
    app: Arc<App>,
    metrics: PrometheusHandle,
    public: TcpListener,
    /// The desk's own, where it has one.
    desk: Option<TcpListener>,
    management: TcpListener,
    /// Set with the signal: `/readyz` is not ready any more.
    ending: Receiver<bool>,
    /// Set `server.shutdown_delay` later: the listener closes.
    stop: Receiver<bool>,
}

impl Service {
    /// Builds everything and binds the ports; from here on a signal means a graceful shutdown.
    pub(super) async fn bind(config: Config) -> Result<Self, Failure> {
        if let Some(reason) = config.lacks_mail() {
            return Err(Failure::new("smtp", reason, Config::MAIL_STEP));
        }
        let app = App::new(config)?;
        ground::refuse_others_keys(&app).await?;
        let server = &app.config.server;
        let (ending, stop) = stop_on_signal(server.shutdown_delay)?;
        let public = bind("server.listen", server.listen).await?;
        let desk = match app.config.staff.listen {
            Some(listen) => Some(bind("staff.listen", listen).await?),
            None => None,
        };
        let management = bind("server.management_listen", server.management_listen).await?;
        Ok(Self { metrics: telemetry::install_metrics()?, public, desk, management, ending, stop, app })
    }

    #[cfg(feature = "simulator")]
    pub(super) fn app(&self) -> &App {
        &self.app
    }

    #[cfg(feature = "simulator")]
    pub(super) fn public_url(&self) -> &url::Url {
        &self.app.public_url
    }

    /// Serves until the signal, then lets running requests finish.
    pub(super) async fn run(self) -> Result<(), Failure> {
        let Self { app, metrics, public, desk, management, ending, stop } = self;
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
        let background = background::start(&app, metrics);
        let mut jobs = background::start_jobs(&app, until(stop.clone()));
        let postmen = background::start_postmen(&app, &stop);
        let limits = listen::Limits::public(server);
        let citizens = listen::serve(public, web::router(app.clone()), limits, until(stop.clone()));
        let staff = async {
            if let Some(desk) = desk {
                tracing::info!(listen = %address(&desk), "serving the desk");
                listen::serve(desk, web::staff_router(app.clone()), listen::Limits::desk(server), until(stop)).await;
            }
        };
        tokio::join!(citizens, staff);
        background.iter().for_each(JoinHandle::abort);
        if let Ok(ended) = timeout(JOBS_PATIENCE, &mut jobs).await {
            ended.map_err(|error| Failure::new("jobs", error, "Report this defect."))?;
        } else {
            tracing::warn!("a job's step did not end in time; it is taken again by whoever serves next");
        }
        let last_answers = async {
            for postman in postmen {
                // A panic is in the log.
                let _ = postman.await;
            }
        };
        if timeout(JOBS_PATIENCE, last_answers).await.is_err() {
            tracing::warn!("a notice was being sent and its answer is not known: it may go out once more");
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
