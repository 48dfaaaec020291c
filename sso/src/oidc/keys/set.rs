//! One set of keys: which of them are usable.

use std::collections::HashSet;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey;
use openidconnect::core::CoreJsonWebKey;
use serde_json::Value;
use tokio::time::Instant;

use crate::error::{LoginError, bad_answer};

/// How long a key is still accepted after it was found to be withdrawn: tokens signed just before a rotation are in transit.
pub(super) const RETIRED_LIFE: Duration = Duration::from_mins(5);
/// NIST SP 800-131A: shorter RSA keys are no longer acceptable.
const MIN_RSA_BITS: usize = 2048;

pub(super) struct Kept {
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
pub(in crate::oidc) struct KeySet {
    pub(super) keys: Vec<Kept>,
    /// RSA keys excluded for their size.
    pub(in crate::oidc) weak: usize,
}

impl KeySet {
    /// Reads a JWKS. Entries that are not supported public signing keys are skipped: one odd key must not lock everyone out.
    pub(in crate::oidc) fn read(document: &serde_json::Map<String, Value>) -> Result<Self, LoginError> {
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
    pub(super) fn keep_retired(&mut self, before: &Self, now: Instant) {
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
    pub(in crate::oidc) fn candidates(&self, kid: Option<&str>) -> impl Iterator<Item = &CoreJsonWebKey> {
        let now = Instant::now();
        let good = self.keys.iter().filter(move |kept| kept.is_good(now)).map(|kept| &kept.key);
        good.filter(move |key| kid.is_none() || id(key) == kid)
    }

    pub(in crate::oidc) fn len(&self) -> usize {
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
