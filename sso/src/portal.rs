//! The one interface to the portal, whichever protocol it speaks.

use std::fmt;

use chrono::{DateTime, Utc};
use url::Url;

use crate::absent::Absent;
use crate::callback::Callback;
use crate::config::{ConfigError, DriverName, PortalConfig};
use crate::driver::Driver;
use crate::error::LoginError;
use crate::finding::{FieldReport, Finding};
use crate::identity::{LogoutNotice, PortalIdentity, PortalSession};
use crate::jis::Jis;
use crate::oauth2::OAuth2;
use crate::oidc::Oidc;
use crate::pending::PendingLogin;

/// A government portal. Constructed once and shared; holds its connections and caches.
pub struct Portal {
    driver: Box<dyn Driver>,
    config: PortalConfig,
}

impl Portal {
    /// Prepares the configured driver, without network access: the portal may be down, and is contacted again with each sign-in.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem of the configuration.
    pub fn new(config: &PortalConfig, callback_url: Url) -> Result<Self, ConfigError> {
        let problems = config.validate("portal");
        if !problems.is_empty() {
            return Err(ConfigError { problems });
        }
        Ok(Self { driver: open(config, callback_url)?, config: config.clone() })
    }

    /// No portal at all: nobody signs in through it, and nothing is asked of it.
    pub fn absent() -> Self {
        Self { driver: Box::new(Absent), config: PortalConfig::default() }
    }

    /// Begins a sign-in: where to send the browser, and what to keep until it returns.
    ///
    /// # Errors
    /// [`LoginError::Unavailable`] while the portal does not answer; [`LoginError::BadAnswer`] if its discovery document
    /// cannot be trusted.
    pub async fn begin(&self, now: DateTime<Utc>) -> Result<(Url, PendingLogin), LoginError> {
        self.driver.begin(now).await
    }

    /// Reads the browser's return: `tail` is the rest of the path after the callback address, as the browser sent it (empty if there is
    /// none), `query` the raw query (without `?`) or form body.
    ///
    /// # Errors
    /// [`LoginError::BadCallback`] for a repeated parameter, one that is too long, or one that holds invalid characters.
    pub fn receive(&self, tail: &str, query: &str) -> Result<Callback, LoginError> {
        Callback::read(tail.strip_prefix('/').unwrap_or(tail), query, self.driver.manner())
    }

    /// Finishes the sign-in that `pending` began, with the browser's return.
    ///
    /// # Errors
    /// See [`LoginError`]. `pending` is consumed on failure too.
    pub async fn finish(
        &self,
        pending: PendingLogin,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Result<PortalIdentity, LoginError> {
        let (claims, session) = self.driver.finish(pending, callback, now).await?;
        claims.identity(&self.config, session)
    }

    /// As [`Portal::finish`], for an operator: which fields of the portal's answer hold what, values masked.
    ///
    /// # Errors
    /// See [`LoginError`]; attributes that are missing, odd or not mapped are no errors here but entries of the report.
    pub async fn try_out(
        &self,
        pending: PendingLogin,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Result<Vec<FieldReport>, LoginError> {
        let (claims, _) = self.driver.finish(pending, callback, now).await?;
        Ok(claims.report(&self.config))
    }

    /// Whose sessions end, by a logout token that the portal has sent (OpenID Connect Back-Channel Logout 1.0 §2.5, §2.6).
    /// That it comes only once is for the caller to see to, by [`LogoutNotice::id`].
    ///
    /// # Errors
    /// [`LoginError::BadAnswer`] or [`LoginError::BadCallback`] for a token that fails a check; [`LoginError::Unavailable`] while the portal's keys cannot be had.
    pub async fn logout_notice(&self, token: &str, now: DateTime<Utc>) -> Result<LogoutNotice, LoginError> {
        self.driver.logout_notice(token, now).await
    }

    /// Where to send the browser to end the portal's session too; it comes back to `return_to` with `state`. `None` if the portal offers no
    /// such address.
    pub fn sign_out_url(&self, session: &PortalSession, return_to: &Url, state: &str) -> Option<Url> {
        self.driver.sign_out_url(session, return_to, state)
    }

    /// The origins a browser may be sent to, for a content security policy: browsers apply `form-action` to the redirect
    /// that follows a form as well.
    pub fn browser_origins(&self) -> Vec<String> {
        self.driver.browser_origins()
    }

    /// Probes the portal, and records the result: with one small request or two, each within `request_timeout`. Meant to be called
    /// regularly, so that an outage is known before the next visitor comes; during an outage the portal is probed no more often than
    /// `portal.outage.pause` allows, whoever calls.
    ///
    /// # Errors
    /// [`LoginError::Unavailable`] if it does not answer, and at once while the next probe is not due. Any HTTP answer counts.
    pub async fn probe(&self) -> Result<(), LoginError> {
        self.driver.probe().await
    }

    /// Whether the circuit breaker is open, by a probe or by visitors: sign-ins fail at once, until a probe is answered.
    pub fn is_silent(&self) -> bool {
        self.driver.is_silent()
    }

    /// Checks what the portal offers, and returns findings for an operator.
    pub async fn check(&self, now: DateTime<Utc>) -> Vec<Finding> {
        self.driver.check(now).await
    }
}

/// The configured driver. The only place that knows all of them.
fn open(config: &PortalConfig, callback_url: Url) -> Result<Box<dyn Driver>, ConfigError> {
    match config.driver {
        DriverName::Oidc => Ok(Box::new(Oidc::new(config, callback_url)?)),
        DriverName::OAuth2 => Ok(Box::new(OAuth2::new(config, callback_url)?)),
        DriverName::Jis => Ok(Box::new(Jis::new(config, callback_url)?)),
    }
}

impl fmt::Debug for Portal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Portal").finish_non_exhaustive()
    }
}
