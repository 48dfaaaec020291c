//! OAuth 2.0 behind the interface of all drivers.

use chrono::{DateTime, Utc};
use url::Url;

use super::OAuth2;
use super::check;
use crate::callback::{Callback, Manner};
use crate::claims::Claims;
use crate::config::StateCarrier;
use crate::driver::{Answer, Driver};
use crate::error::LoginError;
use crate::finding::Finding;
use crate::identity::PortalSession;
use crate::pending::PendingLogin;

impl Driver for OAuth2 {
    fn begin(&self, now: DateTime<Utc>) -> Answer<'_, Result<(Url, PendingLogin), LoginError>> {
        Box::pin(self.start(now))
    }

    fn manner(&self) -> Manner<'_> {
        // A portal that does not echo received no `state`: any value of that name is its own.
        let state = match self.section.state {
            StateCarrier::Echoed => Some(self.section.state_param.as_str()),
            StateCarrier::Path => None,
        };
        Manner { code: &self.section.code_param, state, ..Manner::STANDARD }
    }

    fn finish(
        &self,
        pending: PendingLogin,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Answer<'_, Result<(Claims, PortalSession), LoginError>> {
        Box::pin(self.complete(pending, callback, now))
    }

    /// `state` comes back in one place: as the parameter that the portal echoes, or else in the return address itself.
    fn sign_out_url(&self, session: &PortalSession, return_to: &Url, state: &str) -> Option<Url> {
        session.end_session_url.as_ref()?; // signed in some other way: the portal holds no session
        let section = &self.section;
        let mut url = self.logout.clone()?;
        let mut return_to = return_to.clone();
        let echoed = section.state == StateCarrier::Echoed && section.state_param == "state";
        if !echoed {
            return_to.query_pairs_mut().append_pair("state", state);
        }
        let mut query = url.query_pairs_mut();
        query.extend_pairs(self.further(&section.logout_params));
        if !section.logout_redirect_param.is_empty() {
            query.append_pair(&section.logout_redirect_param, return_to.as_str());
        }
        if echoed {
            query.append_pair("state", state);
        }
        drop(query);
        Some(url)
    }

    fn browser_origins(&self) -> Vec<String> {
        let mut origins = vec![self.authorize.origin().ascii_serialization()];
        origins.extend(self.logout.as_ref().map(|url| url.origin().ascii_serialization()));
        origins.dedup();
        origins
    }

    fn probe(&self) -> Answer<'_, Result<(), LoginError>> {
        Box::pin(self.http.probe(&self.token, Some(&self.authorize)))
    }

    fn is_silent(&self) -> bool {
        self.http.check_outage().is_err()
    }

    fn check(&self, now: DateTime<Utc>) -> Answer<'_, Vec<Finding>> {
        Box::pin(check::check(self, now))
    }
}
