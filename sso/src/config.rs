//! The `[portal]` section of the configuration.
//!
//! Every key has a default, so reading never fails on a missing key; [`PortalConfig::validate`] then reports everything that is missing or
//! wrong at once. Secrets are [`secrecy::SecretString`]s: their `Debug` prints nothing of them.

mod codes;
mod sections;
mod validate;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use crate::words::{DocumentTypeWord, UserTypeWord};

pub use crate::loose::Charset;
pub use sections::{
    BackEncoding, ClaimsConfig, ClientAuth, DataFormat, JisConfig, OAuth2Config, OidcConfig, OutageConfig, Refusal,
    RequestMethod, StateCarrier, Success, TimeFormat, TokenEndpointAuthMethod, TokenPlace,
};
pub(crate) use validate::algorithm;

/// The protocol of the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DriverName {
    /// OpenID Connect, usually a broker in front of the portal.
    Oidc,
    /// Plain OAuth 2.0 code flow with a province's own quirks.
    OAuth2,
    /// The ticket protocol of the Hanweb JIS family.
    Jis,
}

/// The whole `[portal]` section.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PortalConfig {
    /// Selects one of the driver sections below.
    pub driver: DriverName,
    /// The portal's name as citizens know it.
    pub display_name: String,
    /// Where citizens register or raise their real-name level; empty if there is no such page.
    pub home_url: String,
    /// The lowest accepted real-name level, on our own scale (see `levels`).
    pub minimum_level: i32,
    /// Maps the portal's raw level codes to our own scale. A code that is not listed is no level.
    pub levels: BTreeMap<String, i32>,
    /// Maps the portal's raw document type codes to our words.
    pub document_types: BTreeMap<String, DocumentTypeWord>,
    /// Maps the portal's raw user type codes to our words. A code that is not listed is refused.
    pub user_types: BTreeMap<String, UserTypeWord>,
    /// Where each attribute is in the portal's answer.
    pub claims: ClaimsConfig,
    /// The circuit breaker for an unresponsive portal.
    pub outage: OutageConfig,
    /// `[portal.oidc]`.
    pub oidc: OidcConfig,
    /// `[portal.oauth2]`.
    pub oauth2: OAuth2Config,
    /// `[portal.jis]`.
    pub jis: JisConfig,
}

impl Default for PortalConfig {
    fn default() -> Self {
        Self {
            driver: DriverName::Oidc,
            display_name: "统一政务服务门户".to_owned(),
            home_url: String::new(),
            minimum_level: 1,
            levels: [("0", 0), ("1", 1), ("2", 2)].map(|(code, level)| (code.to_owned(), level)).into(),
            document_types: [("1".to_owned(), DocumentTypeWord::ResidentId)].into(),
            user_types: [("1", UserTypeWord::Personal), ("2", UserTypeWord::Corporate)]
                .map(|(code, word)| (code.to_owned(), word))
                .into(),
            claims: ClaimsConfig::default(),
            outage: OutageConfig::default(),
            oidc: OidcConfig::default(),
            oauth2: OAuth2Config::default(),
            jis: JisConfig::default(),
        }
    }
}

/// The configuration cannot be used; every problem, each naming its key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", problems.join("; "))]
pub struct ConfigError {
    /// One English sentence for each problem.
    pub problems: Vec<String>,
}

impl From<String> for ConfigError {
    fn from(problem: String) -> Self {
        Self { problems: vec![problem] }
    }
}

impl PortalConfig {
    /// The deadline of an exchange with the portal.
    pub const fn timeout(&self) -> Duration {
        match self.driver {
            DriverName::Oidc => self.oidc.timeout,
            DriverName::OAuth2 => self.oauth2.timeout,
            DriverName::Jis => self.jis.timeout,
        }
    }

    /// The namespace of the portal's subjects: links point to (issuer, subject).
    pub fn issuer(&self) -> &str {
        let named = |issuer: &'_ str| !issuer.is_empty();
        match self.driver {
            DriverName::Oidc => &self.oidc.issuer,
            DriverName::OAuth2 if named(&self.oauth2.issuer) => &self.oauth2.issuer,
            DriverName::OAuth2 => &self.oauth2.authorize_url,
            DriverName::Jis if named(&self.jis.issuer) => &self.jis.issuer,
            DriverName::Jis => &self.jis.login_url,
        }
    }

    /// `home_url`, where it is set and valid.
    pub fn home_link(&self) -> Option<Url> {
        Url::parse(&self.home_url).ok()
    }
}

#[cfg(test)]
mod tests;
