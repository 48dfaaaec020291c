//! The tables below `[portal]`.

mod claims;
mod dialect;
mod jis;
mod oauth2;
mod oidc;
mod outage;
mod packing;

use std::time::Duration;

use serde::Deserialize;

pub use claims::ClaimsConfig;
pub use dialect::{ClientAuth, RequestMethod, StateCarrier, TokenPlace};
pub use jis::JisConfig;
pub use oauth2::OAuth2Config;
pub use oidc::{OidcConfig, TokenEndpointAuthMethod};
pub use outage::OutageConfig;
pub use packing::{BackEncoding, DataFormat, Refusal, TimeFormat};

/// The default deadline of one exchange.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The default deadline of one request: a visitor learns within five seconds that the portal does not answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(4);

/// How to recognise a successful answer where the status is always 200.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Success {
    /// JSON pointer into the answer.
    pub pointer: String,
    /// The value there on success, as text.
    pub value: String,
}
