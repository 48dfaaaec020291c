//! ID token validation (OpenID Connect Core §3.1.3.7): the library's checks, and beside them those it leaves to us.

use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJsonWebKey, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, ClientId, ClientSecret, IssuerUrl, JsonWebKey,
    JsonWebKeySet, JwsSigningAlgorithm, Nonce,
};
use serde_json::{Map, Value};

use super::keys::{KeySet, MAX_TRIED};
use crate::claims::check_subject;
use crate::error::{LoginError, bad_answer};

/// What the token must agree with.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a IssuerUrl,
    pub(super) client_id: &'a ClientId,
    pub(super) client_secret: Option<&'a ClientSecret>,
    pub(super) algorithms: &'a [CoreJwsSigningAlgorithm],
    pub(super) nonce: &'a Nonce,
    pub(super) access_token: &'a AccessToken,
    /// The sign-in's own beginning, less the leeway: no token for it can be older.
    pub(super) earliest_issue: DateTime<Utc>,
    pub(super) now: DateTime<Utc>,
    pub(super) leeway: TimeDelta,
}

pub(super) enum Refusal {
    /// No key that we know made this signature; newer ones may.
    NoKeyFits,
    Final(LoginError),
}

impl From<LoginError> for Refusal {
    fn from(error: LoginError) -> Self {
        Self::Final(error)
    }
}

/// All claims of a token that passes every check.
pub(super) fn verify(raw: &str, keys: &KeySet, expected: &Expected<'_>) -> Result<Map<String, Value>, Refusal> {
    let token = CoreIdToken::from_str(raw).map_err(|_| bad_answer("the ID token cannot be read"))?;
    let algorithm = token.signing_alg().map_err(|_| bad_answer("the ID token is not signed"))?.clone();
    if !expected.algorithms.contains(&algorithm) {
        return Err(bad_answer("the ID token is signed with an algorithm that is not allowed").into());
    }
    let (claims, key) = check_signature(&token, raw, &algorithm, keys, expected)?;
    expected.check_times(claims)?;
    if claims.authorized_party().is_some_and(|party| party != expected.client_id) {
        return Err(bad_answer("the ID token was issued to another party").into());
    }
    if let Some(hash) = claims.access_token_hash() {
        let ours = AccessTokenHash::from_token(expected.access_token, &algorithm, &key)
            .map_err(|_| bad_answer("the ID token's at_hash cannot be checked"))?;
        if ours != *hash {
            return Err(bad_answer("the ID token belongs to another access token").into());
        }
    }
    check_subject(claims.subject().as_str())?;
    let all = part(raw, 1).ok_or(bad_answer("the ID token cannot be read"))?;
    if let Some(not_before) = all.get("nbf").filter(|value| !value.is_null()) {
        expected.check_not_before(not_before)?;
    }
    Ok(all)
}

/// The library's whole verification, with one candidate key after the other: with several at once it gives up as ambiguous.
fn check_signature<'t>(
    token: &'t CoreIdToken,
    raw: &str,
    algorithm: &CoreJwsSigningAlgorithm,
    keys: &KeySet,
    expected: &Expected<'_>,
) -> Result<(&'t CoreIdTokenClaims, CoreJsonWebKey), Refusal> {
    if algorithm.uses_shared_secret() {
        let secret = expected.client_secret.ok_or(bad_answer("the ID token is signed with a secret we do not have"))?;
        let key = CoreJsonWebKey::new_symmetric(secret.secret().clone().into_bytes());
        return match token.claims(&expected.verifier(Vec::new()), expected.nonce) {
            Ok(claims) => Ok((claims, key)),
            Err(error) => Err(refusal(&error).unwrap_or(bad_answer("the ID token's signature is wrong")).into()),
        };
    }
    let header = part(raw, 0).ok_or(bad_answer("the ID token cannot be read"))?;
    let kid = header.get("kid").and_then(Value::as_str);
    let of_its_kind = |key: &&CoreJsonWebKey| algorithm.key_type().as_ref() == Some(key.key_type());
    for key in keys.candidates(kid).filter(of_its_kind).take(MAX_TRIED) {
        match token.claims(&expected.verifier(vec![key.clone()]), expected.nonce) {
            Ok(claims) => return Ok((claims, key.clone())),
            Err(error) => {
                if let Some(error) = refusal(&error) {
                    return Err(error.into());
                }
            }
        }
    }
    Err(Refusal::NoKeyFits)
}

/// `None` where another key may do.
fn refusal(error: &ClaimsVerificationError) -> Option<LoginError> {
    Some(bad_answer(match error {
        ClaimsVerificationError::SignatureVerification(_) => return None,
        ClaimsVerificationError::Expired(_) => "the ID token has expired",
        ClaimsVerificationError::InvalidAudience(_) => "the ID token is for another audience",
        ClaimsVerificationError::InvalidIssuer(_) => "the ID token is from another issuer",
        ClaimsVerificationError::InvalidNonce(_) => "the ID token belongs to another sign-in",
        _ => "the ID token is of a kind that is not accepted",
    }))
}

impl Expected<'_> {
    fn verifier(&self, keys: Vec<CoreJsonWebKey>) -> CoreIdTokenVerifier<'static> {
        let (client_id, issuer, keys) = (self.client_id.clone(), self.issuer.clone(), JsonWebKeySet::new(keys));
        let verifier = match self.client_secret {
            Some(secret) => CoreIdTokenVerifier::new_confidential_client(client_id, secret.clone(), issuer, keys),
            None => CoreIdTokenVerifier::new_public_client(client_id, issuer, keys),
        };
        let time = self.now - self.leeway; // `exp` may have passed by the leeway
        verifier.set_allowed_algs(self.algorithms.iter().cloned()).set_time_fn(move || time)
    }

    /// `iat` within this sign-in, `auth_time` not after it; both with the leeway.
    fn check_times(&self, claims: &CoreIdTokenClaims) -> Result<(), LoginError> {
        let latest = self.now + self.leeway;
        if claims.issue_time() > latest {
            return Err(bad_answer("the ID token is issued in the future"));
        }
        if claims.issue_time() < self.earliest_issue {
            return Err(bad_answer("the ID token is older than the sign-in"));
        }
        if claims.auth_time().is_some_and(|time| time > latest || time < DateTime::UNIX_EPOCH) {
            return Err(bad_answer("the ID token's auth_time is impossible"));
        }
        Ok(())
    }

    fn check_not_before(&self, not_before: &Value) -> Result<(), LoginError> {
        // Seconds, with a fraction where the portal likes that (RFC 7519 §2, NumericDate).
        let seconds = not_before.as_f64().ok_or(bad_answer("the ID token's nbf cannot be read"))?;
        #[allow(clippy::cast_precision_loss)] // seconds of this millennium are exact in a double
        let latest = (self.now + self.leeway).timestamp() as f64;
        if seconds > latest {
            return Err(bad_answer("the ID token is not valid yet"));
        }
        Ok(())
    }
}

/// The JSON object in one dot-separated part of a JWT.
pub(super) fn part(raw: &str, index: usize) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(raw.split('.').nth(index)?.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests;
