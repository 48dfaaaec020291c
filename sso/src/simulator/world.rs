//! The state that all handlers of the simulated portal share.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::Notify;

use super::config::SimulatorConfig;
use super::fault::{Endpoint, Fault};
use super::jis::memory::{AuthRequest as JisRequest, Memory as JisMemory};
use super::mail::Mailbox;
use super::oauth2::memory::{AuthRequest as OAuth2Request, Memory as OAuth2Memory};
use super::oidc::memory::{AuthRequest as OidcRequest, Grant as OidcGrant};
use super::personas::{self, Persona};
use super::signing::Key;

/// A sign-in that waits for a persona to be chosen.
#[derive(Clone)]
pub(super) enum Request {
    Oidc(OidcRequest),
    OAuth2(OAuth2Request),
    Jis(JisRequest),
}

/// The mutable state.
pub(super) struct Inner {
    pub(super) key: Key,
    /// Published beside the real key.
    pub(super) extra_keys: Vec<Value>,
    pub(super) personas: Vec<Persona>,
    pub(super) redirect_uris: Vec<String>,
    pub(super) post_logout_redirect_uris: Vec<String>,
    pub(super) requests: HashMap<String, Request>,
    pub(super) codes: HashMap<String, OidcGrant>,
    pub(super) access_tokens: HashMap<String, OidcGrant>,
    pub(super) oauth2: OAuth2Memory,
    pub(super) jis: JisMemory,
    pub(super) faults: Vec<(Option<String>, Fault)>,
    pub(super) hits: HashMap<Endpoint, usize>,
    /// Shown to whoever asks.
    pub(super) mailbox: Option<Mailbox>,
}

pub(super) struct World {
    pub(super) base_url: String,
    pub(super) config: SimulatorConfig,
    pub(super) inner: Mutex<Inner>,
    pub(super) released: Notify,
    pub(super) silent: AtomicBool,
}

impl World {
    /// A portal with the personas of the demonstration; fails where no key can be made.
    pub(super) fn new(base_url: String, config: SimulatorConfig) -> io::Result<Self> {
        let inner = Inner {
            key: Key::generate(config.key)?,
            extra_keys: Vec::new(),
            personas: personas::demo(),
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            requests: HashMap::new(),
            codes: HashMap::new(),
            access_tokens: HashMap::new(),
            oauth2: OAuth2Memory::default(),
            jis: JisMemory::default(),
            faults: Vec::new(),
            hits: HashMap::new(),
            mailbox: None,
        };
        let (inner, released, silent) = (Mutex::new(inner), Notify::new(), AtomicBool::new(false));
        Ok(Self { base_url, config, inner, released, silent })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts the request and takes the first fault that fits it.
    pub(super) fn arrive(&self, endpoint: Endpoint, subject: Option<&str>) -> Option<Fault> {
        let mut inner = self.lock();
        *inner.hits.entry(endpoint).or_default() += 1;
        let fits = |(of, fault): &(Option<String>, Fault)| {
            fault.endpoint() == endpoint && of.as_deref().is_none_or(|of| Some(of) == subject)
        };
        let place = inner.faults.iter().position(fits)?;
        Some(inner.faults.remove(place).1)
    }
}
