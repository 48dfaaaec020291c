//! What a failure at the token endpoint means.

use reqwest::StatusCode;

use super::Reader;
use crate::error::{LoginError, bad_answer};
use crate::grant::known_error;

impl Reader<'_> {
    /// The error for a failure at the token endpoint (RFC 6749 §5.2, and the configured codes).
    pub(super) fn token_failure(&self, code: Option<&str>, status: StatusCode) -> LoginError {
        match code {
            Some(code) if code == "invalid_grant" || self.is_expired(code) => expired(),
            Some("temporarily_unavailable" | "server_error") => own_failure(),
            Some(code) => match known_error(code) {
                Some(what) => LoginError::Rejected { what },
                None => {
                    bad_answer("its token endpoint refuses the code with an error code that is not in the standards")
                }
            },
            // RFC 6749 §5.2: 401 is the answer to an unknown client.
            None if status == StatusCode::UNAUTHORIZED => LoginError::Rejected { what: "invalid_client" },
            None => bad_answer("its token endpoint refuses the code without a reason"),
        }
    }

    pub(super) fn is_expired(&self, code: &str) -> bool {
        self.section.expired_codes.iter().any(|known| known == code)
    }
}

pub(super) fn expired() -> LoginError {
    LoginError::Expired { what: "it no longer accepts the code" }
}

pub(super) fn own_failure() -> LoginError {
    LoginError::Unavailable { what: "it reported a failure of its own" }
}
