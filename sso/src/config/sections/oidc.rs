//! `[portal.oidc]`.

use std::time::Duration;

use bytesize::ByteSize;
use secrecy::SecretString;
use serde::Deserialize;

use super::claims::list;
use super::{REQUEST_TIMEOUT, TIMEOUT};

/// How this client authenticates at the token endpoint (OpenID Connect Core §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenEndpointAuthMethod {
    /// HTTP Basic.
    ClientSecretBasic,
    /// In the posted form.
    ClientSecretPost,
    /// No authentication: a client without a secret, protected by PKCE alone.
    None,
}

/// `[portal.oidc]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OidcConfig {
    /// The issuer, exactly as the portal's discovery document writes it.
    pub issuer: String,
    /// Our client id at the portal.
    pub client_id: String,
    /// Our client secret at the portal.
    pub client_secret: SecretString,
    /// The requested scopes; must hold `openid`.
    pub scopes: Vec<String>,
    /// How this client authenticates at the token endpoint.
    pub token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// JWS algorithms an ID token may be signed with. The portal's own announcement is ignored.
    pub allowed_algs: Vec<String>,
    /// Hosts (`host` or `host:port`) besides the issuer's origin that may serve the portal's endpoints.
    pub allowed_hosts: Vec<String>,
    /// The tolerated difference between the portal's clock and ours.
    #[serde(with = "humantime_serde")]
    pub clock_leeway: Duration,
    /// The deadline of one exchange.
    #[serde(with = "humantime_serde")]
    pub timeout: Duration,
    /// The deadline of one request of an exchange.
    #[serde(with = "humantime_serde")]
    pub request_timeout: Duration,
    /// The largest answer that is accepted.
    pub max_body: ByteSize,
    /// The least time between two fetches of the portal's keys that an unknown key causes (a rate limit).
    #[serde(with = "humantime_serde")]
    pub jwks_min_refresh: Duration,
}

impl Default for OidcConfig {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            client_id: String::new(),
            client_secret: SecretString::default(),
            scopes: list(&["openid", "profile"]),
            token_endpoint_auth_method: TokenEndpointAuthMethod::ClientSecretBasic,
            allowed_algs: list(&["RS256", "PS256", "ES256", "EdDSA"]),
            allowed_hosts: Vec::new(),
            clock_leeway: Duration::from_mins(1),
            timeout: TIMEOUT,
            request_timeout: REQUEST_TIMEOUT,
            max_body: ByteSize::mib(1),
            jwks_min_refresh: Duration::from_secs(10),
        }
    }
}
