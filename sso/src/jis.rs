//! The ticket protocol of the JIS family, which Shandong's portal speaks: the browser brings a ticket, the interface exchanges it for a
//! token, and the token for a person.
//!
//! The portal echoes nothing of ours, so the one-time value travels in the path of our own address. The web layer finds the sign-in by it,
//! binds it to the browser that began it, and consumes it once.

mod answer;
mod ask;
mod check;
mod driver;
mod packed;
mod sign_in;

use url::Url;

use crate::config::{ConfigError, JisConfig, PortalConfig};
use crate::endpoint::parse_endpoint;
use crate::http::{Bounds, Http};

pub(crate) struct Jis {
    config: JisConfig,
    callback_url: Url,
    login_url: Url,
    interface_url: Url,
    logout_url: Option<Url>,
    http: Http,
}

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
}
