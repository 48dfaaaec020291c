//! Logs and metrics of the running service.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::io::{self, IsTerminal};
use std::panic::{self, PanicHookInfo};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::util::TryInitError;

use crate::config::{LogConfig, LogFormat};

/// Upper bounds in seconds. A page takes some milliseconds; the database may keep it for 2 s, the request limit is 30 s by default.
const DURATION_BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("log.filter: {0}")]
    Filter(#[from] ParseError),
    /// Set up twice in one process.
    #[error("{0}")]
    Twice(#[from] TryInitError),
    #[error("metrics: {0}")]
    Metrics(#[from] BuildError),
}

/// Writes logs and panics to stderr from now on.
pub fn install_logs(config: &LogConfig) -> Result<(), TelemetryError> {
    // The pool logs every failed attempt to connect, several a second; the health checks of `serve` log each change once.
    let filter =
        if config.filter.contains("r2d2") { config.filter.clone() } else { format!("{},r2d2=off", config.filter) };
    let filter = EnvFilter::try_new(filter)?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match config.format {
        LogFormat::Json => try_init(builder.json().flatten_event(true).finish())?,
        LogFormat::Human => try_init(builder.with_ansi(io::stderr().is_terminal()).finish())?,
    }
    panic::set_hook(Box::new(log_panic));
    Ok(())
}

fn try_init(subscriber: impl Into<tracing::Dispatch>) -> Result<(), TryInitError> {
    use tracing_subscriber::util::SubscriberInitExt;
    subscriber.into().try_init()
}

/// A formatted panic message may quote what a citizen typed; a literal one cannot.
fn log_panic(info: &PanicHookInfo<'_>) {
    let message =
        info.payload().downcast_ref::<&'static str>().copied().unwrap_or("(withheld: it may hold personal data)");
    let location = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(location, message, "panic");
}

pub fn install_metrics() -> Result<PrometheusHandle, TelemetryError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &DURATION_BUCKETS)?
        .install_recorder()?;
    metrics::describe_gauge!("buzheng_build_info", "Version of the running program");
    metrics::describe_gauge!("buzheng_start_time_seconds", "When the process started, in seconds since 1970");
    metrics::describe_gauge!("buzheng_database_connections", "Connections of the pool, by state");
    metrics::describe_gauge!("buzheng_http_connections", "Open connections, by listener");
    metrics::describe_gauge!("buzheng_neighbour_up", "1 while database, schema and redis are as needed");
    metrics::describe_gauge!("buzheng_passwords_waiting", "Old password hashes that wait to be wrapped");
    metrics::gauge!("buzheng_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    #[allow(clippy::cast_precision_loss)] // exact for some hundred million years
    metrics::gauge!("buzheng_start_time_seconds").set(chrono::Utc::now().timestamp() as f64);
    Ok(handle)
}
