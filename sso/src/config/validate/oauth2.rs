//! `[portal.oauth2]`.

use secrecy::ExposeSecret;
use url::Url;

use super::text::{self, is_visible as is_name, names_of};
use super::{bounds, endpoint_url};
use crate::config::sections::{ClientAuth, OAuth2Config, RequestMethod, StateCarrier, Success, TokenPlace};

impl OAuth2Config {
    pub(super) fn validate(&self, section: &str, problems: &mut Vec<String>) {
        self.validate_urls(section, problems);
        if self.client_id.is_empty() {
            problems.push(format!("{section}.client_id: is missing; the portal's operator assigns it"));
        }
        if self.client_secret.expose_secret().is_empty() {
            problems.push(format!("{section}.client_secret: is missing; set it, or client_secret_file"));
        }
        text::issuer(section, &self.issuer, ("authorize_url", &self.authorize_url), problems);
        self.validate_names(section, problems);
        self.validate_request(section, problems);
        self.validate_tables(section, problems);
        self.validate_answers(section, problems);
        bounds(section, (self.timeout, self.request_timeout, self.max_body), problems);
    }

    fn validate_urls(&self, section: &str, problems: &mut Vec<String>) {
        let urls = [
            ("authorize_url", &self.authorize_url, true),
            ("token_url", &self.token_url, true),
            ("userinfo_url", &self.userinfo_url, true),
            ("logout_url", &self.logout_url, false),
        ];
        for (key, text, needed) in urls {
            endpoint_url(section, key, (text, needed), problems);
            let Ok(url) = Url::parse(text) else { continue };
            if let Some((name, _)) = url.query_pairs().find(|(name, value)| self.is_ours(name) || self.is_secret(value))
            {
                problems.push(format!("{section}.{key}: its query holds \"{name}\", which this service writes itself"));
            }
        }
        self.validate_queries(section, problems);
    }

    /// Servers disagree about which value of a repeated parameter counts.
    fn validate_queries(&self, section: &str, problems: &mut Vec<String>) {
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

    fn validate_names(&self, section: &str, problems: &mut Vec<String>) {
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

    fn validate_request(&self, section: &str, problems: &mut Vec<String>) {
        if !self.response_type.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
            problems.push(format!("{section}.response_type: is not visible ASCII"));
        }
        // RFC 6749 §3.3, scope-token.
        let is_scope = |scope: &String| {
            !scope.is_empty() && scope.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
        };
        if !self.scopes.iter().all(is_scope) {
            problems.push(format!("{section}.scopes: each entry is one word of visible ASCII without quotes"));
        }
        if self.userinfo_token == TokenPlace::Body && self.userinfo_method == RequestMethod::Get {
            problems.push(format!(
                "{section}.userinfo_token: a GET has no body; write \"query\", or userinfo_method = \"post\""
            ));
        }
    }

    /// The tables of further parameters: nothing in them may collide with what this service writes itself.
    fn validate_tables(&self, section: &str, problems: &mut Vec<String>) {
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

    fn validate_answers(&self, section: &str, problems: &mut Vec<String>) {
        if self.access_token.is_empty() {
            problems
                .push(format!("{section}.access_token: name the fields or JSON pointers at which the token stands"));
        }
        text::places(&format!("{section}.access_token"), &self.access_token, problems);
        let pointer = |success: &Option<Success>| success.as_ref().map(|success| success.pointer.clone());
        if pointer(&self.success).is_some_and(|pointer| !pointer.starts_with('/')) {
            problems.push(format!("{section}.success.pointer: a JSON pointer begins with \"/\""));
        }
        if pointer(&self.userinfo_success).is_some_and(|pointer| !pointer.is_empty() && !pointer.starts_with('/')) {
            problems.push(format!(
                "{section}.userinfo_success.pointer: a JSON pointer begins with \"/\"; an empty one tests nothing"
            ));
        }
        for (key, success) in [("success", &self.success), ("userinfo_success", &self.userinfo_success)] {
            if success.as_ref().is_some_and(|success| success.pointer.starts_with('/') && success.value.is_empty()) {
                problems.push(format!("{section}.{key}.value: is empty; write the value that tells success"));
            }
        }
        if self.expired_codes.iter().any(|code| code.trim().is_empty()) {
            problems.push(format!("{section}.expired_codes: holds an empty entry"));
        }
        let success = self.success.iter().chain(&self.userinfo_success);
        if success.map(|success| &success.value).any(|value| self.expired_codes.contains(value)) {
            problems.push(format!("{section}.expired_codes: holds the value that tells success"));
        }
    }

    /// A parameter that this service writes, wherever it goes.
    fn is_ours(&self, name: &str) -> bool {
        let names = [&self.client_id_param, &self.client_secret_param, &self.redirect_param, &self.state_param];
        names.into_iter().any(|ours| ours == name)
    }

    fn is_secret(&self, value: &str) -> bool {
        let secret = self.client_secret.expose_secret();
        !secret.is_empty() && value == secret
    }
}
