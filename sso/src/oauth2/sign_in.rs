//! The way of a sign-in: to the portal, and back with a code.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, ResponseType, Scope};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use crate::callback::Callback;
use crate::claims::Claims;
use crate::config::StateCarrier;
use crate::error::{LoginError, bad_callback};
use crate::grant::callback_error;
use crate::identity::PortalSession;
use crate::pending::PendingLogin;

use super::OAuth2;
use super::answer::Reader;
use super::request::Grant;

/// Random bytes of the one-time value.
const RANDOM_BYTES: u32 = 32;

/// The values against which the return is checked, and which the token request repeats.
#[derive(Deserialize, Serialize)]
struct Proof {
    /// Exactly as the authorization request named it (RFC 6749 §4.1.3).
    pub(super) redirect: String,
    /// RFC 7636, where the portal supports it.
    pub(super) verifier: Option<String>,
}

impl OAuth2 {
    pub(super) async fn start(&self, now: DateTime<Utc>) -> Result<(Url, PendingLogin), LoginError> {
        self.http.ready(&self.token, Some(&self.authorize)).await?;
        let section = &self.section;
        let state = CsrfToken::new_random_len(RANDOM_BYTES);
        let redirect = self.redirect(state.secret());
        let proof_key = section.pkce.then(PkceCodeChallenge::new_random_sha256);
        let (challenge, verifier) = proof_key.unzip();

        let client = BasicClient::new(ClientId::new(section.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(self.authorize.clone()));
        let mut request = client
            .authorize_url(|| state)
            .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(redirect.clone())))
            .set_response_type(&ResponseType::new(section.response_type.clone()))
            .add_scopes(section.scopes.iter().cloned().map(Scope::new));
        if let Some(challenge) = challenge {
            request = request.set_pkce_challenge(challenge);
        }
        let (standard, state) = request.url();
        let proof =
            Proof { redirect: redirect.into(), verifier: verifier.as_ref().map(PkceCodeVerifier::secret).cloned() };
        Ok((self.in_dialect(&standard), PendingLogin::new(state.into_secret(), now, &json!(proof))))
    }

    pub(super) async fn complete(
        &self,
        pending: PendingLogin,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Result<(Claims, PortalSession), LoginError> {
        let proof: Proof = pending.redeem(self.one_time_value(&callback)?, now)?;
        if let Some(code) = &callback.error {
            return Err(callback_error(code));
        }
        let code = callback.code.as_deref().ok_or(bad_callback("it carries neither a code nor an error"))?;
        let grant = Grant { code, redirect: &proof.redirect, verifier: proof.verifier.as_deref() };
        let reader = Reader::new(&self.section);
        let exchange = async {
            let answer = self.http.answer(self.token_request(&grant)).await?;
            let token = reader.token(&answer)?;
            let answer = self.http.answer(self.person_request(&token)).await?;
            reader.person(&answer, token)
        };
        let claims = self.http.exchange(exchange).await?;
        let session = PortalSession { end_session_url: self.logout.clone(), ..PortalSession::none() };
        Ok((Claims::new(claims), session))
    }

    /// Our one-time value from where this portal brings it back, and from nowhere else.
    fn one_time_value<'a>(&self, callback: &'a Callback) -> Result<&'a str, LoginError> {
        match (self.section.state, &callback.place, &callback.state) {
            (StateCarrier::Echoed, Some(_), _) => {
                Err(bad_callback("it comes to an address that this portal never gets"))
            }
            (StateCarrier::Echoed, None, Some(state)) => Ok(state),
            (StateCarrier::Echoed, None, None) => Err(bad_callback("it carries no state")),
            (StateCarrier::Path, Some(place), _) => Ok(place),
            (StateCarrier::Path, None, _) => Err(bad_callback("its address holds no one-time value")),
        }
    }
}
