//! `[sms]`: the hook that sends text messages. Each provider wants its own call; a program of the operator's makes it from ours.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::time::Duration;
use url::{Host, Url};

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmsConfig {
    /// Where each message is posted; https, or http on loopback.
    pub url: Option<Url>,
    /// Signs each call.
    pub secret: SecretString,
    /// Signs each call besides, while the hook's keys are exchanged.
    pub next_secret: Option<SecretString>,
    /// The deadline of a call.
    #[serde(with = "humantime_serde")]
    pub timeout: Duration,
}

impl Default for SmsConfig {
    fn default() -> Self {
        Self { url: None, secret: SecretString::default(), next_secret: None, timeout: Duration::from_secs(10) }
    }
}

/// A shorter key is guessed.
const SHORTEST_SECRET: usize = 32;

impl SmsConfig {
    pub(in crate::config) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let Some(url) = &self.url else { return problems };
        let is_local = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        match url.scheme() {
            "https" => {}
            "http" if is_local => {}
            _ => problems.push("sms.url: must be https, or http on loopback".into()),
        }
        for (key, secret) in [("secret", Some(&self.secret)), ("next_secret", self.next_secret.as_ref())] {
            if secret.is_some_and(|secret| secret.expose_secret().len() < SHORTEST_SECRET) {
                problems.push(format!("sms.{key}: must have at least {SHORTEST_SECRET} characters"));
            }
        }
        if self.timeout < Duration::from_secs(1) || self.timeout > Duration::from_mins(1) {
            problems.push("sms.timeout: must be between 1s and 1m".into());
        }
        problems
    }
}
