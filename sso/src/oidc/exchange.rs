//! Exchanges the code for tokens, and the access token for user information.

mod tokens;

use openidconnect::PkceCodeVerifier;
use secrecy::ExposeSecret;
use serde_json::{Map, Value};
use url::Url;

use super::Oidc;
use super::discovery::Provider;
use crate::blank::trimmed;
use crate::claims::check_subject;
use crate::config::TokenEndpointAuthMethod;
use crate::error::{LoginError, bad_answer};
use crate::grant::form_encoded;
use crate::loose::{self, Charset};
pub(super) use tokens::Tokens;
use tokens::{read_tokens, token_error};

impl Oidc {
    /// Redeems the authorization code (RFC 6749 §4.1.3).
    pub(super) async fn redeem_code(
        &self,
        provider: &Provider,
        code: &str,
        verifier: &PkceCodeVerifier,
    ) -> Result<Tokens, LoginError> {
        let section = &self.config.oidc;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.callback_url.as_str()),
            ("code_verifier", verifier.secret()),
        ];
        let mut request = self.http.client().post(provider.token.clone());
        let secret = section.client_secret.expose_secret();
        match section.token_endpoint_auth_method {
            TokenEndpointAuthMethod::ClientSecretBasic => {
                request = request.basic_auth(form_encoded(&section.client_id), Some(form_encoded(secret)));
            }
            TokenEndpointAuthMethod::ClientSecretPost => {
                form.extend([("client_id", section.client_id.as_str()), ("client_secret", secret)]);
            }
            TokenEndpointAuthMethod::None => form.push(("client_id", &section.client_id)),
        }
        let answer = self.http.json(request.form(&form), Charset::Utf8).await?;
        if let Some(code) = answer.body.get("error").and_then(Value::as_str) {
            return Err(token_error(code));
        }
        if !answer.status.is_success() {
            return Err(bad_answer("its token endpoint refuses the code without a reason"));
        }
        read_tokens(&answer.body)
    }

    /// The user information under the ID token's claims: those are signed, so they win.
    pub(super) async fn user_info(
        &self,
        url: &Url,
        tokens: &Tokens,
        id_claims: Map<String, Value>,
    ) -> Result<Map<String, Value>, LoginError> {
        let request = self.http.client().get(url.clone()).bearer_auth(tokens.access_token.secret());
        let answer = self.http.json(request, Charset::Utf8).await?;
        if !answer.status.is_success() {
            return Err(bad_answer("it refuses its own access token"));
        }
        let mut claims = answer.body;
        let theirs = subject(&claims).ok_or(bad_answer("its user information names no subject"))?;
        if subject(&id_claims).as_ref() != Some(&theirs) {
            return Err(bad_answer("its user information is about another subject"));
        }
        for (name, value) in id_claims {
            let says_something = !value.is_null() && value.as_str().is_none_or(|text| !trimmed(text).is_empty());
            if says_something {
                claims.insert(name, value);
            }
        }
        Ok(claims)
    }
}

/// A subject as text, also where it is written as a number: by its digits, where all of them were read.
pub(super) fn subject(claims: &Map<String, Value>) -> Option<String> {
    claims.get("sub").filter(|subject| !subject.is_boolean()).and_then(loose::scalar)
}

/// The portal's session id, as text where it is a number; it becomes a key, so it must satisfy the rules for subjects.
pub(super) fn session_id(claims: &Map<String, Value>) -> Result<Option<String>, LoginError> {
    match claims.get("sid") {
        Some(Value::String(sid)) if !sid.is_empty() => {
            check_subject(sid).map_err(|_| bad_answer("the ID token's sid is odd"))?;
            Ok(Some(sid.clone()))
        }
        Some(Value::Number(sid)) => Ok(Some(sid.to_string())),
        _ => Ok(None),
    }
}
