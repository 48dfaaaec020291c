//! The one door to the portal, whichever protocol stands behind it.

use std::fmt;

use chrono::{DateTime, Utc};
use url::Url;

use crate::callback::Callback;
use crate::config::{ConfigError, PortalConfig};
use crate::driver::Driver;
use crate::error::LoginError;
use crate::finding::Finding;
use crate::identity::{PortalIdentity, PortalSession};
use crate::pending::PendingLogin;

/// A government portal. Made once and shared; holds its connections and what it has learnt of the portal.
pub struct Portal {
    driver: Box<dyn Driver>,
}

impl Portal {
    /// Prepares the configured driver. Nothing is asked of the network: the portal may be down, and is looked for again
    /// with each sign-in.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem of the configuration.
    pub fn new(config: &PortalConfig, callback_url: Url) -> Result<Self, ConfigError> {
        let problems = config.validate("portal");
        if !problems.is_empty() {
            return Err(ConfigError { problems });
        }
        Ok(Self { driver: config.open(callback_url)? })
    }

    /// Begins a sign-in: where to send the browser, and what to keep until it returns.
    ///
    /// # Errors
    /// [`LoginError::Unavailable`] while the portal does not answer; [`LoginError::BadAnswer`] if what it says of itself
    /// cannot be trusted.
    pub async fn begin(&self, now: DateTime<Utc>) -> Result<(Url, PendingLogin), LoginError> {
        self.driver.begin(now).await
    }

    /// Finishes the sign-in that `pending` began, with what the browser brought back.
    ///
    /// # Errors
    /// See [`LoginError`]. `pending` is consumed on failure too.
    pub async fn finish(
        &self,
        pending: PendingLogin,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Result<PortalIdentity, LoginError> {
        self.driver.finish(pending, callback, now).await
    }

    /// Where to send the browser to end the portal's session too; it comes back to `return_to` with `state`. `None` if the
    /// portal offers no such place.
    pub fn sign_out_url(&self, session: &PortalSession, return_to: &Url, state: &str) -> Option<Url> {
        self.driver.sign_out_url(session, return_to, state)
    }

    /// The origins a browser may be sent to, for a content security policy: browsers apply `form-action` to the redirect
    /// that follows a form as well.
    pub fn browser_origins(&self) -> Vec<String> {
        self.driver.browser_origins()
    }

    /// Asks the portal what it offers and tells what an operator should know.
    pub async fn check(&self, now: DateTime<Utc>) -> Vec<Finding> {
        self.driver.check(now).await
    }
}

impl fmt::Debug for Portal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Portal").finish_non_exhaustive()
    }
}
