//! The portal's signing keys: which are usable, and when they are fetched again.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey;
use openidconnect::core::CoreJsonWebKey;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::error::{LoginError, bad_answer};
use crate::http::Http;
use crate::loose::Charset;

/// How long a key set is cached.
const LIFE: Duration = Duration::from_hours(1);
/// How long a key is still accepted after it was found to be withdrawn: tokens signed just before a rotation are in transit.
const RETIRED_LIFE: Duration = Duration::from_mins(5);
/// NIST SP 800-131A: shorter RSA keys are no longer acceptable.
const MIN_RSA_BITS: usize = 2048;
/// How many keys are tried for one token. More than one fit only where key ids are missing or repeated.
pub(super) const MAX_TRIED: usize = 16;

struct Kept {
    key: CoreJsonWebKey,
    /// When it was found to be withdrawn.
    gone_since: Option<Instant>,
}

impl Kept {
    fn is_good(&self, now: Instant) -> bool {
        self.gone_since.is_none_or(|since| now.duration_since(since) < RETIRED_LIFE)
    }
}

/// One fetched set, with recently retired keys.
pub(super) struct KeySet {
    keys: Vec<Kept>,
    /// RSA keys excluded for their size.
    pub(super) weak: usize,
}

impl KeySet {
    /// Reads a JWKS. Entries that are not supported public signing keys are skipped: one odd key must not lock everyone out.
    pub(super) fn read(document: &serde_json::Map<String, Value>) -> Result<Self, LoginError> {
        let entries = document.get("keys").and_then(Value::as_array).ok_or(bad_answer("its key set holds no keys"))?;
        let mut set = Self { keys: Vec::new(), weak: 0 };
        for entry in entries.iter().filter(|entry| may_verify(entry)) {
            match entry.get("kty").and_then(Value::as_str) {
                Some("RSA") if rsa_bits(entry) < MIN_RSA_BITS => {
                    set.weak += 1;
                    continue;
                }
                // A symmetric key in a public document is no secret.
                Some("RSA" | "EC" | "OKP") => {}
                _ => continue,
            }
            if let Ok(key) = serde_json::from_value(entry.clone()) {
                set.keys.push(Kept { key, gone_since: None });
            }
        }
        Ok(set)
    }

    /// Adds the previous set's keys that are missing here, for their remaining time.
    fn keep_retired(&mut self, before: &Self, now: Instant) {
        let ids: HashSet<&str> = self.keys.iter().filter_map(|kept| id(&kept.key)).collect();
        let is_published = |key: &CoreJsonWebKey| match id(key) {
            Some(id) => ids.contains(id),
            None => self.keys.iter().any(|kept| kept.key == *key),
        };
        let retired = before.keys.iter().filter(|kept| kept.is_good(now) && !is_published(&kept.key));
        let retired: Vec<Kept> =
            retired.map(|kept| Kept { key: kept.key.clone(), gone_since: kept.gone_since.or(Some(now)) }).collect();
        self.keys.extend(retired);
    }

    /// The keys that may have signed a token with this key id.
    pub(super) fn candidates(&self, kid: Option<&str>) -> impl Iterator<Item = &CoreJsonWebKey> {
        let now = Instant::now();
        let good = self.keys.iter().filter(move |kept| kept.is_good(now)).map(|kept| &kept.key);
        good.filter(move |key| kid.is_none() || id(key) == kid)
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }
}

fn id(key: &CoreJsonWebKey) -> Option<&str> {
    key.key_id().map(|id| id.as_str())
}

/// RFC 7517 §4.2, §4.3: a key may state its use. Encryption keys must not count among the keys that are tried.
fn may_verify(entry: &Value) -> bool {
    let said = |name: &str| entry.get(name).filter(|value| !value.is_null());
    let signs = said("use").is_none_or(|purpose| purpose == "sig");
    signs && said("key_ops").and_then(Value::as_array).is_none_or(|uses| uses.iter().any(|name| name == "verify"))
}

fn rsa_bits(entry: &Value) -> usize {
    let modulus = entry.get("n").and_then(Value::as_str).unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(modulus.trim_end_matches('=')).unwrap_or_default();
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    let significant = &bytes[first..];
    significant.first().map_or(0, |top| significant.len() * 8 - top.leading_zeros() as usize)
}

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
