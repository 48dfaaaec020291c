//! The interface of a protocol behind [`crate::Portal`].

use std::pin::Pin;

use chrono::{DateTime, Utc};
use url::Url;

use crate::callback::{Callback, Manner};
use crate::claims::Claims;
use crate::error::LoginError;
use crate::finding::Finding;
use crate::identity::{LogoutNotice, PortalSession};
use crate::pending::PendingLogin;

/// A boxed future, so that the driver can be chosen at run time.
pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

pub(crate) trait Driver: Send + Sync {
    fn begin(&self, now: DateTime<Utc>) -> Answer<'_, Result<(Url, PendingLogin), LoginError>>;

    /// How the portal writes the browser's return.
    fn manner(&self) -> Manner<'_> {
        Manner::STANDARD
    }

    /// The portal's statement about the person, after every check of the protocol; not yet mapped.
    fn finish(
        &self,
        pending: PendingLogin,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Answer<'_, Result<(Claims, PortalSession), LoginError>>;

    /// Whose sessions a logout token ends. Most portals send none.
    fn logout_notice<'a>(
        &'a self,
        _token: &'a str,
        _now: DateTime<Utc>,
    ) -> Answer<'a, Result<LogoutNotice, LoginError>> {
        Box::pin(std::future::ready(Err(LoginError::BadCallback { what: "this portal sends no logout tokens" })))
    }

    fn sign_out_url(&self, session: &PortalSession, return_to: &Url, state: &str) -> Option<Url>;

    fn browser_origins(&self) -> Vec<String>;

    /// Probes whether the portal answers, and nothing more.
    fn probe(&self) -> Answer<'_, Result<(), LoginError>>;

    /// Whether the circuit breaker is open.
    fn is_silent(&self) -> bool;

    fn check(&self, now: DateTime<Utc>) -> Answer<'_, Vec<Finding>>;
}
