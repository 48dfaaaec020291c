//! Server-to-server requests: bounded in time, in size and in number, and never redirected.
//!
//! A redirect from a token endpoint would post the client secret, the code and the verifier again, wherever it points.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Once, OnceLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{ACCEPT, DATE};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use url::Url;

use crate::breaker::Breaker;
use crate::config::OutageConfig;
use crate::error::{LoginError, bad_answer, unavailable};
use crate::loose::{self, Charset};

/// The deadline of a connection: a portal that takes longer is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

const TOO_LONG: LoginError = LoginError::Unavailable { what: "it took too long to answer" };

/// The time that the beginning of a sign-in may take beyond one request: its own work, and waiting behind another visitor's request.
pub(crate) const START_SLACK: Duration = Duration::from_millis(500);

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

/// An answer of the portal within the bounds.
pub(crate) struct RawAnswer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
    /// The portal's clock, from the `Date` header.
    pub(crate) date: Option<DateTime<Utc>>,
}

/// A JSON object from the portal, whatever its content type.
pub(crate) struct JsonAnswer {
    pub(crate) status: StatusCode,
    pub(crate) body: Map<String, Value>,
    /// The portal's clock, from the `Date` header.
    pub(crate) date: Option<DateTime<Utc>>,
}

/// An answer before it is judged.
struct Heard {
    status: StatusCode,
    date: Option<DateTime<Utc>>,
    /// The body, or why it is unusable.
    body: Result<Vec<u8>, LoginError>,
}

/// The result of a health check of an address.
pub(crate) struct Glance {
    pub(crate) status: StatusCode,
    /// The portal's clock, from the `Date` header.
    pub(crate) date: Option<DateTime<Utc>>,
}

/// Why an address did not answer.
pub(crate) enum Unreached {
    /// Its certificate is not accepted.
    Certificate,
    Connection(LoginError),
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

    /// Whether the circuit breaker is open.
    ///
    /// # Errors
    /// [`LoginError::Unavailable`] from the opening until an answer.
    pub(crate) fn check_outage(&self) -> Result<(), LoginError> {
        self.breaker.check()
    }

    /// For a sign-in that begins without a request to the portal: a visitor must not be sent to a dead one. Once in a pause, one visitor
    /// waits for a probe; see [`Http::probe`].
    ///
    /// # Errors
    /// [`LoginError::Unavailable`] while the portal does not answer.
    pub(crate) async fn ready(&self, server: &Url, page: Option<&Url>) -> Result<(), LoginError> {
        match self.check_outage() {
            Ok(()) => Ok(()),
            Err(_) => self.probe(server, page).await,
        }
    }

    /// Probes the portal, and counts the result: `server` is an address that a sign-in requests too, `page` the one that visitors are sent
    /// to, where that is another. Any HTTP answer counts as an answer, a refusal too.
    ///
    /// # Errors
    /// [`LoginError::Unavailable`] if nothing answers, and at once while the next probe is not due.
    pub(crate) async fn probe(&self, server: &Url, page: Option<&Url>) -> Result<(), LoginError> {
        let leave = self.breaker.ask()?;
        let server = self.hear(self.client.get(server.clone()));
        let (server, page) = tokio::join!(server, self.page_answers(page));
        let heard = server.and(page);
        if heard.is_ok() {
            leave.answered();
        } else {
            leave.silent();
        }
        heard
    }

