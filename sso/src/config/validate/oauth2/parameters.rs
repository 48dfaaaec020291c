//! Parameters that would be written twice.

use crate::config::sections::{ClientAuth, OAuth2Config, StateCarrier, TokenPlace};
use crate::config::validate::text::{self, names_of};

impl OAuth2Config {
    /// Servers disagree about which value of a repeated parameter counts.
    pub(super) fn validate_queries(&self, section: &str, problems: &mut Vec<String>) {
        let is_written = |name: &str| match name {
            "scope" => !self.scopes.is_empty(),
            "response_type" => !self.response_type.is_empty(),
            "code_challenge" | "code_challenge_method" => self.pkce,
            _ => false,
        };
        for name in names_of(&self.authorize_url) {
            if is_written(&name) || self.authorize_params.contains_key(&name) {
                problems.push(format!(
                    "{section}.authorize_url: its query holds \"{name}\", which is written into it again"
                ));
            }
        }
        for name in names_of(&self.logout_url) {
            if name == self.logout_redirect_param && !self.is_ours(&name) || self.logout_params.contains_key(&name) {
                problems
                    .push(format!("{section}.logout_url: its query holds \"{name}\", which is written into it again"));
            }
        }
    }

    /// The tables of further parameters: nothing in them may collide with what this service writes itself.
    pub(super) fn validate_tables(&self, section: &str, problems: &mut Vec<String>) {
        for (key, table, to_browser) in [
            ("authorize_params", &self.authorize_params, true),
            ("token_params", &self.token_params, false),
            ("userinfo_params", &self.userinfo_params, false),
            ("logout_params", &self.logout_params, true),
        ] {
            for (name, value) in table {
                if to_browser && (*name == self.client_secret_param || self.is_secret(value)) {
                    problems.push(format!("{section}.{key}: \"{name}\" would show client_secret to the browser"));
                } else if let Some(instead) = self.clash(key, name, value) {
                    problems.push(format!("{section}.{key}: \"{name}\" is written by this service; {instead}"));
                } else if let Some(odd) = text::odd_parameter(name, value) {
                    problems.push(format!("{section}.{key}: {odd}"));
                }
            }
        }
        if self.logout_url.is_empty() && !self.logout_params.is_empty() {
            problems.push(format!("{section}.logout_params: are of no use without logout_url"));
        }
    }

    /// What to do instead of writing this parameter, where this service writes it.
    fn clash(&self, table: &str, name: &str, value: &str) -> Option<&'static str> {
        let is = |other: &str| name == other;
        match table {
            "authorize_params" if is(&self.client_id_param) => Some("set client_id"),
            "authorize_params" if is(&self.redirect_param) => Some("it follows from server.public_url"),
            "authorize_params" if is(&self.state_param) && self.state == StateCarrier::Echoed => {
                Some("take it out, or set state = \"path\" if the portal does not echo it")
            }
            "authorize_params" if is("response_type") && !self.response_type.is_empty() => Some("set response_type"),
            "authorize_params" if is("scope") && !self.scopes.is_empty() => Some("set scopes"),
            "authorize_params" | "token_params"
                if matches!(name, "code_challenge" | "code_challenge_method" | "code_verifier") =>
            {
                Some("set pkce")
            }
            "token_params" if is(&self.code_param) => Some("take it out"),
            "token_params" if is(&self.client_secret_param) => Some("set client_secret"),
            "token_params" if is(&self.client_id_param) && self.client_auth != ClientAuth::Header => {
                Some("set client_id")
            }
            // The address of the authorization request, or none at all (RFC 6749 §4.1.3).
            "token_params" if is(&self.redirect_param) && !value.is_empty() => Some("leave it empty to send none"),
            "userinfo_params" if is(&self.userinfo_token_param) && self.userinfo_token != TokenPlace::Header => {
                Some("take it out")
            }
            "logout_params" if is(&self.logout_redirect_param) || is(&self.state_param) => Some("take it out"),
            _ => None,
        }
    }

    /// A parameter that this service writes, wherever it goes.
    pub(super) fn is_ours(&self, name: &str) -> bool {
        let names = [&self.client_id_param, &self.client_secret_param, &self.redirect_param, &self.state_param];
        names.into_iter().any(|ours| ours == name)
    }
}
