//! `[portal.oauth2]`.

mod names;
mod parameters;

use secrecy::ExposeSecret;
use url::Url;

use super::text;
use super::{bounds, endpoint_url};
use crate::config::sections::{OAuth2Config, RequestMethod, Success, TokenPlace};

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
            endpoint_url(section, key, text, needed, problems);
            let Ok(url) = Url::parse(text) else { continue };
            if let Some((name, _)) = url.query_pairs().find(|(name, value)| self.is_ours(name) || self.is_secret(value))
            {
                problems.push(format!("{section}.{key}: its query holds \"{name}\", which this service writes itself"));
            }
        }
        self.validate_queries(section, problems);
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

    fn is_secret(&self, value: &str) -> bool {
        let secret = self.client_secret.expose_secret();
        !secret.is_empty() && value == secret
    }
}
