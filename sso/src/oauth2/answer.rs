//! The portal's answers, in any of their formats. Unreadable answers are refused with errors of our own.

mod failure;
mod verdict;

use oauth2::AccessToken;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::config::{OAuth2Config, TokenPlace};
use crate::error::{LoginError, bad_answer};
use crate::grant::{is_bearer_token, is_visible_token};
use crate::http::RawAnswer;
use crate::loose;
use failure::{expired, own_failure};
use verdict::{Verdict, verdict};

/// The member of the person's answer that holds the fields of the token answer: some portals send the subject only there. A name of its
/// own, so that neither answer can stand in for the other.
const TOKEN_ANSWER: &str = "token_answer";

/// An access token whose characters are valid for its place, and what was sent with it.
pub(super) struct Token {
    secret: AccessToken,
    answer: Map<String, Value>,
}

impl Token {
    pub(super) fn secret(&self) -> &str {
        self.secret.secret()
    }
}

/// Reads answers in the format of one portal.
pub(super) struct Reader<'a> {
    section: &'a OAuth2Config,
}

impl<'a> Reader<'a> {
    pub(super) fn new(section: &'a OAuth2Config) -> Self {
        Self { section }
    }

    /// The access token of a token answer. Only used fields are read: `expires_in` and `scope` come in every shape or not at all.
    pub(super) fn token(&self, raw: &RawAnswer) -> Result<Token, LoginError> {
        let text = loose::text(&raw.body, self.section.charset);
        let answer = text.as_deref().and_then(|text| loose::object(text).or_else(|| form(text)));
        let answer = match (answer, raw.status.is_success()) {
            (Some(answer), _) => Value::Object(answer),
            (None, true) => return Err(bad_answer("its token answer is neither JSON nor a form")),
            (None, false) => Value::Object(Map::new()),
        };
        if let Verdict::Failed(code) = verdict(&answer, raw.status, self.section.success.as_ref()) {
            return Err(self.token_failure(code.as_deref(), raw.status));
        }
        let places = &self.section.access_token;
        let found = places.iter().filter_map(|place| loose::at(&answer, place)).find(|value| !value.is_null());
        let secret = found.filter(|value| !value.is_boolean()).and_then(|value| loose::scalar(&value));
        let secret = secret.ok_or(bad_answer("its token answer holds no access token"))?;
        let fits = match self.section.userinfo_token {
            TokenPlace::Header => is_bearer_token(&secret),
            TokenPlace::Body | TokenPlace::Query => is_visible_token(&secret),
        };
        if !fits {
            return Err(bad_answer("its access token holds characters that it cannot hold"));
        }
        if needs_proof(&answer) {
            return Err(bad_answer("its access token is of an unknown kind"));
        }
        let Value::Object(answer) = answer else { return Err(bad_answer("its token answer is not an object")) };
        Ok(Token { secret: AccessToken::new(secret), answer })
    }

    /// The portal's statement about the person. Consumes the token.
    pub(super) fn person(&self, raw: &RawAnswer, token: Token) -> Result<Map<String, Value>, LoginError> {
        let text = loose::text(&raw.body, self.section.charset);
        let answer = match (text.as_deref().and_then(loose::object), raw.status.is_success()) {
            (Some(answer), _) => Value::Object(answer),
            (None, true) => return Err(bad_answer("it is not a JSON object")),
            (None, false) => Value::Object(Map::new()),
        };
        let success = self.section.userinfo_success.as_ref().or(self.section.success.as_ref());
        if let Verdict::Failed(code) = verdict(&answer, raw.status, success) {
            return Err(match code.as_deref() {
                Some(code) if self.is_expired(code) => expired(),
                Some("temporarily_unavailable" | "server_error") => own_failure(),
                _ => bad_answer("it refuses its own access token, or the interface to us"),
            });
        }
        let Value::Object(mut person) = answer else { return Err(bad_answer("it is not a JSON object")) };
        person.insert(TOKEN_ANSWER.to_owned(), Value::Object(token.answer));
        Ok(person)
    }
}

/// A token of these kinds is useless without a key of ours (RFC 9449, RFC 6749 §7.1). Any other word is a portal's own for a bearer token.
fn needs_proof(answer: &Value) -> bool {
    let kind = answer.get("token_type").and_then(Value::as_str).unwrap_or_default();
    ["dpop", "mac", "pop"].iter().any(|known| kind.trim().eq_ignore_ascii_case(known))
}

/// A form (`access_token=...&expires_in=...`), the format of OAuth's earlier drafts. A repeated name is ambiguous, and refused.
fn form(text: &str) -> Option<Map<String, Value>> {
    let text = text.trim();
    if !text.contains('=') || text.starts_with(['{', '[', '<', '"']) {
        return None;
    }
    let mut answer = Map::new();
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        if answer.insert(name.into_owned(), Value::String(value.into_owned())).is_some() {
            return None;
        }
    }
    Some(answer)
}

#[cfg(test)]
mod tests;
