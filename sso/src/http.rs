//! Server-to-server requests: bounded in time, in size and in number, and never redirected.
//!
//! A redirect from a token endpoint would post the client secret, the code and the verifier again, wherever it points.

use std::sync::Once;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{ACCEPT, DATE};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;
use url::Url;

use crate::breaker::Breaker;
use crate::config::OutageConfig;
use crate::error::{LoginError, bad_answer, unavailable};
use crate::loose::{self, Charset};

/// The longest wait for a connection: a portal that takes longer is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

pub(crate) struct Http {
    client: Client,
    timeout: Duration,
    max_body: usize,
    exchanges: Semaphore,
    breaker: Breaker,
}

/// What an exchange may take.
#[derive(Debug, Clone)]
pub(crate) struct Bounds {
    /// Altogether.
    pub(crate) timeout: Duration,
    /// One request.
    pub(crate) request_timeout: Duration,
    /// Bytes of one answer.
    pub(crate) max_body: u64,
    /// When nobody waits any more.
    pub(crate) outage: OutageConfig,
}

/// Whatever the portal sent, within the bounds.
pub(crate) struct RawAnswer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
    /// The portal's clock, where it told it.
    pub(crate) date: Option<DateTime<Utc>>,
}

/// A JSON object that the portal sent, whatever it called it.
pub(crate) struct JsonAnswer {
    pub(crate) status: StatusCode,
    pub(crate) body: Map<String, Value>,
    /// The portal's clock, where it told it.
    pub(crate) date: Option<DateTime<Utc>>,
}

/// What answers at an address.
pub(crate) struct Glance {
    pub(crate) status: StatusCode,
    /// The portal's clock, where it told it.
    pub(crate) date: Option<DateTime<Utc>>,
}

/// Why nothing answers at an address.
pub(crate) enum Unreached {
    /// Its certificate is not accepted.
    Certificate,
    Connection(LoginError),
}

impl Http {
    pub(crate) fn new(bounds: Bounds) -> Result<Self, String> {
        install_crypto_provider();
        let request_timeout = bounds.request_timeout.min(bounds.timeout);
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy() // the environment must not choose who sees the client secret
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
        Ok(Self { client, timeout: bounds.timeout, max_body, exchanges, breaker })
    }

    /// Whether the portal is asked at all at present. For drivers that begin a sign-in without asking it anything: a visitor should
    /// not sign in there, only to learn afterwards that we cannot reach it.
    ///
    /// # Errors
    /// [`LoginError::Unavailable`] while it does not answer.
    pub(crate) fn check_outage(&self) -> Result<(), LoginError> {
        self.breaker.check()
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Runs one whole exchange (all of its requests) within the configured time, among a bounded number of others.
    pub(crate) async fn exchange<T>(
        &self,
        work: impl Future<Output = Result<T, LoginError>> + Send,
    ) -> Result<T, LoginError> {
        let bounded = async {
            let _turn = self.exchanges.acquire().await.map_err(|_| unavailable("the service is shutting down"))?;
            work.await
        };
        tokio::time::timeout(self.timeout, bounded).await.unwrap_or(Err(unavailable("it took too long to answer")))
    }

    /// Sends a request and reads what answers it.
    ///
    /// # Errors
    /// [`LoginError::Unavailable`] for connections that fail, server errors and 429; [`LoginError::BadAnswer`] for
    /// redirects and bodies over the limit. Other statuses, 4xx too, are the caller's to judge.
    pub(crate) async fn answer(&self, request: RequestBuilder) -> Result<RawAnswer, LoginError> {
        let leave = self.breaker.ask()?;
        let response = match request.header(ACCEPT, "application/json").send().await {
            Ok(response) => response,
            Err(error) => {
                leave.silent();
                return Err(failure(&error));
            }
        };
        let status = response.status();
        let date = date(&response);
        let body = match self.read(response).await {
            Err(error @ LoginError::Unavailable { .. }) => {
                leave.silent();
                return Err(error);
            }
            other => {
                leave.answered();
                other
            }
        };
        if status.is_redirection() {
            return Err(bad_answer("it redirected a request of our server"));
        }
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(unavailable("it reported a failure of its own"));
        }
        Ok(RawAnswer { status, body: body?, date })
    }

