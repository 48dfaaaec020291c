//! Tickets behind the interface of all drivers.

use chrono::{DateTime, Utc};
use url::Url;

use super::Jis;
use super::check;
use crate::callback::{Callback, Manner};
use crate::claims::Claims;
use crate::driver::{Answer, Driver};
use crate::error::LoginError;
use crate::finding::Finding;
use crate::identity::PortalSession;
use crate::pending::PendingLogin;

impl Driver for Jis {
    fn begin(&self, now: DateTime<Utc>) -> Answer<'_, Result<(Url, PendingLogin), LoginError>> {
        Box::pin(self.start(now))
    }

    fn manner(&self) -> Manner<'_> {
        Manner { code: &self.config.ticket_param, state: None, standard: false, pasted: true }
    }

    fn finish(
        &self,
        pending: PendingLogin,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Answer<'_, Result<(Claims, PortalSession), LoginError>> {
        Box::pin(self.complete(pending, callback, now))
    }

    /// `state` is in the query of our own address, since the portal does not pass it on.
    fn sign_out_url(&self, session: &PortalSession, return_to: &Url, state: &str) -> Option<Url> {
        session.end_session_url.as_ref()?; // began elsewhere, or where there was no such place yet
        let mut url = self.logout_url.clone()?;
        let mut back = return_to.clone();
        back.query_pairs_mut().append_pair("state", state);
        let (further, parameter) = (&self.config.logout_params, &self.config.logout_back_param);
        if !further.is_empty() {
            url.query_pairs_mut().extend_pairs(further);
        }
        if !parameter.is_empty() {
            url.query_pairs_mut().append_pair(parameter, &self.written(&back));
        }
        Some(url)
    }

    fn browser_origins(&self) -> Vec<String> {
        let urls = [Some(&self.login_url), self.logout_url.as_ref()];
        let mut origins: Vec<String> =
            urls.into_iter().flatten().map(|url| url.origin().ascii_serialization()).collect();
        origins.dedup();
        origins
    }

    fn probe(&self) -> Answer<'_, Result<(), LoginError>> {
        Box::pin(self.http.probe(&self.interface_url, Some(&self.login_url)))
    }

    fn is_silent(&self) -> bool {
        self.http.check_outage().is_err()
    }

    fn check(&self, now: DateTime<Utc>) -> Answer<'_, Vec<Finding>> {
        Box::pin(check::check(self, now))
    }
}
