//! The ticket protocol of the JIS family, which Shandong's portal speaks: the browser brings a ticket, the interface exchanges it for a
//! token, and the token for a person.
//!
//! The portal echoes nothing of ours, so the one-time value travels in the path of our own address. The web layer finds the sign-in by it,
//! binds it to the browser that began it, and consumes it once.

use chrono::{DateTime, Utc};
use rand::Rng;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::callback::{Callback, Manner};
use crate::claims::Claims;
use crate::config::{BackEncoding, ConfigError, JisConfig, PortalConfig};
use crate::driver::{Answer, Driver};
use crate::endpoint::parse_endpoint;
use crate::error::{LoginError, bad_callback};
use crate::finding::Finding;
use crate::grant::is_visible_token;
use crate::http::{Bounds, Http};
use crate::identity::PortalSession;
use crate::pending::PendingLogin;

mod answer;
mod ask;
mod check;
mod packed;

/// Longer than any ticket that was observed (64 characters).
const MAX_TICKET: usize = 1024;

pub(crate) struct Jis {
    config: JisConfig,
    callback_url: Url,
    login_url: Url,
    interface_url: Url,
    logout_url: Option<Url>,
    http: Http,
}

/// The return can be checked only against the one-time value itself.
#[derive(Deserialize)]
struct Proof {}

impl Jis {
    pub(crate) fn new(config: &PortalConfig, callback_url: Url) -> Result<Self, ConfigError> {
        let section = &config.jis;
        let endpoint =
            |key: &str, url: &str| parse_endpoint(url).map_err(|reason| format!("portal.jis.{key}: {reason}"));
        let logout_url = match section.logout_url.as_str() {
            "" => None,
            url => Some(endpoint("logout_url", url)?),
        };
        let http = Http::new(Bounds {
            timeout: section.timeout,
            request_timeout: section.request_timeout,
            max_body: section.max_body.as_u64(),
            outage: config.outage.clone(),
        })?;
        Ok(Self {
            callback_url,
            login_url: endpoint("login_url", &section.login_url)?,
            interface_url: endpoint("interface_url", &section.interface_url)?,
            logout_url,
            http,
            config: section.clone(),
        })
    }

    async fn start(&self, now: DateTime<Utc>) -> Result<(Url, PendingLogin), LoginError> {
        self.http.ready(&self.interface_url, Some(&self.login_url)).await?;
        let mut random = [0; 32];
        rand::rng().fill_bytes(&mut random);
        let handle = URL_SAFE_NO_PAD.encode(random);
        let url = self.login_address(&handle);
        Ok((url, PendingLogin::new(handle, now, &json!({}))))
    }

    fn login_address(&self, handle: &str) -> Url {
        let section = &self.config;
        let mut back = self.callback_url.clone();
        back.set_path(&format!("{}/{handle}", back.path().trim_end_matches('/')));
        let back = self.written(&back);
        let mark = if section.login_mark.is_empty() { &section.app_mark } else { &section.login_mark };
        let mut url = self.login_url.clone();
        let mut query = url.query_pairs_mut();
        query.extend_pairs(&section.login_params).append_pair(&section.app_param, mark);
        for parameter in [&section.back_param, &section.goto_param] {
            if !parameter.is_empty() {
                query.append_pair(parameter, &back);
            }
        }
        drop(query);
        url
    }

    /// One of our addresses in the encoding of this generation.
    fn written(&self, address: &Url) -> String {
        match self.config.back_encoding {
            BackEncoding::Plain => address.to_string(),
            BackEncoding::Base64 => STANDARD.encode(address.as_str()),
        }
    }

    async fn complete(
        &self,
        pending: PendingLogin,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Result<(Claims, PortalSession), LoginError> {
        let handle = callback.place.as_deref().ok_or(bad_callback("its address holds no one-time value"))?;
        let Proof {} = pending.redeem(handle, now)?;
        // The family has no error for a visitor who cancels: the return is then a plain link.
        let ticket = callback.code.as_deref().ok_or(LoginError::Denied)?;
        if ticket.len() > MAX_TICKET || !is_visible_token(ticket) {
            return Err(bad_callback("its ticket is none"));
        }
        let exchange = async {
            let token = self.redeem_ticket(ticket, now).await?;
            self.person(&token, now).await
        };
        let person = self.http.exchange(exchange).await?;
        let session = PortalSession {
            sid: None,
            sub: None,
            id_token: SecretString::default(),
            end_session_url: self.logout_url.clone(),
            announces_end: false,
        };
        Ok((person, session))
    }
}

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
