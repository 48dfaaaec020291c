//! OAuth 2.0 (RFC 6749 §4.1) as provincial portals speak it: every name, place and method is configuration.
//!
//! `oauth2` writes the authorization request and makes the random values; [`OAuth2::in_dialect`] then gives its parameters the portal's own
//! names. `answer.rs` reads the answers: the library's types refuse what real portals send (a number as a string, JSON inside a string,
//! GBK, an error under status 200).
//!
//! There is no signed token here. The person is bound to this sign-in by the one-time value, which comes back as `state` or in our own
//! address, and by the code, which the portal accepts only with our secret.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, ResponseType, Scope};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use crate::callback::{Callback, Manner};
use crate::claims::Claims;
use crate::config::{ConfigError, OAuth2Config, PortalConfig, StateCarrier};
use crate::driver::{Answer, Driver};
use crate::endpoint::parse_endpoint;
use crate::error::{LoginError, bad_callback};
use crate::finding::Finding;
use crate::grant::callback_error;
use crate::http::{Bounds, Http};
use crate::identity::PortalSession;
use crate::pending::PendingLogin;

mod answer;
mod check;
mod request;

use answer::Reader;
use request::Grant;

/// Random bytes of the one-time value.
const RANDOM_BYTES: u32 = 32;

pub(crate) struct OAuth2 {
    section: OAuth2Config,
    callback_url: Url,
    authorize: Url,
    token: Url,
    userinfo: Url,
    logout: Option<Url>,
    http: Http,
}

/// The values against which the return is checked, and which the token request repeats.
#[derive(Deserialize, Serialize)]
struct Proof {
    /// Exactly as the authorization request named it (RFC 6749 §4.1.3).
    redirect: String,
    /// RFC 7636, where the portal supports it.
    verifier: Option<String>,
}

impl OAuth2 {
    pub(crate) fn new(config: &PortalConfig, callback_url: Url) -> Result<Self, ConfigError> {
        let section = config.oauth2.clone();
        let http = Http::new(Bounds {
            timeout: section.timeout,
            request_timeout: section.request_timeout,
            max_body: section.max_body.as_u64(),
            outage: config.outage.clone(),
        })?;
        let endpoint = |key: &str, url: &str| {
            parse_endpoint(url).map_err(|reason| ConfigError::from(format!("portal.oauth2.{key}: {reason}")))
        };
        Ok(Self {
            authorize: endpoint("authorize_url", &section.authorize_url)?,
            token: endpoint("token_url", &section.token_url)?,
            userinfo: endpoint("userinfo_url", &section.userinfo_url)?,
            logout: match section.logout_url.as_str() {
                "" => None,
                url => Some(endpoint("logout_url", url)?),
            },
            section,
            callback_url,
            http,
        })
    }

    async fn start(&self, now: DateTime<Utc>) -> Result<(Url, PendingLogin), LoginError> {
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

    /// The return address for the browser.
    fn redirect(&self, handle: &str) -> Url {
        match self.section.state {
            StateCarrier::Echoed => self.callback_url.clone(),
            StateCarrier::Path => below(&self.callback_url, handle),
        }
    }

    /// The library's request with the portal's own names for its parameters, and the configured further ones.
    fn in_dialect(&self, standard: &Url) -> Url {
        let section = &self.section;
        let own = self.authorize.query_pairs().count();
        let mut url = self.authorize.clone();
        let mut query = url.query_pairs_mut();
        for (name, value) in standard.query_pairs().skip(own) {
            let name = match &*name {
                "response_type" if value.is_empty() => continue,
                "state" if section.state == StateCarrier::Path => continue,
                "client_id" => &section.client_id_param,
                "redirect_uri" => &section.redirect_param,
                "state" => &section.state_param,
                other => other,
            };
            query.append_pair(name, &value);
        }
        query.extend_pairs(self.further(&section.authorize_params));
        drop(query);
        url
    }

    /// Configured parameters; `{client_id}` is replaced by our client id.
    fn further<'a>(&'a self, parameters: &'a BTreeMap<String, String>) -> impl Iterator<Item = (&'a str, &'a str)> {
        parameters.iter().map(|(name, value)| {
            (name.as_str(), if value == "{client_id}" { self.section.client_id.as_str() } else { value.as_str() })
        })
    }

    async fn complete(
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

/// `handle` as one more segment of the path. It is base64url, so nothing is encoded.
fn below(callback_url: &Url, handle: &str) -> Url {
    let mut url = callback_url.clone();
    let path = format!("{}/{handle}", callback_url.path().trim_end_matches('/'));
    url.set_path(&path);
    url
}

impl Driver for OAuth2 {
    fn begin(&self, now: DateTime<Utc>) -> Answer<'_, Result<(Url, PendingLogin), LoginError>> {
        Box::pin(self.start(now))
    }

    fn manner(&self) -> Manner<'_> {
        // A portal that does not echo received no `state`: any value of that name is its own.
        let state = match self.section.state {
            StateCarrier::Echoed => Some(self.section.state_param.as_str()),
            StateCarrier::Path => None,
        };
        Manner { code: &self.section.code_param, state, ..Manner::STANDARD }
    }

    fn finish(
        &self,
        pending: PendingLogin,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Answer<'_, Result<(Claims, PortalSession), LoginError>> {
        Box::pin(self.complete(pending, callback, now))
    }

    /// `state` comes back in one place: as the parameter that the portal echoes, or else in the return address itself.
    fn sign_out_url(&self, session: &PortalSession, return_to: &Url, state: &str) -> Option<Url> {
        session.end_session_url.as_ref()?; // signed in some other way: the portal holds no session
        let section = &self.section;
        let mut url = self.logout.clone()?;
        let mut return_to = return_to.clone();
        let echoed = section.state == StateCarrier::Echoed && section.state_param == "state";
        if !echoed {
            return_to.query_pairs_mut().append_pair("state", state);
        }
        let mut query = url.query_pairs_mut();
        query.extend_pairs(self.further(&section.logout_params));
        if !section.logout_redirect_param.is_empty() {
            query.append_pair(&section.logout_redirect_param, return_to.as_str());
        }
        if echoed {
            query.append_pair("state", state);
        }
        drop(query);
        Some(url)
    }

    fn browser_origins(&self) -> Vec<String> {
        let mut origins = vec![self.authorize.origin().ascii_serialization()];
        origins.extend(self.logout.as_ref().map(|url| url.origin().ascii_serialization()));
        origins.dedup();
        origins
    }

    fn probe(&self) -> Answer<'_, Result<(), LoginError>> {
        Box::pin(self.http.probe(&self.token, Some(&self.authorize)))
    }

    fn is_silent(&self) -> bool {
        self.http.check_outage().is_err()
    }

    fn check(&self, now: DateTime<Utc>) -> Answer<'_, Vec<Finding>> {
        Box::pin(check::check(self, now))
    }
}
