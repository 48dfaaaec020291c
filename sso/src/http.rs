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

use crate::error::{LoginError, bad_answer, unavailable};

/// Exchanges at once. A slow portal then holds this many connections and no more; the rest wait out their own time-out.
const MAX_EXCHANGES: usize = 64;

/// The longest wait for a connection: a portal that takes longer is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) struct Http {
    client: Client,
    timeout: Duration,
    max_body: usize,
    exchanges: Semaphore,
}

/// A JSON object that the portal sent, whatever it called it.
pub(crate) struct JsonAnswer {
    pub(crate) status: StatusCode,
    pub(crate) body: Map<String, Value>,
    /// The portal's clock, where it told it.
    pub(crate) date: Option<DateTime<Utc>>,
}

impl Http {
    pub(crate) fn new(timeout: Duration, max_body: u64) -> Result<Self, String> {
        install_crypto_provider();
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy() // the environment must not choose who sees the client secret
            .connect_timeout(timeout.min(CONNECT_TIMEOUT))
            .read_timeout(timeout)
            .timeout(timeout)
            .user_agent(concat!("buzheng/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| {
                "portal: the HTTPS client cannot start; install the system's certificates (ca-certificates)".to_owned()
            })?;
        let max_body = usize::try_from(max_body).unwrap_or(usize::MAX);
        Ok(Self { client, timeout, max_body, exchanges: Semaphore::new(MAX_EXCHANGES) })
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

    /// Sends a request and reads the JSON object that answers it. The content type is not looked at: portals call JSON
    /// `text/html`, and what does not parse is refused anyway.
    ///
    /// # Errors
    /// [`LoginError::Unavailable`] for connections that fail, server errors and 429; [`LoginError::BadAnswer`] for
    /// redirects, bodies over the limit and what is no JSON object. Other statuses, 4xx too, are the caller's to judge.
    pub(crate) async fn json(&self, request: RequestBuilder) -> Result<JsonAnswer, LoginError> {
        let response = request.header(ACCEPT, "application/json").send().await.map_err(|error| failure(&error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(bad_answer("it redirected a request of our server"));
        }
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(unavailable("it reported a failure of its own"));
        }
        let date = response.headers().get(DATE).and_then(|value| value.to_str().ok());
        let date = date.and_then(|text| DateTime::parse_from_rfc2822(text).ok()).map(|date| date.to_utc());
        let body = self.read(response).await?;
        let text = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&body);
        match serde_json::from_slice(text) {
            Ok(Value::Object(body)) => Ok(JsonAnswer { status, body, date }),
            _ if status.is_client_error() => Ok(JsonAnswer { status, body: Map::new(), date }),
            _ => Err(bad_answer("it is not a JSON object")),
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

    #[tokio::test]
    async fn exchanges_at_once_are_bounded_and_the_rest_have_their_turn() {
        let http = Arc::new(Http::new(Duration::from_secs(30), 1024).unwrap());
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
        let http = Http::new(Duration::from_secs(10), 1024).unwrap();
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
