//! A sign-in that has begun and not yet returned.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use subtle::ConstantTimeEq;

use crate::error::LoginError;

/// State that must be kept between [`crate::Portal::begin`] and [`crate::Portal::finish`]. Not `Clone`: finishing and storing consume it,
/// so that one sign-in can be finished once.
pub struct PendingLogin {
    handle: String,
    started_at: DateTime<Utc>,
    /// The driver's state for checking the return, as JSON.
    proof: SecretString,
}

#[derive(Deserialize)]
struct Stored {
    handle: String,
    started_at: DateTime<Utc>,
    proof: String,
}

impl PendingLogin {
    /// How long a visitor may stay at the portal. Older people who must first raise their real-name level there need a while; the store's
    /// own time to live should be equal.
    pub const LIFETIME: TimeDelta = TimeDelta::minutes(30);

    pub(crate) fn new(handle: String, started_at: DateTime<Utc>, proof: &serde_json::Value) -> Self {
        Self { handle, started_at, proof: proof.to_string().into() }
    }

    /// The one-time value that the return carries: the key to store this under.
    pub fn handle(&self) -> &str {
        &self.handle
    }

    /// When the sign-in began.
    pub fn started_at(&self) -> DateTime<Utc> {
        self.started_at
    }

    /// The bytes to store on the server's side. They hold secrets of this sign-in: never in a cookie, never in a log.
    pub fn into_stored(self) -> Vec<u8> {
        let stored = json!({
            "handle": self.handle,
            "started_at": self.started_at,
            "proof": self.proof.expose_secret(),
        });
        stored.to_string().into_bytes()
    }

    /// Reads the bytes of [`PendingLogin::into_stored`].
    ///
    /// # Errors
    /// [`LoginError::Expired`] if the bytes are not that; the visitor can only start again.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, LoginError> {
        let stored: Stored = serde_json::from_slice(bytes)
            .map_err(|_| LoginError::Expired { what: "the stored sign-in is unreadable" })?;
        Ok(Self { handle: stored.handle, started_at: stored.started_at, proof: stored.proof.into() })
    }

    /// Consumes the sign-in for a return that carries `state` at `now`, and returns the driver's own part.
    pub(crate) fn redeem<T: DeserializeOwned>(self, state: &str, now: DateTime<Utc>) -> Result<T, LoginError> {
        if !bool::from(self.handle.as_bytes().ct_eq(state.as_bytes())) {
            return Err(LoginError::StateMismatch);
        }
        if now - self.started_at > Self::LIFETIME {
            return Err(LoginError::Expired { what: "the visitor stayed too long at the portal" });
        }
        serde_json::from_str(self.proof.expose_secret())
            .map_err(|_| LoginError::Expired { what: "the stored sign-in is unreadable" })
    }
}

impl fmt::Debug for PendingLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingLogin").field("started_at", &self.started_at).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
