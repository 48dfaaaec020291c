//! Server-to-server requests: bounded in time, in size and in number, and never redirected.
//!
//! A redirect from a token endpoint would post the client secret, the code and the verifier again, wherever it points.

mod answer;
mod exchange;
mod glance;
mod outage;

use std::sync::Once;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use reqwest::{Client, redirect};
use tokio::sync::Semaphore;

use crate::breaker::Breaker;
use crate::config::OutageConfig;
use crate::error::{LoginError, unavailable};
pub(crate) use answer::{JsonAnswer, RawAnswer};
use exchange::TOO_LONG;
pub(crate) use glance::{Glance, Unreached};

/// The deadline of a connection: a portal that takes longer is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

pub(crate) struct Http {
    client: Client,
    timeout: Duration,
    request_timeout: Duration,
    max_body: usize,
    exchanges: Semaphore,
    breaker: Breaker,
    /// Whether the page that visitors are sent to has answered an earlier probe.
    page_seen: AtomicBool,
}

/// The limits of an exchange.
#[derive(Debug, Clone)]
pub(crate) struct Bounds {
    /// Deadline of the exchange.
    pub(crate) timeout: Duration,
    /// Deadline of one request.
    pub(crate) request_timeout: Duration,
    /// Bytes of one answer.
    pub(crate) max_body: u64,
    /// The circuit breaker's settings.
    pub(crate) outage: OutageConfig,
}

impl Http {
    pub(crate) fn new(bounds: Bounds) -> Result<Self, String> {
        install_crypto_provider();
        // Clearly before the exchange's deadline, so that a silent request differs from a visitor who goes away.
        let request_timeout = bounds.request_timeout.min(bounds.timeout / 10 * 9);
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy() // the environment must not choose who sees the client secret
            // A pooled connection may be dead unnoticed (the portal's virtual address has moved, a firewall has dropped its state): the
            // request would run into its deadline, and a code cannot be sent again. A connection of its own for each costs a round trip,
            // and with TLS a resumed handshake.
            .pool_max_idle_per_host(0)
            .connect_timeout(request_timeout.min(CONNECT_TIMEOUT))
            .read_timeout(request_timeout)
            .timeout(request_timeout)
            .user_agent(concat!("buzheng/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| {
                "portal: the HTTPS client cannot start; install the system's certificates (ca-certificates)".to_owned()
            })?;
        let max_body = usize::try_from(bounds.max_body).unwrap_or(usize::MAX);
        let (exchanges, breaker) = (Semaphore::new(bounds.outage.exchanges), Breaker::new(bounds.outage));
        let (timeout, page_seen) = (bounds.timeout, AtomicBool::new(false));
        Ok(Self { client, timeout, request_timeout, max_body, exchanges, breaker, page_seen })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }
}

/// The library's own error prints the URL, and with a GET its query; only the kind is kept.
fn failure(error: &reqwest::Error) -> LoginError {
    if error.is_timeout() {
        return TOO_LONG;
    }
    unavailable(if error.is_connect() { "no connection could be made" } else { "the connection broke off" })
}

/// Installs ring as the process's TLS provider, unless one was installed already.
pub fn install_crypto_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            tracing::debug!("a TLS provider was installed before; it stays");
        }
    });
}

#[cfg(test)]
mod tests;
