//! The checks of a return and of its ID token.

use secrecy::ExposeSecret;

use crate::callback::Callback;
use crate::config::TokenEndpointAuthMethod;
use crate::error::{LoginError, bad_answer, bad_callback};

use super::Oidc;
use super::discovery::Provider;
use super::exchange::Tokens;
use super::id_token;
use super::id_token::{Expected, Refusal};
use super::sign_in::Attempt;

impl Oidc {
    /// RFC 9207: a return that names another issuer was mixed up with it, and so was one that should name ours and names none.
    pub(super) fn check_callback_issuer(
        &self,
        callback: &Callback,
        provider: Option<&Provider>,
    ) -> Result<(), LoginError> {
        match callback.issuer.as_deref() {
            Some(issuer) if issuer == self.config.oidc.issuer => Ok(()),
            Some(_) => Err(bad_callback("it names another issuer")),
            None if provider.is_some_and(|provider| provider.names_itself) => {
                Err(bad_callback("it names no issuer, though the portal announces that it does"))
            }
            None => Ok(()),
        }
    }

    /// The ID token's claims after every check; keys are fetched again once where none of them fits.
    pub(super) async fn verified(
        &self,
        provider: &Provider,
        tokens: &Tokens,
        attempt: &Attempt,
    ) -> Result<serde_json::Map<String, serde_json::Value>, LoginError> {
        let expected = Expected {
            issuer: self.issuer.as_str(),
            client_id: self.client_id.as_str(),
            client_secret: self.signing_secret(),
            algorithms: &self.algorithms,
            nonce: attempt.nonce.secret(),
            access_token: &tokens.access_token,
            earliest_issue: attempt.started_at - self.leeway,
            now: attempt.now,
            leeway: self.leeway,
        };
        let keys = self.keys.current(&self.http, &provider.jwks).await?;
        match id_token::verify(&tokens.id_token, &keys, &expected) {
            Err(Refusal::NoKeyFits) => {}
            Err(Refusal::Final(error)) => return Err(error),
            Ok(claims) => return Ok(claims),
        }
        let no_key = bad_answer("the ID token is signed by none of its keys");
        let keys = self.keys.after(&keys, &self.http, &provider.jwks).await?.ok_or(no_key)?;
        id_token::verify(&tokens.id_token, &keys, &expected).map_err(|refusal| match refusal {
            Refusal::NoKeyFits => no_key,
            Refusal::Final(error) => error,
        })
    }

    /// The client secret if there is one, for algorithms that sign with it (OpenID Connect Core §10.1).
    pub(super) fn signing_secret(&self) -> Option<&str> {
        let section = &self.config.oidc;
        let confidential = section.token_endpoint_auth_method != TokenEndpointAuthMethod::None;
        Some(section.client_secret.expose_secret()).filter(|secret| confidential && !secret.is_empty())
    }
}
