//! `[portal.jis]`.

mod answers;
mod parameters;

use secrecy::ExposeSecret;

use super::text;
use super::{bounds, endpoint_url};
use crate::config::sections::JisConfig;

/// Fields of a request to the interface whose names are fixed.
const FIXED: [&str; 4] = ["time", "sign", "servicename", "params"];

impl JisConfig {
    pub(super) fn validate(&self, section: &str, problems: &mut Vec<String>) {
        endpoint_url(section, "login_url", &self.login_url, true, problems);
        endpoint_url(section, "interface_url", &self.interface_url, true, problems);
        endpoint_url(section, "logout_url", &self.logout_url, false, problems);
        if self.app_mark.trim().is_empty() {
            problems.push(format!("{section}.app_mark: is missing; the portal's operator assigns it"));
        }
        if self.app_word.expose_secret().is_empty() {
            problems.push(format!("{section}.app_word: is missing; set it, or app_word_file"));
        }
        text::issuer(section, &self.issuer, ("login_url", &self.login_url), problems);
        self.validate_names(section, problems);
        self.validate_clashes(section, problems);
        self.validate_parameters(section, problems);
        self.validate_answers(section, problems);
        bounds(section, (self.timeout, self.request_timeout, self.max_body), problems);
    }

    fn validate_names(&self, section: &str, problems: &mut Vec<String>) {
        let needed = [
            ("app_param", &self.app_param),
            ("back_param", &self.back_param),
            ("ticket_param", &self.ticket_param),
            ("interface_app_param", &self.interface_app_param),
            ("ticket_key", &self.ticket_key),
            ("token_key", &self.token_key),
            ("ticket_service", &self.ticket_service),
            ("person_service", &self.person_service),
        ];
        for (key, name) in needed {
            if name.is_empty() {
                problems.push(format!("{section}.{key}: is empty; the portal's documentation names it"));
            } else if !is_name(name) {
                problems.push(format!("{section}.{key}: holds characters that no name has"));
            }
        }
        if text::is_taken_in_our_address(&self.ticket_param) {
            problems.push(format!("{section}.ticket_param: has a meaning of its own in our address"));
        }
        for (key, name) in [("goto_param", &self.goto_param), ("logout_back_param", &self.logout_back_param)] {
            if !name.is_empty() && !is_name(name) {
                problems.push(format!("{section}.{key}: holds characters that no name has"));
            }
        }
    }
}

/// Letters, digits, `_`, `-` and `.`: a portal that pastes its parameters would take any other character for a separator.
fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

#[cfg(test)]
mod tests;
