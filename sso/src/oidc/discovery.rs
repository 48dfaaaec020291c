//! The portal's discovery document, read leniently and trusted in part.
//!
//! Only the used fields are read: a document is not refused for an algorithm name or a URL that is not used.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::endpoint::Territory;
use crate::error::{LoginError, bad_answer};
use crate::http::Http;
use crate::loose::Charset;

/// How long a document is cached.
const LIFE: Duration = Duration::from_hours(1);
/// How long a stale document is still used while the portal does not answer.
const STALE_LIFE: Duration = Duration::from_hours(24);
/// The backoff after a failed renewal, while there is a stale document.
const RETRY: Duration = Duration::from_mins(1);

/// The endpoints, each on an admitted origin.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) authorization: Url,
    pub(super) token: Url,
    pub(super) jwks: Url,
    pub(super) userinfo: Option<Url>,
    /// Where the browser ends the portal's session, or why it cannot. A sign-in does not fail for it.
    pub(super) end_session: Result<Url, &'static str>,
    /// Whether the return names the issuer (RFC 9207).
    pub(super) names_itself: bool,
    /// Whether the portal notifies us when it ends a session (Back-Channel Logout 1.0 §2.1).
    pub(super) announces_end: bool,
    /// Announced signing algorithms; for the operator's eyes only.
    pub(super) algorithms: Vec<String>,
    /// Announced PKCE methods; for the operator's eyes only.
    pub(super) challenge_methods: Vec<String>,
}

/// Why a document was not accepted, with the detail that an operator needs.
pub(super) struct Refused {
    pub(super) error: LoginError,
    pub(super) detail: String,
}

impl From<LoginError> for Refused {
    fn from(error: LoginError) -> Self {
        Self { error, detail: error.to_string() }
    }
}

#[derive(Default)]
struct State {
    provider: Option<Arc<Provider>>,
    fetched_at: Option<Instant>,
    failed: Option<(Instant, LoginError)>,
}

pub(super) struct Discovery {
    issuer: String,
    pub(super) url: Url,
    state: RwLock<State>,
    /// Held while fetching, so that concurrent visitors share one request.
    turn: Mutex<()>,
}

impl Discovery {
    pub(super) fn new(issuer: &str) -> Result<Self, String> {
        let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let url = Url::parse(&url).map_err(|reason| format!("portal.oidc.issuer: is not a URL ({reason})"))?;
        Ok(Self { issuer: issuer.to_owned(), url, state: RwLock::default(), turn: Mutex::new(()) })
    }

    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// The document while it needs no renewal.
    pub(super) fn fresh(&self) -> Option<Arc<Provider>> {
        self.read(|state| {
            let young = state.fetched_at.is_some_and(|at| at.elapsed() < LIFE);
            let usable = state.fetched_at.is_some_and(|at| at.elapsed() < STALE_LIFE);
            let just_failed = state.failed.is_some_and(|(at, _)| at.elapsed() < RETRY);
            state.provider.clone().filter(|_| young || (usable && just_failed))
        })
    }

    pub(super) fn known(&self) -> Option<Arc<Provider>> {
        self.read(|state| state.provider.clone())
    }

    /// The document, from the cache or fetched. A failure is not cached, but those who waited for it share it: the first sign-in after the
    /// portal is back succeeds.
    pub(super) async fn current(&self, http: &Http, territory: &Territory) -> Result<Arc<Provider>, LoginError> {
        let asked_at = Instant::now();
        if let Some(provider) = self.fresh() {
            return Ok(provider);
        }
        let _turn = self.turn.lock().await;
        if let Some(provider) = self.fresh() {
            return Ok(provider);
        }
        if let Some((_, error)) = self.read(|state| state.failed.filter(|(at, _)| *at >= asked_at)) {
            return Err(error);
        }
        match self.fetch(http, territory).await {
            Ok((provider, _)) => {
                let provider = Arc::new(provider);
                self.write(|state| {
                    *state = State { provider: Some(provider.clone()), fetched_at: Some(Instant::now()), failed: None };
                });
                Ok(provider)
            }
            Err(Refused { error, detail }) => {
                tracing::warn!(detail, "the portal's discovery document cannot be used");
                // A document that fails a check is no reason to trust the last one: that may be the forged one.
                let gone = !matches!(error, LoginError::Unavailable { .. });
                self.write(|state| {
                    state.failed = Some((Instant::now(), error));
                    if gone {
                        state.provider = None;
                    }
                });
                self.fresh().ok_or(error)
            }
        }
    }

    /// Fetches the document, bypassing the cache. Also returns the portal's clock.
    pub(super) async fn fetch(
        &self,
        http: &Http,
        territory: &Territory,
    ) -> Result<(Provider, Option<DateTime<Utc>>), Refused> {
        let answer = http.json(http.client().get(self.url.clone()), Charset::Utf8).await?;
        if !answer.status.is_success() {
            let detail = format!("its discovery document is answered with status {}", answer.status.as_u16());
            return Err(Refused { error: bad_answer("it has no discovery document"), detail });
        }
        let provider = self.accept(&answer.body, territory)?;
        Ok((provider, answer.date))
    }

    fn accept(&self, document: &Map<String, Value>, territory: &Territory) -> Result<Provider, Refused> {
        let issuer = document.get("issuer").and_then(Value::as_str).unwrap_or_default();
        if issuer != self.issuer {
            let shown: String = issuer.chars().take(200).collect();
            return Err(Refused {
                error: bad_answer("its discovery document names another issuer than the configuration"),
                detail: format!(
                    "its discovery document names the issuer {shown:?}, the configuration {:?}",
                    self.issuer
                ),
            });
        }
        let endpoint = |name: &'static str| -> Result<Option<Url>, Refused> {
            let Some(text) = document.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()) else {
                return Ok(None);
            };
            territory.admit(text).map(Some).map_err(|reason| Refused {
                error: bad_answer("its discovery document names an endpoint that must not be used"),
                detail: format!("its {name} {reason}"),
            })
        };
        let needed = |name: &'static str| {
            endpoint(name)?.ok_or_else(|| Refused {
                error: bad_answer("its discovery document lacks an endpoint"),
                detail: format!("its discovery document has no {name}"),
            })
        };
        Ok(Provider {
            authorization: needed("authorization_endpoint")?,
            token: needed("token_endpoint")?,
            jwks: needed("jwks_uri")?,
            userinfo: endpoint("userinfo_endpoint")?,
            end_session: match document.get("end_session_endpoint").and_then(Value::as_str) {
                Some(text) => territory.admit(text),
                None => Err("is not offered"),
            },
            names_itself: document.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true)),
            announces_end: document.get("backchannel_logout_supported") == Some(&Value::Bool(true)),
            algorithms: strings(document.get("id_token_signing_alg_values_supported")),
            challenge_methods: strings(document.get("code_challenge_methods_supported")),
        })
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}
