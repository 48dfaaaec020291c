//! The configured names of parameters.

use crate::config::sections::{OAuth2Config, TokenPlace};
use crate::config::validate::text::{self, is_visible as is_name};

impl OAuth2Config {
    pub(super) fn validate_names(&self, section: &str, problems: &mut Vec<String>) {
        for (key, name) in self.names() {
            if !is_name(name) {
                problems
                    .push(format!("{section}.{key}: is not the name of a parameter (visible ASCII without blanks)"));
            }
        }
        let token = [
            ("client_id_param", &self.client_id_param),
            ("client_secret_param", &self.client_secret_param),
            ("redirect_param", &self.redirect_param),
            ("code_param", &self.code_param),
            ("state_param", &self.state_param),
        ];
        for (place, (key, name)) in token.iter().enumerate() {
            if token.iter().take(place).any(|(_, other)| other == name) {
                problems.push(format!("{section}.{key}: another parameter has the name \"{name}\" already"));
            }
        }
        for (key, name) in [("code_param", &self.code_param), ("state_param", &self.state_param)] {
            if matches!(name.as_str(), "error" | "error_description" | "iss") || text::is_taken_in_our_address(name) {
                problems.push(format!(
                    "{section}.{key}: \"{name}\" has a meaning of its own in a return (RFC 6749, RFC 9207, or our own)"
                ));
            }
        }
        if !self.logout_redirect_param.is_empty() && self.logout_redirect_param == self.state_param {
            problems.push(format!("{section}.logout_redirect_param: is the name of state_param"));
        }
    }

    fn names(&self) -> Vec<(&'static str, &str)> {
        let mut names: Vec<(&str, &str)> = vec![
            ("client_id_param", &self.client_id_param),
            ("client_secret_param", &self.client_secret_param),
            ("redirect_param", &self.redirect_param),
            ("code_param", &self.code_param),
            ("state_param", &self.state_param),
        ];
        if self.userinfo_token != TokenPlace::Header {
            names.push(("userinfo_token_param", &self.userinfo_token_param));
        }
        if !self.logout_redirect_param.is_empty() {
            names.push(("logout_redirect_param", &self.logout_redirect_param));
        }
        names
    }
}
