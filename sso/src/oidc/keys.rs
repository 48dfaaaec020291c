//! The portal's signing keys: which are usable, and when they are fetched again.

mod set;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::error::{LoginError, bad_answer};
use crate::http::Http;
use crate::loose::Charset;
pub(super) use set::KeySet;

/// How long a key set is cached.
const LIFE: Duration = Duration::from_hours(1);

/// How many keys are tried for one token. More than one fit only where key ids are missing or repeated.
pub(super) const MAX_TRIED: usize = 16;

#[derive(Default)]
struct State {
    set: Option<Arc<KeySet>>,
    fetched_at: Option<Instant>,
    failed: Option<(Instant, LoginError)>,
    /// When an unknown key last caused a fetch.
    forced_at: Option<Instant>,
}

pub(super) struct Keys {
    min_refresh: Duration,
    state: RwLock<State>,
    /// Held while fetching, so that concurrent visitors share one request.
    turn: Mutex<()>,
}

impl Keys {
    pub(super) fn new(min_refresh: Duration) -> Self {
        Self { min_refresh, state: RwLock::default(), turn: Mutex::new(()) }
    }

    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.write().unwrap_or_else(PoisonError::into_inner));
    }

    fn fresh(&self) -> Option<Arc<KeySet>> {
        self.read(|state| state.set.clone().filter(|_| state.fetched_at.is_some_and(|at| at.elapsed() < LIFE)))
    }

    /// The keys, from the cache or fetched.
    pub(super) async fn current(&self, http: &Http, url: &Url) -> Result<Arc<KeySet>, LoginError> {
        let asked_at = Instant::now();
        if let Some(set) = self.fresh() {
            return Ok(set);
        }
        let _turn = self.turn.lock().await;
        if let Some(set) = self.fresh() {
            return Ok(set);
        }
        if let Some((_, error)) = self.read(|state| state.failed.filter(|(at, _)| *at >= asked_at)) {
            return Err(error);
        }
        self.renew(http, url).await
    }

    /// Newer keys than `seen`, which did not fit: those that another sign-in has fetched meanwhile, or fetched now, unless that was done
    /// within `jwks_min_refresh`. This rate limit keeps a flood of unknown keys from becoming a flood of fetches.
    pub(super) async fn after(
        &self,
        seen: &Arc<KeySet>,
        http: &Http,
        url: &Url,
    ) -> Result<Option<Arc<KeySet>>, LoginError> {
        let _turn = self.turn.lock().await;
        if let Some(set) = self.fresh().filter(|set| !Arc::ptr_eq(set, seen)) {
            return Ok(Some(set));
        }
        if self.read(|state| state.forced_at).is_some_and(|at| at.elapsed() < self.min_refresh) {
            return Ok(None);
        }
        self.write(|state| state.forced_at = Some(Instant::now()));
        self.renew(http, url).await.map(Some)
    }

    async fn renew(&self, http: &Http, url: &Url) -> Result<Arc<KeySet>, LoginError> {
        match self.fetch(http, url).await {
            Ok(mut set) => {
                if let Some(before) = self.read(|state| state.set.clone()) {
                    set.keep_retired(&before, Instant::now());
                }
                let set = Arc::new(set);
                self.write(|state| {
                    state.set = Some(set.clone());
                    state.fetched_at = Some(Instant::now());
                    state.failed = None;
                });
                Ok(set)
            }
            Err(error) => {
                tracing::warn!(%error, "the portal's keys cannot be fetched");
                self.write(|state| state.failed = Some((Instant::now(), error)));
                Err(error)
            }
        }
    }

    /// Fetches the keys, bypassing the cache.
    pub(super) async fn fetch(&self, http: &Http, url: &Url) -> Result<KeySet, LoginError> {
        let answer = http.json(http.client().get(url.clone()), Charset::Utf8).await?;
        if !answer.status.is_success() {
            return Err(bad_answer("it does not give out its keys"));
        }
        KeySet::read(&answer.body)
    }
}

#[cfg(test)]
mod tests;
