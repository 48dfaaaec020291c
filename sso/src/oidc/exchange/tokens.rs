//! The answer of the token endpoint.

use openidconnect::AccessToken;
use serde_json::{Map, Value};

use crate::error::{LoginError, bad_answer};
use crate::grant::{is_bearer_token, standard_error};

pub(in crate::oidc) struct Tokens {
    pub(in crate::oidc) access_token: AccessToken,
    pub(in crate::oidc) id_token: String,
}

/// Only used fields are read. `expires_in` and `scope` come in every shape, and `token_type` is ignored.
pub(super) fn read_tokens(answer: &Map<String, Value>) -> Result<Tokens, LoginError> {
    let access_token = answer.get("access_token").and_then(Value::as_str);
    let access_token = access_token.ok_or(bad_answer("its token answer holds no access token"))?;
    if !is_bearer_token(access_token) {
        return Err(bad_answer("its access token holds characters that it cannot hold"));
    }
    let kind = answer.get("token_type").and_then(Value::as_str).unwrap_or("Bearer");
    if !kind.trim().eq_ignore_ascii_case("bearer") {
        return Err(bad_answer("its access token is of an unknown kind"));
    }
    let id_token = answer.get("id_token").and_then(Value::as_str).filter(|token| !token.is_empty());
    let id_token = id_token.ok_or(bad_answer("its token answer holds no ID token"))?;
    Ok(Tokens { access_token: AccessToken::new(access_token.to_owned()), id_token: id_token.to_owned() })
}

/// The error for a code of the token endpoint (RFC 6749 §5.2).
pub(super) fn token_error(code: &str) -> LoginError {
    match code {
        "invalid_grant" => LoginError::Expired { what: "it no longer accepts the code" },
        code => LoginError::Rejected { what: standard_error(code) },
    }
}
