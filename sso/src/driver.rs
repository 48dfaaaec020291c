//! What a protocol must offer to stand behind [`crate::Portal`].

use std::pin::Pin;

use chrono::{DateTime, Utc};
use url::Url;

use crate::callback::Callback;
use crate::error::LoginError;
use crate::finding::Finding;
use crate::identity::{PortalIdentity, PortalSession};
use crate::pending::PendingLogin;

/// A boxed future, so that drivers can be told apart at run time.
pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

pub(crate) trait Driver: Send + Sync {
    fn begin(&self, now: DateTime<Utc>) -> Answer<'_, Result<(Url, PendingLogin), LoginError>>;

    fn finish(
        &self,
        pending: PendingLogin,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Answer<'_, Result<PortalIdentity, LoginError>>;

    fn sign_out_url(&self, session: &PortalSession, return_to: &Url, state: &str) -> Option<Url>;

    fn browser_origins(&self) -> Vec<String>;

    fn check(&self, now: DateTime<Utc>) -> Answer<'_, Vec<Finding>>;
}
