//! Logout tokens (OpenID Connect Back-Channel Logout 1.0): the portal says whose sessions have ended.
//!
//! The library knows none, so the checks of §2.6 are our own; the signature is checked as that of an ID token is.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey, JwsSigningAlgorithm};
use secrecy::ExposeSecret;
use serde_json::{Map, Value};

use super::Oidc;
use super::id_token::part;
use super::keys::{KeySet, MAX_TRIED};
use crate::claims::check_subject;
use crate::config::algorithm;
use crate::error::{LoginError, bad_answer};
use crate::identity::LogoutNotice;

/// §2.4: the member of `events` that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Longer than any portal's token; a form of ours takes no more either.
const MAX_TOKEN: usize = 16 * 1024;

/// How old a token may be, leeway apart: it is sent at once, and tried again for a while where we were away (§2.7 leaves it open).
const MAX_AGE: TimeDelta = TimeDelta::minutes(10);

impl Oidc {
    /// Whose sessions the token ends.
    pub(super) async fn read_logout(&self, token: &str, now: DateTime<Utc>) -> Result<LogoutNotice, LoginError> {
        if token.len() > MAX_TOKEN {
            return Err(bad_answer("the logout token is too long"));
        }
        let header = part(token, 0).ok_or(bad_answer("the logout token cannot be read"))?;
        let claims = part(token, 1).ok_or(bad_answer("the logout token cannot be read"))?;
        let algorithm = self.logout_algorithm(&header)?;
        // What costs nothing is checked first: no key is fetched for a token that is none of ours.
        let notice = self.check_claims(&claims, now)?;
        self.http.exchange(self.check_signature(token, &header, &algorithm)).await?;
        Ok(notice)
    }

    fn logout_algorithm(&self, header: &Map<String, Value>) -> Result<CoreJwsSigningAlgorithm, LoginError> {
        match header.get("typ") {
            None => {}
            Some(Value::String(typ))
                if ["jwt", "logout+jwt", "application/logout+jwt"].contains(&typ.to_ascii_lowercase().as_str()) => {}
            Some(_) => return Err(bad_answer("the logout token is of another type")),
        }
        if header.contains_key("crit") {
            return Err(bad_answer("the logout token demands extensions"));
        }
        let name = header.get("alg").and_then(Value::as_str).unwrap_or_default();
        algorithm(name)
            .filter(|algorithm| self.algorithms.contains(algorithm))
            .ok_or(bad_answer("the logout token is signed with an algorithm that is not allowed"))
    }

    fn check_claims(&self, claims: &Map<String, Value>, now: DateTime<Utc>) -> Result<LogoutNotice, LoginError> {
        if claims.get("iss").and_then(Value::as_str) != Some(self.issuer.as_str()) {
            return Err(bad_answer("the logout token is from another issuer"));
        }
        let ours = |value: &Value| value.as_str() == Some(self.client_id.as_str());
        let for_us = match claims.get("aud") {
            Some(Value::Array(list)) => list.iter().any(ours),
            Some(one) => ours(one),
            None => false,
        };
        if !for_us {
            return Err(bad_answer("the logout token is for another audience"));
        }
        let good_until = self.check_logout_times(claims, now)?;
        let event = claims.get("events").and_then(|events| events.get(EVENT));
        if !event.is_some_and(Value::is_object) {
            return Err(bad_answer("the logout token holds no logout event"));
        }
        if claims.contains_key("nonce") {
            return Err(bad_answer("the logout token holds a nonce, as ID tokens do"));
        }
        let id = text(claims, "jti")?.ok_or(bad_answer("the logout token has no id"))?;
        let (subject, sid) = (text(claims, "sub")?, text(claims, "sid")?);
        if subject.is_none() && sid.is_none() {
            return Err(bad_answer("the logout token names neither a subject nor a session"));
        }
        Ok(LogoutNotice { issuer: self.config.issuer().to_owned(), subject, sid, id, good_until })
    }

    /// §2.4 demands `iat` and `exp`; §2.6 (3): they are checked as in an ID token.
    fn check_logout_times(&self, claims: &Map<String, Value>, now: DateTime<Utc>) -> Result<DateTime<Utc>, LoginError> {
        let issued = time(claims, "iat")?.ok_or(bad_answer("the logout token does not say when it was issued"))?;
        if issued > now + self.leeway {
            return Err(bad_answer("the logout token is issued in the future"));
        }
        let expires = time(claims, "exp")?.ok_or(bad_answer("the logout token does not say when it expires"))?;
        let good_until = (issued + MAX_AGE).min(expires) + self.leeway;
        if good_until <= now {
            return Err(bad_answer("the logout token has expired"));
        }
        if time(claims, "nbf")?.is_some_and(|begins| begins > now + self.leeway) {
            return Err(bad_answer("the logout token is not valid yet"));
        }
        Ok(good_until)
    }

    async fn check_signature(
        &self,
        token: &str,
        header: &Map<String, Value>,
        algorithm: &CoreJwsSigningAlgorithm,
    ) -> Result<(), LoginError> {
        let (message, signature) = token.rsplit_once('.').ok_or(bad_answer("the logout token cannot be read"))?;
        let signature = URL_SAFE_NO_PAD
            .decode(signature.trim_end_matches('='))
            .map_err(|_| bad_answer("the logout token cannot be read"))?;
        let signed_by = |key: &CoreJsonWebKey| key.verify_signature(algorithm, message.as_bytes(), &signature).is_ok();
        if algorithm.uses_shared_secret() {
            let secret = self.config.oidc.client_secret.expose_secret();
            let ours = CoreJsonWebKey::new_symmetric(secret.as_bytes().to_vec());
            return if signed_by(&ours) { Ok(()) } else { Err(NO_KEY) };
        }
        let kid = header.get("kid").and_then(Value::as_str);
        let of_its_kind = |key: &&CoreJsonWebKey| algorithm.key_type().as_ref() == Some(key.key_type());
        let fits = |keys: &KeySet| keys.candidates(kid).filter(of_its_kind).take(MAX_TRIED).any(signed_by);
        let provider = self.provider().await?;
        let keys = self.keys.current(&self.http, &provider.jwks).await?;
        if fits(&keys) || fits(&*self.keys.after(&keys, &self.http, &provider.jwks).await?) {
            return Ok(());
        }
        Err(NO_KEY)
    }
}

const NO_KEY: LoginError = LoginError::BadAnswer { what: "the logout token is signed by none of its keys" };

/// A claim that becomes a key, held to the rules for subjects.
fn text(claims: &Map<String, Value>, name: &str) -> Result<Option<String>, LoginError> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => {
            check_subject(text).map_err(|_| bad_answer("the logout token names something odd"))?;
            Ok(Some(text.clone()))
        }
        Some(_) => Err(bad_answer("the logout token names something odd")),
    }
}

/// NumericDate (RFC 7519 §2): seconds, with a fraction where the portal likes that.
fn time(claims: &Map<String, Value>, name: &str) -> Result<Option<DateTime<Utc>>, LoginError> {
    let odd = bad_answer("the logout token holds an impossible time");
    let Some(value) = claims.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    let seconds = value.as_f64().filter(|seconds| (0.0..MAX_TIME).contains(seconds)).ok_or(odd)?;
    #[allow(clippy::cast_possible_truncation)] // within bounds
    let whole = seconds as i64;
    DateTime::from_timestamp(whole, 0).map(Some).ok_or(odd)
}

/// The year 9999, in seconds.
const MAX_TIME: f64 = 253_402_300_800.0;