    /// A page that has never answered a probe is not counted as silent: this host may have no route to it where browsers have one.
    async fn page_answers(&self, page: Option<&Url>) -> Result<(), LoginError> {
        let Some(page) = page else { return Ok(()) };
        match self.hear(self.client.get(page.clone())).await {
            Ok(_) => self.page_seen.store(true, Ordering::Relaxed),
            Err(silence) if self.page_seen.load(Ordering::Relaxed) => return Err(silence),
            Err(_) => {}
        }
        Ok(())
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Runs one whole exchange (all of its requests) within the deadline, among a bounded number of others.
    pub(crate) async fn exchange<T>(
        &self,
        work: impl Future<Output = Result<T, LoginError>> + Send,
    ) -> Result<T, LoginError> {
        let begun = OnceLock::new();
        let bounded = async {
            let _turn = self.exchanges.acquire().await.map_err(|_| unavailable("the service is shutting down"))?;
            begun.get_or_init(Instant::now);
            work.await
        };
        let Ok(result) = timeout(self.timeout, bounded).await else {
            // An exchange that waited in line for so long says nothing about the portal.
            if let Some(begun) = begun.get().filter(|begun| begun.elapsed() >= self.request_timeout) {
                self.breaker.overran(*begun);
            }
            return Err(TOO_LONG);
        };
        if result.is_ok() {
            self.breaker.finished();
        }
        result
    }

    /// Runs the one request that a sign-in may begin with. Visitors wait in line for it, and no longer than for a request.
    pub(crate) async fn start<T>(
        &self,
        work: impl Future<Output = Result<T, LoginError>> + Send,
    ) -> Result<T, LoginError> {
        timeout(self.request_timeout + START_SLACK, work).await.unwrap_or(Err(TOO_LONG))
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// [`LoginError::Unavailable`] for connections that fail, server errors and 429; [`LoginError::BadAnswer`] for
    /// redirects and bodies over the limit. Other statuses, 4xx too, are the caller's to judge.
    pub(crate) async fn answer(&self, request: RequestBuilder) -> Result<RawAnswer, LoginError> {
        let leave = self.breaker.ask()?;
        let Heard { status, date, body } = match self.hear(request).await {
            Ok(heard) => {
                leave.answered();
                heard
            }
            Err(silence) => {
                leave.silent();
                return Err(silence);
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

    /// Sends a request and reads the JSON object in the answer. The content type is ignored: portals call JSON `text/html`, and what does
    /// not parse is refused anyway.
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

    /// Whether something answers at this address, for `doctor`: any status will do, and the circuit breaker is bypassed.
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

    /// Sends a request; an error counts as silence.
    async fn hear(&self, request: RequestBuilder) -> Result<Heard, LoginError> {
        let response = request.header(ACCEPT, "application/json").send().await.map_err(|error| failure(&error))?;
        let (status, date) = (response.status(), date(&response));
        match self.read(response).await {
            Err(silence @ LoginError::Unavailable { .. }) => Err(silence),
            body => Ok(Heard { status, date, body }),
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

/// I/O errors hold the TLS library's error, but do not return it as their source.
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

    #[tokio::test(start_paused = true)]
    async fn exchanges_that_never_end_open_the_way_to_the_page_that_says_so_and_visitors_who_go_away_do_not() {
        let http = Http::new(bounds(Duration::from_secs(10))).unwrap();
        let failures = OutageConfig::default().failures;
        for _ in 0..failures {
            let never = http.exchange::<()>(std::future::pending());
            assert!(timeout(Duration::from_millis(9900), never).await.is_err(), "the visitor went away");
        }
        assert!(http.check_outage().is_ok());
        for _ in 0..failures {
            assert!(http.check_outage().is_ok());
            assert!(http.exchange::<()>(std::future::pending()).await.is_err());
        }
        assert!(http.check_outage().is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn an_exchange_that_waited_for_its_turn_is_not_held_against_the_portal() {
        let outage = OutageConfig { failures: 1, exchanges: 1, ..OutageConfig::default() };
        let http = Http::new(Bounds { outage, ..bounds(Duration::from_secs(10)) }).unwrap();
        let turn = http.exchanges.acquire().await.unwrap();
        assert!(http.exchange::<()>(std::future::pending()).await.is_err());
        drop(turn);
        assert!(http.check_outage().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn by_default_no_beginning_of_a_sign_in_takes_five_seconds() {
        use crate::config::{JisConfig, OAuth2Config, OidcConfig};
        let (oidc, oauth2, jis) = (OidcConfig::default(), OAuth2Config::default(), JisConfig::default());
        for (timeout, request_timeout) in [
            (oidc.timeout, oidc.request_timeout),
            (oauth2.timeout, oauth2.request_timeout),
            (jis.timeout, jis.request_timeout),
        ] {
            let http = Http::new(Bounds { request_timeout, ..bounds(timeout) }).unwrap();
            let began = Instant::now();
            assert_eq!(http.start::<()>(std::future::pending()).await, Err(TOO_LONG));
            assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        }
    }

    #[test]
    fn a_request_ends_clearly_before_its_exchange_however_they_are_configured() {
        let http = Http::new(bounds(Duration::from_secs(3))).unwrap();
        assert_eq!(http.request_timeout, Duration::from_millis(2700));
    }

    #[test]
    fn the_tls_provider_can_be_installed_twice() {
        install_crypto_provider();
        install_crypto_provider();
        assert!(rustls::crypto::CryptoProvider::get_default().is_some());
    }
}
