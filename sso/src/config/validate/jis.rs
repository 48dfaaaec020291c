//! `[portal.jis]`.

use secrecy::ExposeSecret;

use super::{bounds, endpoint_url};
use crate::config::JisConfig;

impl JisConfig {
    pub(super) fn validate(&self, section: &str, problems: &mut Vec<String>) {
        endpoint_url(section, "login_url", (&self.login_url, true), problems);
        endpoint_url(section, "interface_url", (&self.interface_url, true), problems);
        endpoint_url(section, "logout_url", (&self.logout_url, false), problems);
        if self.app_mark.is_empty() {
            problems.push(format!("{section}.app_mark: is missing; the portal's operator assigns it"));
        }
        if self.app_word.expose_secret().is_empty() {
            problems.push(format!("{section}.app_word: is missing; set it, or app_word_file"));
        }
        bounds(section, (self.timeout, self.request_timeout, self.max_body), problems);
    }
}
