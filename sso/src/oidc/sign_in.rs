//! The way of a sign-in: to the portal, and back with checked claims.

use chrono::{DateTime, Utc};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient};
use openidconnect::{
    AuthUrl, CsrfToken, JsonWebKeySet, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::Oidc;
use super::exchange;
use crate::callback::Callback;
use crate::claims::Claims;
use crate::error::{LoginError, bad_answer, bad_callback};
use crate::grant::callback_error;
use crate::identity::PortalSession;
use crate::pending::PendingLogin;

/// Random bytes of `state` and `nonce`.
const RANDOM_BYTES: u32 = 32;

/// The values against which the return is checked.
#[derive(Deserialize)]
struct Proof {
    pub(super) nonce: String,
    verifier: String,
}

/// The values of the current sign-in.
pub(super) struct Attempt {
    pub(super) nonce: Nonce,
    pub(super) started_at: DateTime<Utc>,
    pub(super) now: DateTime<Utc>,
}

impl Oidc {
    pub(super) async fn start(&self, now: DateTime<Utc>) -> Result<(Url, PendingLogin), LoginError> {
        let provider = if let Some(provider) = self.discovery.fresh() {
            self.http.ready(&self.discovery.url, None).await?;
            provider
        } else {
            let provider = self.http.start(self.provider()).await?;
            // A stale document replaces one that could not be fetched: the portal may be down nevertheless.
            self.http.check_outage()?;
            provider
        };
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = CoreClient::new(self.client_id.clone(), self.issuer.clone(), JsonWebKeySet::default())
            .set_auth_uri(AuthUrl::from_url(provider.authorization.clone()))
            .set_redirect_uri(RedirectUrl::from_url(self.callback_url.clone()));
        let further = self.config.oidc.scopes.iter().filter(|scope| *scope != "openid"); // the library adds that one
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new_random_len(RANDOM_BYTES),
                || Nonce::new_random_len(RANDOM_BYTES),
            )
            .add_scopes(further.cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .url();
        let proof = json!({ "nonce": nonce.secret(), "verifier": verifier.secret() });
        Ok((url, PendingLogin::new(state.into_secret(), now, &proof)))
    }

    pub(super) async fn complete(
        &self,
        pending: PendingLogin,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Result<(Claims, PortalSession), LoginError> {
        let started_at = pending.started_at();
        if callback.place.is_some() {
            return Err(bad_callback("it comes to an address that this portal never gets"));
        }
        let state = callback.state.as_deref().ok_or(bad_callback("it carries no state"))?;
        let proof: Proof = pending.redeem(state, now)?;
        self.check_callback_issuer(&callback, self.discovery.known().as_deref())?;
        if let Some(code) = &callback.error {
            return Err(callback_error(code));
        }
        let code = callback.code.as_deref().ok_or(bad_callback("it carries neither a code nor an error"))?;

        let attempt = Attempt { nonce: Nonce::new(proof.nonce), started_at, now };
        let exchange = async {
            let provider = self.provider().await?;
            self.check_callback_issuer(&callback, Some(&provider))?;
            let verifier = PkceCodeVerifier::new(proof.verifier);
            let tokens = self.redeem_code(&provider, code, &verifier).await?;
            let id_claims = self.verified(&provider, &tokens, &attempt).await?;
            let claims = match &provider.userinfo {
                Some(url) => self.user_info(url, &tokens, id_claims.clone()).await?,
                None if id_claims.get("sub").is_some_and(serde_json::Value::is_string) => id_claims.clone(),
                None => return Err(bad_answer("the ID token's subject is a number that no user information confirms")),
            };
            let session = PortalSession {
                sid: exchange::session_id(&id_claims)?,
                sub: exchange::subject(&id_claims),
                id_token: tokens.id_token.into(),
                end_session_url: provider.end_session.clone().ok(),
                announces_end: provider.announces_end,
            };
            Ok((Claims::new(claims), session))
        };
        self.http.exchange(exchange).await
    }
}
