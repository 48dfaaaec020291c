//! What the portal offers.

use chrono::Utc;
use sso::{Finding, Portal};

use super::finding::{ok, problem};
use crate::config::Config;

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    if !config.access.mode.has_portal() {
        return vec![ok("portal", "the portal is no way in (access.mode = \"local\"): it is not looked at".into())];
    }
    sso::install_crypto_provider();
    let callback = config.server.public_url.as_ref().and_then(|url| url.join("/sso/callback").ok());
    let Some(callback) = callback else {
        return vec![problem("portal", "server.public_url is missing".into(), "give the origin that browsers see")];
    };
    match Portal::new(&config.portal, callback) {
        Ok(portal) => portal.check(Utc::now()).await,
        Err(error) => vec![problem("portal", error.to_string(), "correct the [portal] section")],
    }
}
