//! How a portal that speaks `oauth2` wants its parameters.

use serde::Deserialize;

/// The HTTP method of a request to the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequestMethod {
    /// A posted form.
    #[default]
    Post,
    /// The query of a GET.
    Get,
}

/// How this client authenticates at the token endpoint of an `oauth2` portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientAuth {
    /// HTTP Basic (RFC 6749 §2.3.1).
    Header,
    /// In the posted form; in the query where the token request is a GET.
    Body,
    /// In the query, whatever the method.
    Query,
}

/// Where the user information request carries the access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenPlace {
    /// `Authorization: Bearer` (RFC 6750 §2.1).
    Header,
    /// In the posted form (RFC 6750 §2.2).
    Body,
    /// In the query (RFC 6750 §2.3).
    Query,
}

/// How the return carries our one-time value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StateCarrier {
    /// As the parameter that the portal echoes.
    #[default]
    Echoed,
    /// In the path of our own address, since the portal echoes nothing.
    Path,
}
