//! The portal's discovery document, read leniently and trusted in part.
//!
//! Only the used fields are read: a document is not refused for an algorithm name or a URL that is not used.

mod provider;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::endpoint::Territory;
use crate::error::{LoginError, bad_answer};
use crate::http::Http;
use crate::loose::Charset;
pub(super) use provider::{Provider, Refused};

/// How long a document is cached.
const LIFE: Duration = Duration::from_hours(1);
/// How long a stale document is still used while the portal does not answer.
const STALE_LIFE: Duration = Duration::from_hours(24);
/// The backoff after a failed renewal, while there is a stale document.
const RETRY: Duration = Duration::from_mins(1);

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
}
