//! The simulated portal's settings.

use std::fmt;

use super::jis::shape::Shape as JisShape;
use super::oauth2::shape::Shape as OAuth2Shape;
use super::signing::KeyKind;

/// The settings of a simulated portal.
#[derive(Clone)]
pub struct SimulatorConfig {
    /// The protocol.
    pub protocol: Protocol,
    /// The id of the one registered client.
    pub client_id: String,
    /// That client's secret.
    pub client_secret: String,
    /// The type of the signing key.
    pub key: KeyKind,
    /// Its issuer, where browsers reach it under another name than the address it listens on. No trailing slash.
    pub base_url: Option<String>,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            protocol: Protocol::default(),
            client_id: "buzheng".to_owned(),
            client_secret: "simulator secret: known to all, % & + too".to_owned(),
            key: KeyKind::Es256,
            base_url: None,
        }
    }
}

impl fmt::Debug for SimulatorConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatorConfig")
            .field("protocol", &self.protocol)
            .field("key", &self.key)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// The protocol of the portal.
#[derive(Clone, Debug, Default)]
pub enum Protocol {
    /// OpenID Connect.
    #[default]
    Oidc,
    /// OAuth 2.0, in one province's dialect.
    OAuth2(Box<OAuth2Shape>),
    /// Tickets, in one generation's dialect.
    Jis(JisShape),
}
