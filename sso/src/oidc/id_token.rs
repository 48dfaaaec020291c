//! ID token validation (OpenID Connect Core §3.1.3.7), besides what `jws.rs` checks of every token.

mod refusal;

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{AccessToken, AccessTokenHash, JwsSigningAlgorithm};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use super::jws::Jws;
use super::keys::KeySet;
use crate::claims::check_subject;
use crate::error::{LoginError, bad_answer};
pub(super) use refusal::Refusal;
use refusal::words;

/// The values that the token must agree with.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    /// `None` for a public client: anyone who knows its "secret" could sign.
    pub(super) client_secret: Option<&'a str>,
    pub(super) algorithms: &'a [CoreJwsSigningAlgorithm],
    pub(super) nonce: &'a str,
    pub(super) access_token: &'a AccessToken,
    /// The beginning of the sign-in, less the leeway: no token for it can be older.
    pub(super) earliest_issue: DateTime<Utc>,
    pub(super) now: DateTime<Utc>,
    pub(super) leeway: TimeDelta,
}

/// All claims of a token that passes every check.
pub(super) fn verify(raw: &str, keys: &KeySet, expected: &Expected<'_>) -> Result<Map<String, Value>, Refusal> {
    let token = Jws::read(raw, &["jwt"], expected.algorithms).map_err(|flaw| bad_answer(words(flaw)))?;
    expected.check_parties(&token)?;
    expected.check_times(&token)?;
    let key = expected.signer(&token, keys)?;
    expected.check_access_token(&token, &key)?;
    Ok(token.claims)
}

impl Expected<'_> {
    /// Issuer, audience, subject, and sign-in.
    fn check_parties(&self, token: &Jws<'_>) -> Result<(), LoginError> {
        if !token.is_from(self.issuer) {
            return Err(bad_answer("the ID token is from another issuer"));
        }
        if !token.is_for(self.client_id) {
            return Err(bad_answer("the ID token is for another audience"));
        }
        if token.claim("azp").is_some_and(|party| party.as_str() != Some(self.client_id)) {
            return Err(bad_answer("the ID token was issued to another party"));
        }
        let nonce = token.claim("nonce").and_then(Value::as_str).unwrap_or_default();
        if !bool::from(nonce.as_bytes().ct_eq(self.nonce.as_bytes())) {
            return Err(bad_answer("the ID token belongs to another sign-in"));
        }
        match token.claim("sub") {
            Some(Value::String(subject)) => check_subject(subject),
            // Not what §2 asks for, and only accepted where user information agrees: see `exchange.rs`.
            Some(Value::Number(subject)) if subject.is_u64() => Ok(()),
            _ => Err(bad_answer("the ID token names no subject")),
        }
    }

    /// `exp` not passed, `iat` within this sign-in, `nbf` and `auth_time` not after now; all with the leeway.
    fn check_times(&self, token: &Jws<'_>) -> Result<(), LoginError> {
        let latest = self.now + self.leeway;
        let expires = token.time("exp", bad_answer("the ID token's exp cannot be read"))?;
        let expires = expires.ok_or(bad_answer("the ID token does not say when it expires"))?;
        if expires + self.leeway <= self.now {
            return Err(bad_answer("the ID token has expired"));
        }
        let issued = token.time("iat", bad_answer("the ID token's iat cannot be read"))?;
        let issued = issued.ok_or(bad_answer("the ID token does not say when it was issued"))?;
        if issued > latest {
            return Err(bad_answer("the ID token is issued in the future"));
        }
        if issued < self.earliest_issue {
            return Err(bad_answer("the ID token is older than the sign-in"));
        }
        let begins = token.time("nbf", bad_answer("the ID token's nbf cannot be read"))?;
        if begins.is_some_and(|begins| begins > latest) {
            return Err(bad_answer("the ID token is not valid yet"));
        }
        let impossible = bad_answer("the ID token's auth_time is impossible");
        match token.time("auth_time", impossible)? {
            Some(signed_in) if signed_in > latest => Err(impossible),
            _ => Ok(()),
        }
    }

    fn signer(&self, token: &Jws<'_>, keys: &KeySet) -> Result<CoreJsonWebKey, Refusal> {
        if token.algorithm.uses_shared_secret() {
            let secret = self.client_secret.ok_or(bad_answer("the ID token is signed with a secret we do not have"))?;
            return token.signer_by_secret(secret).ok_or(bad_answer("the ID token's signature is wrong").into());
        }
        token.signer(keys).cloned().ok_or(Refusal::NoKeyFits)
    }

    /// §3.1.3.6: optional in this flow, and binding where it is there.
    fn check_access_token(&self, token: &Jws<'_>, key: &CoreJsonWebKey) -> Result<(), LoginError> {
        let Some(hash) = token.claim("at_hash") else { return Ok(()) };
        let ours = AccessTokenHash::from_token(self.access_token, &token.algorithm, key)
            .map_err(|_| bad_answer("the ID token's at_hash cannot be checked"))?;
        if hash.as_str() != Some(ours.as_str()) {
            return Err(bad_answer("the ID token belongs to another access token"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
