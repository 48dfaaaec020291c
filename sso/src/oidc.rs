//! OpenID Connect: authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636, RFC 9207).
//!
//! `openidconnect` makes the authorization request and checks signatures. The requests to the portal and the reading of its answers are our
//! own: the library's types refuse what real portals send (a number for a string in a field that nobody reads), and its errors print whole
//! token answers.

mod check;
mod checked;
mod discovery;
mod driver;
mod exchange;
mod id_token;
mod jws;
mod keys;
mod logout;
mod sign_in;
mod unique;

use chrono::TimeDelta;
use openidconnect::core::CoreJwsSigningAlgorithm;
use openidconnect::{ClientId, IssuerUrl};
use url::Url;

use crate::config::{ConfigError, PortalConfig, algorithm};
use crate::endpoint::{Territory, parse_issuer};
use crate::error::LoginError;
use crate::http::{Bounds, Http};

use discovery::{Discovery, Provider};
use keys::Keys;

pub(crate) struct Oidc {
    config: PortalConfig,
    callback_url: Url,
    issuer: IssuerUrl,
    client_id: ClientId,
    algorithms: Vec<CoreJwsSigningAlgorithm>,
    leeway: TimeDelta,
    http: Http,
    territory: Territory,
    discovery: Discovery,
    keys: Keys,
}

impl Oidc {
    pub(crate) fn new(config: &PortalConfig, callback_url: Url) -> Result<Self, ConfigError> {
        let section = &config.oidc;
        let issuer_url = parse_issuer(&section.issuer).map_err(|reason| format!("portal.oidc.issuer: {reason}"))?;
        let issuer =
            IssuerUrl::new(section.issuer.clone()).map_err(|_| "portal.oidc.issuer: is not a URL".to_owned())?;
        let leeway = TimeDelta::from_std(section.clock_leeway)
            .map_err(|_| "portal.oidc.clock_leeway: is too long".to_owned())?;
        Ok(Self {
            callback_url,
            issuer,
            client_id: ClientId::new(section.client_id.clone()),
            algorithms: section.allowed_algs.iter().filter_map(|name| algorithm(name)).collect(),
            leeway,
            http: Http::new(Bounds {
                timeout: section.timeout,
                request_timeout: section.request_timeout,
                max_body: section.max_body.as_u64(),
                outage: config.outage.clone(),
            })?,
            territory: Territory::new(issuer_url, &section.allowed_hosts),
            discovery: Discovery::new(&section.issuer)?,
            keys: Keys::new(section.jwks_min_refresh),
            config: config.clone(),
        })
    }

    async fn provider(&self) -> Result<std::sync::Arc<Provider>, LoginError> {
        self.discovery.current(&self.http, &self.territory).await
    }
}