    /// Sends a request and reads the JSON object that answers it. The content type is not looked at: portals call JSON
    /// `text/html`, and what does not parse is refused anyway.
    ///
    /// # Errors
    /// As [`Http::answer`], and [`LoginError::BadAnswer`] for what is no JSON object, unless it is a refusal (4xx).
    pub(crate) async fn json(&self, request: RequestBuilder, charset: Charset) -> Result<JsonAnswer, LoginError> {
        let RawAnswer { status, body, date } = self.answer(request).await?;
        match loose::text(&body, charset).as_deref().and_then(loose::object) {
            Some(body) => Ok(JsonAnswer { status, body, date }),
            None if status.is_client_error() => Ok(JsonAnswer { status, body: Map::new(), date }),
            None => Err(bad_answer("it is not a JSON object")),
        }
    }

    /// Whether something answers at this address, for `doctor`: any status will do, and the circuit breaker is not asked.
    ///
    /// # Errors
    /// Why nothing does.
    pub(crate) async fn glance(&self, url: Url) -> Result<Glance, Unreached> {
        match self.client.get(url).header(ACCEPT, "application/json").send().await {
            Ok(response) => Ok(Glance { status: response.status(), date: date(&response) }),
            Err(error) if is_certificate_trouble(&error) => Err(Unreached::Certificate),
            Err(error) => Err(Unreached::Connection(failure(&error))),
        }
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, LoginError> {
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
        if announced.is_some_and(|length| length > self.max_body) {
            return Err(bad_answer("it is larger than max_body"));
        }
        let mut body = Vec::with_capacity(announced.unwrap_or_default());
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            if body.len() + chunk.len() > self.max_body {
                return Err(bad_answer("it is larger than max_body"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn date(response: &Response) -> Option<DateTime<Utc>> {
    let date = response.headers().get(DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(date).ok().map(|date| date.to_utc())
}

/// The TLS library's error stands inside I/O errors, which do not name what they hold as their source.
fn is_certificate_trouble(error: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return matches!(error, rustls::Error::InvalidCertificate(_));
    }
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(inner) => is_certificate_trouble(inner),
        None => error.source().is_some_and(is_certificate_trouble),
    }
}

/// The library's own error prints the URL, and with a GET its query; only the kind is kept.
fn failure(error: &reqwest::Error) -> LoginError {
    unavailable(if error.is_timeout() {
        "it took too long to answer"
    } else if error.is_connect() {
        "no connection could be made"
    } else {
        "the connection broke off"
    })
}

/// Chooses ring as the process's TLS provider, unless one has been chosen already.
pub fn install_crypto_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            tracing::debug!("a TLS provider was installed before; it stays");
        }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const MAX_EXCHANGES: usize = 64;

    fn bounds(timeout: Duration) -> Bounds {
        Bounds { timeout, request_timeout: timeout, max_body: 1024, outage: OutageConfig::default() }
    }

    #[tokio::test]
    async fn exchanges_at_once_are_bounded_and_the_rest_have_their_turn() {
        let http = Arc::new(Http::new(bounds(Duration::from_secs(30))).unwrap());
        let (running, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        let mut visitors = tokio::task::JoinSet::new();
        for _ in 0..MAX_EXCHANGES + 36 {
            let (http, running, gate) = (http.clone(), running.clone(), gate.clone());
            visitors.spawn(async move {
                let work = async {
                    running.fetch_add(1, Ordering::SeqCst);
                    gate.acquire().await.unwrap().forget();
                    Ok(())
                };
                http.exchange(work).await
            });
        }
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        assert_eq!(running.load(Ordering::SeqCst), MAX_EXCHANGES);
        gate.add_permits(MAX_EXCHANGES + 36);
        assert!(visitors.join_all().await.into_iter().all(|result| result.is_ok()));
    }

    #[tokio::test(start_paused = true)]
    async fn an_exchange_that_never_ends_is_ended() {
        let http = Http::new(bounds(Duration::from_secs(10))).unwrap();
        let result: Result<(), LoginError> = http.exchange(std::future::pending()).await;
        assert!(matches!(result, Err(LoginError::Unavailable { .. })));
    }

    #[test]
    fn the_tls_provider_can_be_installed_twice() {
        install_crypto_provider();
        install_crypto_provider();
        assert!(rustls::crypto::CryptoProvider::get_default().is_some());
    }
}
