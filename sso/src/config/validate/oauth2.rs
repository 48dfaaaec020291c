//! `[portal.oauth2]`.

use secrecy::ExposeSecret;

use super::{bounds, endpoint_url};
use crate::config::OAuth2Config;

impl OAuth2Config {
    pub(super) fn validate(&self, section: &str, problems: &mut Vec<String>) {
        endpoint_url(section, "authorize_url", (&self.authorize_url, true), problems);
        endpoint_url(section, "token_url", (&self.token_url, true), problems);
        endpoint_url(section, "userinfo_url", (&self.userinfo_url, true), problems);
        endpoint_url(section, "logout_url", (&self.logout_url, false), problems);
        if self.client_id.is_empty() {
            problems.push(format!("{section}.client_id: is missing; the portal's operator assigns it"));
        }
        if self.client_secret.expose_secret().is_empty() {
            problems.push(format!("{section}.client_secret: is missing; set it, or client_secret_file"));
        }
        bounds(section, (self.timeout, self.request_timeout, self.max_body), problems);
    }
}
