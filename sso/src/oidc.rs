//! OpenID Connect: authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636, RFC 9207).
//!
//! `openidconnect` makes the authorization request and checks signatures. The requests to the portal and the reading of its answers are our
//! own: the library's types refuse what real portals send (a number for a string in a field that nobody reads), and its errors print whole
//! token answers.

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm};
use openidconnect::{
    AuthUrl, ClientId, CsrfToken, IssuerUrl, JsonWebKeySet, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    Scope,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::callback::Callback;
use crate::claims::Claims;
use crate::config::{ConfigError, PortalConfig, TokenEndpointAuthMethod, algorithm};
use crate::driver::{Answer, Driver};
use crate::endpoint::{Territory, parse_issuer};
use crate::error::{LoginError, bad_answer, bad_callback};
use crate::finding::Finding;
use crate::grant::callback_error;
use crate::http::{Bounds, Http};
use crate::identity::{LogoutNotice, PortalSession};
use crate::pending::PendingLogin;

mod check;
mod discovery;
mod exchange;
mod id_token;
mod jws;
mod keys;
mod logout;
mod unique;

use discovery::{Discovery, Provider};
use exchange::Tokens;
use id_token::{Expected, Refusal};
use keys::Keys;

/// Random bytes of `state` and `nonce`.
const RANDOM_BYTES: u32 = 32;

/// Longer ID tokens are omitted from the sign-out URL: proxies truncate URLs at 8 KiB, and the portal can ask the visitor.
const MAX_HINT: usize = 6 * 1024;

pub(crate) struct Oidc {
    config: PortalConfig,
    callback_url: Url,
    issuer: IssuerUrl,
    client_id: ClientId,
    algorithms: Vec<CoreJwsSigningAlgorithm>,
    leeway: TimeDelta,
    http: Http,
    territory: Territory,
    discovery: Discovery,
    keys: Keys,
}

/// The values against which the return is checked.
#[derive(Deserialize)]
struct Proof {
    nonce: String,
    verifier: String,
}

/// The values of the current sign-in.
struct Attempt {
    nonce: Nonce,
    started_at: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Oidc {
    pub(crate) fn new(config: &PortalConfig, callback_url: Url) -> Result<Self, ConfigError> {
        let section = &config.oidc;
        let issuer_url = parse_issuer(&section.issuer).map_err(|reason| format!("portal.oidc.issuer: {reason}"))?;
        let issuer =
            IssuerUrl::new(section.issuer.clone()).map_err(|_| "portal.oidc.issuer: is not a URL".to_owned())?;
        let leeway = TimeDelta::from_std(section.clock_leeway)
            .map_err(|_| "portal.oidc.clock_leeway: is too long".to_owned())?;
        Ok(Self {
            callback_url,
            issuer,
            client_id: ClientId::new(section.client_id.clone()),
            algorithms: section.allowed_algs.iter().filter_map(|name| algorithm(name)).collect(),
            leeway,
            http: Http::new(Bounds {
                timeout: section.timeout,
                request_timeout: section.request_timeout,
                max_body: section.max_body.as_u64(),
                outage: config.outage.clone(),
            })?,
            territory: Territory::new(issuer_url, &section.allowed_hosts),
            discovery: Discovery::new(&section.issuer)?,
            keys: Keys::new(section.jwks_min_refresh),
            config: config.clone(),
        })
    }

    async fn provider(&self) -> Result<std::sync::Arc<Provider>, LoginError> {
        self.discovery.current(&self.http, &self.territory).await
    }

    async fn start(&self, now: DateTime<Utc>) -> Result<(Url, PendingLogin), LoginError> {
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

    async fn complete(
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

    /// RFC 9207: a return that names another issuer was mixed up with it, and so was one that should name ours and names none.
    fn check_callback_issuer(&self, callback: &Callback, provider: Option<&Provider>) -> Result<(), LoginError> {
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
    async fn verified(
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
    fn signing_secret(&self) -> Option<&str> {
        let section = &self.config.oidc;
        let confidential = section.token_endpoint_auth_method != TokenEndpointAuthMethod::None;
        Some(section.client_secret.expose_secret()).filter(|secret| confidential && !secret.is_empty())
    }
}

impl Driver for Oidc {
    fn begin(&self, now: DateTime<Utc>) -> Answer<'_, Result<(Url, PendingLogin), LoginError>> {
        Box::pin(self.start(now))
    }

    fn finish(
        &self,
        pending: PendingLogin,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Answer<'_, Result<(Claims, PortalSession), LoginError>> {
        Box::pin(self.complete(pending, callback, now))
    }

    fn logout_notice<'a>(&'a self, token: &'a str, now: DateTime<Utc>) -> Answer<'a, Result<LogoutNotice, LoginError>> {
        Box::pin(self.read_logout(token, now))
    }

    fn sign_out_url(&self, session: &PortalSession, return_to: &Url, state: &str) -> Option<Url> {
        let mut url = self.territory.admit(session.end_session_url.as_ref()?.as_str()).ok()?;
        let hint = hint(&session.id_token);
        let mut query = url.query_pairs_mut();
        if let Some(hint) = hint {
            query.append_pair("id_token_hint", hint);
        }
        query
            .append_pair("client_id", &self.config.oidc.client_id)
            .append_pair("post_logout_redirect_uri", return_to.as_str())
            .append_pair("state", state);
        drop(query);
        Some(url)
    }

    fn browser_origins(&self) -> Vec<String> {
        self.territory.origins()
    }

    fn probe(&self) -> Answer<'_, Result<(), LoginError>> {
        Box::pin(self.http.probe(&self.discovery.url, None))
    }

    fn is_silent(&self) -> bool {
        self.http.check_outage().is_err()
    }

    fn check(&self, now: DateTime<Utc>) -> Answer<'_, Vec<Finding>> {
        Box::pin(check::check(self, now))
    }
}

fn hint(id_token: &SecretString) -> Option<&str> {
    let token = id_token.expose_secret();
    (!token.is_empty() && token.len() <= MAX_HINT).then_some(token)
}
