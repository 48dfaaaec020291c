//! An OpenID provider's state between two requests.

use crate::simulator::personas::Persona;

/// An authorization request that waits for a persona to be chosen.
#[derive(Clone)]
pub(in crate::simulator) struct AuthRequest {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) challenge: String,
}

/// A code that waits to be redeemed, and later the grant of its access token.
#[derive(Clone)]
pub(in crate::simulator) struct Grant {
    pub(super) persona: Persona,
    pub(super) request: AuthRequest,
    pub(super) signed_in_at: i64,
}
