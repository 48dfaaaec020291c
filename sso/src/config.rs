//! The `[portal]` section of the configuration.
//!
//! Every key has a default, so reading never fails on a missing key; [`PortalConfig::validate`] then reports everything
//! that is missing or wrong at once. Secrets are [`secrecy::SecretString`]s: their `Debug` prints nothing of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

use crate::driver::Driver;
use crate::words::{DocumentTypeWord, UserType};

mod sections;
mod validate;

pub use sections::{ClaimsConfig, JisConfig, OAuth2Config, OidcConfig, Success, TokenEndpointAuthMethod, TokenMethod};
pub(crate) use validate::algorithm;

/// Which protocol the portal speaks.
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
    /// Which of the sections below is used.
    pub driver: DriverName,
    /// The portal's name as citizens know it.
    pub display_name: String,
    /// Where citizens register or raise their real-name level; empty if there is no such page.
    pub home_url: String,
    /// The lowest real-name level that is let in, on our own scale (see `levels`).
    pub minimum_level: i32,
    /// The portal's raw level code to a number on our own scale. A code that is not listed is no level at all.
    pub levels: BTreeMap<String, i32>,
    /// The portal's raw document type code to our word.
    pub document_types: BTreeMap<String, DocumentTypeWord>,
    /// Where each attribute stands in the portal's answer.
    pub claims: ClaimsConfig,
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
            claims: ClaimsConfig::default(),
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
    /// The raw level code on our own scale; `None` for a code that `levels` does not list.
    pub fn map_level(&self, raw: &str) -> Option<i32> {
        self.levels.get(raw.trim()).copied()
    }

    /// `1` is a personal account, `2` a corporate one, anything else (an empty code too) is not known.
    #[allow(clippy::unused_self)] // stands beside map_level and map_document_type, and may become configurable as they are
    pub fn map_user_type(&self, raw: &str) -> UserType {
        match raw.trim() {
            "1" => UserType::Personal,
            "2" => UserType::Corporate,
            _ => UserType::Unmapped,
        }
    }

    /// Our word for the portal's raw document type code; `None` for a code that `document_types` does not list.
    pub fn map_document_type(&self, raw: &str) -> Option<DocumentTypeWord> {
        self.document_types.get(raw.trim()).copied()
    }

    /// The name under which the portal's subjects are kept: links point to (issuer, subject).
    pub fn issuer(&self) -> &str {
        match self.driver {
            DriverName::Oidc => &self.oidc.issuer,
            DriverName::OAuth2 => &self.oauth2.authorize_url,
            DriverName::Jis => &self.jis.login_url,
        }
    }

    /// `home_url`, where it is set and readable.
    pub fn home_link(&self) -> Option<Url> {
        Url::parse(&self.home_url).ok()
    }

    /// The driver this configuration asks for. The one place that knows them all.
    pub(crate) fn open(&self, callback_url: Url) -> Result<Box<dyn Driver>, ConfigError> {
        match self.driver {
            DriverName::Oidc => Ok(Box::new(crate::oidc::Oidc::new(self, callback_url)?)),
            DriverName::OAuth2 | DriverName::Jis => Err(ConfigError { problems: self.validate("portal") }),
        }
    }
}

#[cfg(test)]
mod tests;
