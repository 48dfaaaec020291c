//! Logout tokens (OpenID Connect Back-Channel Logout 1.0): the portal says whose sessions have ended.
//!
//! §2.6: issuer, audience, times and signature are checked as those of an ID token are, by the same code.

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::JwsSigningAlgorithm;
use serde_json::{Map, Value};

use super::Oidc;
use super::jws::{Flaw, Jws};
use crate::claims::check_subject;
use crate::error::{LoginError, bad_answer};
use crate::identity::LogoutNotice;

/// §2.4: the member of `events` that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// §2.4 recommends `logout+jwt`; before its final text there was no rule.
const TYPES: [&str; 2] = ["logout+jwt", "jwt"];

/// Longer than any portal's token; our own form accepts no more either.
const MAX_TOKEN: usize = 16 * 1024;

/// How old a token may be, leeway apart: it is sent at once, and retried for a while where we were unreachable (§2.7 leaves it open).
const MAX_AGE: TimeDelta = TimeDelta::minutes(10);

impl Oidc {
    /// Verifies a logout token: whose sessions it ends.
    pub(super) async fn read_logout(&self, token: &str, now: DateTime<Utc>) -> Result<LogoutNotice, LoginError> {
        if token.len() > MAX_TOKEN {
            return Err(bad_answer("the logout token is too long"));
        }
        let token = Jws::read(token, &TYPES, &self.algorithms).map_err(|flaw| bad_answer(words(flaw)))?;
        // Cheap checks come first: no key is fetched for a token that is not for us.
        let notice = self.check_claims(&token, now)?;
        self.http.exchange(self.check_signature(&token)).await?;
        Ok(notice)
    }

    fn check_claims(&self, token: &Jws<'_>, now: DateTime<Utc>) -> Result<LogoutNotice, LoginError> {
        if !token.is_from(self.issuer.as_str()) {
            return Err(bad_answer("the logout token is from another issuer"));
        }
        if !token.is_for(self.client_id.as_str()) {
            return Err(bad_answer("the logout token is for another audience"));
        }
        let good_until = self.check_logout_times(token, now)?;
        let claims = &token.claims;
        let event = claims.get("events").and_then(|events| events.get(EVENT));
        if !event.is_some_and(Value::is_object) {
            return Err(bad_answer("the logout token holds no logout event"));
        }
        if claims.contains_key("nonce") {
            return Err(bad_answer("the logout token holds a nonce, as ID tokens do"));
        }
        let id = text(claims, "jti")?.ok_or(bad_answer("the logout token has no id"))?;
        // A session id that is a number is read as in the ID token.
        let sid = match claims.get("sid") {
            Some(Value::Number(sid)) => Some(sid.to_string()),
            _ => text(claims, "sid")?,
        };
        let subject = text(claims, "sub")?;
        if subject.is_none() && sid.is_none() {
            return Err(bad_answer("the logout token names neither a subject nor a session"));
        }
        Ok(LogoutNotice { issuer: self.config.issuer().to_owned(), subject, sid, id, good_until })
    }

    /// §2.4 demands `iat` and `exp`; §2.6 (3): they are checked as in an ID token.
    fn check_logout_times(&self, token: &Jws<'_>, now: DateTime<Utc>) -> Result<DateTime<Utc>, LoginError> {
        let odd = bad_answer("the logout token holds an impossible time");
        let issued = token.time("iat", odd)?.ok_or(bad_answer("the logout token does not say when it was issued"))?;
        if issued > now + self.leeway {
            return Err(bad_answer("the logout token is issued in the future"));
        }
        let expires = token.time("exp", odd)?.ok_or(bad_answer("the logout token does not say when it expires"))?;
        let good_until = (issued + MAX_AGE).min(expires) + self.leeway;
        if good_until <= now {
            return Err(bad_answer("the logout token has expired"));
        }
        if token.time("nbf", odd)?.is_some_and(|begins| begins > now + self.leeway) {
            return Err(bad_answer("the logout token is not valid yet"));
        }
        Ok(good_until)
    }

    async fn check_signature(&self, token: &Jws<'_>) -> Result<(), LoginError> {
        if token.algorithm.uses_shared_secret() {
            let signer = self.signing_secret().and_then(|secret| token.signer_by_secret(secret));
            return signer.map(|_| ()).ok_or(NO_KEY);
        }
        let provider = self.provider().await?;
        let keys = self.keys.current(&self.http, &provider.jwks).await?;
        if token.signer(&keys).is_some() {
            return Ok(());
        }
        let keys = self.keys.after(&keys, &self.http, &provider.jwks).await?.ok_or(NO_KEY)?;
        token.signer(&keys).map(|_| ()).ok_or(NO_KEY)
    }
}

const NO_KEY: LoginError = LoginError::BadAnswer { what: "the logout token is signed by none of its keys" };

fn words(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Unreadable => "the logout token cannot be read",
        Flaw::Unsigned => "the logout token is not signed",
        Flaw::Algorithm => "the logout token is signed with an algorithm that is not allowed",
        Flaw::Kind => "the logout token is of another kind",
    }
}

/// A claim that becomes a key, and must satisfy the rules for subjects.
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
