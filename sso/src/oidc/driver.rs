//! OpenID Connect behind the interface of all drivers.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::Oidc;
use super::check;
use crate::callback::Callback;
use crate::claims::Claims;
use crate::driver::{Answer, Driver};
use crate::error::LoginError;
use crate::finding::Finding;
use crate::identity::{LogoutNotice, PortalSession};
use crate::pending::PendingLogin;

/// Longer ID tokens are omitted from the sign-out URL: proxies truncate URLs at 8 KiB, and the portal can ask the visitor.
const MAX_HINT: usize = 6 * 1024;

impl Driver for Oidc {
    fn begin(&self, now: DateTime<Utc>) -> Answer<'_, Result<(Url, PendingLogin), LoginError>> {
        Box::pin(self.start(now))
    }

    fn finish(
        &self,
        pending: PendingLogin,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Answer<'_, Result<(Claims, PortalSession), LoginError>> {
        Box::pin(self.complete(pending, callback, now))
    }

    fn logout_notice<'a>(&'a self, token: &'a str, now: DateTime<Utc>) -> Answer<'a, Result<LogoutNotice, LoginError>> {
        Box::pin(self.read_logout(token, now))
    }

    fn sign_out_url(&self, session: &PortalSession, return_to: &Url, state: &str) -> Option<Url> {
        let mut url = self.territory.admit(session.end_session_url.as_ref()?.as_str()).ok()?;
        let hint = hint(&session.id_token);
        let mut query = url.query_pairs_mut();
        if let Some(hint) = hint {
            query.append_pair("id_token_hint", hint);
        }
        query
            .append_pair("client_id", &self.config.oidc.client_id)
            .append_pair("post_logout_redirect_uri", return_to.as_str())
            .append_pair("state", state);
        drop(query);
        Some(url)
    }

    fn browser_origins(&self) -> Vec<String> {
        self.territory.origins()
    }

    fn probe(&self) -> Answer<'_, Result<(), LoginError>> {
        Box::pin(self.http.probe(&self.discovery.url, None))
    }

    fn is_silent(&self) -> bool {
        self.http.check_outage().is_err()
    }

    fn check(&self, now: DateTime<Utc>) -> Answer<'_, Vec<Finding>> {
        Box::pin(check::check(self, now))
    }
}

fn hint(id_token: &SecretString) -> Option<&str> {
    let token = id_token.expose_secret();
    (!token.is_empty() && token.len() <= MAX_HINT).then_some(token)
}
