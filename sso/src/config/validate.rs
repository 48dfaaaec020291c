//! Validation: all problems of the section at once, each naming its key.

mod jis;
mod oauth2;
mod oidc;
mod text;

use std::time::Duration;

use bytesize::ByteSize;
use openidconnect::core::CoreJwsSigningAlgorithm;
use url::Url;

use super::{ClaimsConfig, DriverName, PortalConfig};
use crate::endpoint;

impl PortalConfig {
    /// Every problem, each an English sentence that begins with the key; `section` is the name of this section (`portal`).
    /// Empty: the configuration can be used.
    pub fn validate(&self, section: &str) -> Vec<String> {
        let mut problems = Vec::new();
        if self.display_name.trim().is_empty() {
            problems.push(format!("{section}.display_name: is empty; write the portal's name as citizens know it"));
        }
        if !self.home_url.is_empty() && !is_web_url(&self.home_url) {
            problems.push(format!("{section}.home_url: is not an http or https URL"));
        }
        if self.levels.is_empty() {
            problems
                .push(format!("{section}.levels: is empty, so nobody could sign in; list the portal's level codes"));
        } else if self.levels.values().all(|level| *level < self.minimum_level) {
            problems.push(format!(
                "{section}.minimum_level: is {}, which no code of {section}.levels reaches, so nobody could sign in",
                self.minimum_level
            ));
        }
        if self.outage.exchanges == 0 || self.outage.exchanges > 10_000 {
            problems.push(format!("{section}.outage.exchanges: must lie between 1 and 10000"));
        }
        if self.user_types.is_empty() {
            problems.push(format!("{section}.user_types: is empty; list the portal's user type codes"));
        }
        text::codes(&format!("{section}.levels"), &self.levels, &mut problems);
        text::codes(&format!("{section}.document_types"), &self.document_types, &mut problems);
        text::codes(&format!("{section}.user_types"), &self.user_types, &mut problems);
        self.claims.validate(&format!("{section}.claims"), &mut problems);
        match self.driver {
            DriverName::Oidc => self.oidc.validate(&format!("{section}.oidc"), &mut problems),
            DriverName::OAuth2 => self.oauth2.validate(&format!("{section}.oauth2"), &mut problems),
            DriverName::Jis => self.jis.validate(&format!("{section}.jis"), &mut problems),
        }
        problems
    }
}

fn is_web_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

impl ClaimsConfig {
    fn validate(&self, section: &str, problems: &mut Vec<String>) {
        let lists = [
            ("subject", &self.subject),
            ("name", &self.name),
            ("document_number", &self.document_number),
            ("document_type", &self.document_type),
            ("level", &self.level),
            ("user_type", &self.user_type),
        ];
        for (key, list) in lists {
            if list.is_empty() && !["document_type", "user_type"].contains(&key) {
                problems.push(format!("{section}.{key}: is empty; name at least one field of the portal's answer"));
            }
            text::places(&format!("{section}.{key}"), list, problems);
        }
    }
}

/// The bounds of an exchange, which every driver has.
fn bounds(section: &str, bounds: (Duration, Duration, ByteSize), problems: &mut Vec<String>) {
    let (timeout, request_timeout, max_body) = bounds;
    for (key, time) in [("timeout", timeout), ("request_timeout", request_timeout)] {
        if time.is_zero() || time > Duration::from_mins(2) {
            problems.push(format!("{section}.{key}: must lie between 1ms and 2m"));
        }
    }
    if max_body.as_u64() < 1024 || max_body.as_u64() > 64 * 1024 * 1024 {
        problems.push(format!("{section}.max_body: must lie between 1KiB and 64MiB"));
    }
}

/// The address of an endpoint: https, or http on loopback.
fn endpoint_url(section: &str, key: &str, url: &str, needed: bool, problems: &mut Vec<String>) {
    if url.is_empty() && !needed {
        return;
    }
    if let Err(reason) = endpoint::parse_endpoint(url) {
        problems.push(format!("{section}.{key}: {reason}"));
    }
}

/// The library's name of a JWS algorithm.
pub(crate) fn algorithm(name: &str) -> Option<CoreJwsSigningAlgorithm> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}
