//! Signed tokens (RFC 7515 compact form, RFC 7519): the common part of ID tokens and logout tokens.
//!
//! The library does the arithmetic of signatures. Its verifier of ID tokens is not used: it reads every standard claim with the type of the
//! standard, and a sign-in would fail over an unused `updated_at` that is a date; of logout tokens it knows nothing.

mod parts;

use chrono::{DateTime, Utc};
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey, JsonWebKeyAlgorithm, JwsSigningAlgorithm};
use serde_json::{Map, Value};

use super::keys::{KeySet, MAX_TRIED};
use crate::config::algorithm;
use parts::{check_kind, decoded, numeric_date, object};

/// A parsed token. Nothing in it is trusted before one of our signature checks has passed.
pub(super) struct Jws<'a> {
    header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    pub(super) algorithm: CoreJwsSigningAlgorithm,
    message: &'a [u8],
    signature: Vec<u8>,
}

/// Why a token is refused before its claims are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    Unreadable,
    Unsigned,
    Algorithm,
    /// Made for another purpose, encrypted, or with an unknown critical extension.
    Kind,
}

impl<'a> Jws<'a> {
    /// Parses `raw`. `types` are the values that `typ` may have, without `application/`; it may be absent too. Header fields that are
    /// `null` count as absent, as portals write them.
    pub(super) fn read(raw: &'a str, types: &[&str], allowed: &[CoreJwsSigningAlgorithm]) -> Result<Self, Flaw> {
        let (message, signature) = raw.rsplit_once('.').ok_or(Flaw::Unreadable)?;
        let (header, claims) =
            message.split_once('.').filter(|(_, rest)| !rest.contains('.')).ok_or(Flaw::Unreadable)?;
        let header = object(header).ok_or(Flaw::Unreadable)?;
        let name = header.get("alg").and_then(Value::as_str).ok_or(Flaw::Unreadable)?;
        if name.eq_ignore_ascii_case("none") {
            return Err(Flaw::Unsigned);
        }
        let algorithm = algorithm(name).filter(|algorithm| allowed.contains(algorithm)).ok_or(Flaw::Algorithm)?;
        check_kind(&header, types)?;
        let claims = object(claims).ok_or(Flaw::Unreadable)?;
        let signature = decoded(signature).ok_or(Flaw::Unreadable)?;
        Ok(Self { header, claims, algorithm, message: message.as_bytes(), signature })
    }

    /// The published key that made the signature. Where the token names a key, only keys of that name are tried.
    pub(super) fn signer<'k>(&self, keys: &'k KeySet) -> Option<&'k CoreJsonWebKey> {
        let kid = self.header.get("kid").and_then(Value::as_str);
        let of_its_kind = |key: &&CoreJsonWebKey| {
            let for_algorithm = match key.signing_alg() {
                JsonWebKeyAlgorithm::Algorithm(algorithm) => *algorithm == self.algorithm,
                JsonWebKeyAlgorithm::Unspecified => true,
                JsonWebKeyAlgorithm::Unsupported => false,
            };
            for_algorithm && self.algorithm.key_type().as_ref() == Some(key.key_type())
        };
        keys.candidates(kid).filter(of_its_kind).take(MAX_TRIED).find(|key| self.is_signed_with(key))
    }

    /// The secret as a key, if that made the signature.
    pub(super) fn signer_by_secret(&self, secret: &str) -> Option<CoreJsonWebKey> {
        let key = CoreJsonWebKey::new_symmetric(secret.as_bytes().to_vec());
        self.is_signed_with(&key).then_some(key)
    }

    fn is_signed_with(&self, key: &CoreJsonWebKey) -> bool {
        key.verify_signature(&self.algorithm, self.message, &self.signature).is_ok()
    }

    /// OpenID Connect Core §3.1.3.7 (2).
    pub(super) fn is_from(&self, issuer: &str) -> bool {
        self.claims.get("iss").and_then(Value::as_str) == Some(issuer)
    }

    /// OpenID Connect Core §3.1.3.7 (3): for us, and for no other audience, since no other is trusted here.
    pub(super) fn is_for(&self, client_id: &str) -> bool {
        let ours = |value: &Value| value.as_str() == Some(client_id);
        match self.claims.get("aud") {
            Some(Value::Array(list)) => !list.is_empty() && list.iter().all(ours),
            Some(one) => ours(one),
            None => false,
        }
    }

    /// A claim that is not `null`, which is how some portals write an absent value.
    pub(super) fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.get(name).filter(|value| !value.is_null())
    }

    /// NumericDate (RFC 7519 §2): seconds, optionally with a fraction. `None` if the claim is absent.
    pub(super) fn time<E>(&self, name: &str, odd: E) -> Result<Option<DateTime<Utc>>, E> {
        let Some(value) = self.claim(name) else { return Ok(None) };
        numeric_date(value).map(Some).ok_or(odd)
    }
}
