//! An OAuth 2.0 portal's state between two requests.

use std::collections::HashMap;

use crate::simulator::personas::Persona;

#[derive(Default)]
pub(in crate::simulator) struct Memory {
    pub(super) codes: HashMap<String, Grant>,
    pub(super) tokens: HashMap<String, Persona>,
}

/// A sign-in that waits for a persona to be chosen.
#[derive(Clone)]
pub(in crate::simulator) struct AuthRequest {
    pub(super) redirect: String,
    pub(super) state: Option<String>,
    pub(super) challenge: Option<String>,
}

/// A code that waits to be redeemed.
pub(super) struct Grant {
    pub(super) persona: Persona,
    pub(super) request: AuthRequest,
}
