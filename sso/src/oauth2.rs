//! OAuth 2.0 (RFC 6749 §4.1) as provincial portals speak it: every name, place and method is configuration.
//!
//! `oauth2` writes the authorization request and makes the random values; [`OAuth2::in_dialect`] then gives its parameters the portal's own
//! names. `answer.rs` reads the answers: the library's types refuse what real portals send (a number as a string, JSON inside a string,
//! GBK, an error under status 200).
//!
//! There is no signed token here. The person is bound to this sign-in by the one-time value, which comes back as `state` or in our own
//! address, and by the code, which the portal accepts only with our secret.

mod answer;
mod check;
mod dialect;
mod driver;
mod request;
mod sign_in;

use std::collections::BTreeMap;

use url::Url;

use crate::config::{ConfigError, OAuth2Config, PortalConfig};
use crate::endpoint::parse_endpoint;
use crate::http::{Bounds, Http};

pub(crate) struct OAuth2 {
    section: OAuth2Config,
    callback_url: Url,
    authorize: Url,
    token: Url,
    userinfo: Url,
    logout: Option<Url>,
    http: Http,
}

impl OAuth2 {
    pub(crate) fn new(config: &PortalConfig, callback_url: Url) -> Result<Self, ConfigError> {
        let section = config.oauth2.clone();
        let http = Http::new(Bounds {
            timeout: section.timeout,
            request_timeout: section.request_timeout,
            max_body: section.max_body.as_u64(),
            outage: config.outage.clone(),
        })?;
        let endpoint = |key: &str, url: &str| {
            parse_endpoint(url).map_err(|reason| ConfigError::from(format!("portal.oauth2.{key}: {reason}")))
        };
        Ok(Self {
            authorize: endpoint("authorize_url", &section.authorize_url)?,
            token: endpoint("token_url", &section.token_url)?,
            userinfo: endpoint("userinfo_url", &section.userinfo_url)?,
            logout: match section.logout_url.as_str() {
                "" => None,
                url => Some(endpoint("logout_url", url)?),
            },
            section,
            callback_url,
            http,
        })
    }

    /// Configured parameters; `{client_id}` is replaced by our client id.
    fn further<'a>(&'a self, parameters: &'a BTreeMap<String, String>) -> impl Iterator<Item = (&'a str, &'a str)> {
        parameters.iter().map(|(name, value)| {
            (name.as_str(), if value == "{client_id}" { self.section.client_id.as_str() } else { value.as_str() })
        })
    }
}
