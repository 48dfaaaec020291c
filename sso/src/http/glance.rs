//! The health check of an address, for `doctor`.

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::ACCEPT;
use url::Url;

use super::answer::date;
use super::{Http, failure};
use crate::error::LoginError;

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
