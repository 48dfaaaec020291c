//! Proxies whose `X-Forwarded-For` is of no use: told in the log, and kept for `buzheng doctor`.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::App;
use crate::store::{Store, StoreError};

/// One line a minute, however many requests come.
const PAUSE: Duration = Duration::from_mins(1);

/// How long `doctor` can tell of it.
const MEMORY: Duration = Duration::from_hours(24);

const KEY: &str = "forwarded-for-unusable";

/// When it was told last.
#[derive(Debug, Default)]
pub(super) struct Told(Mutex<Option<Instant>>);

impl Told {
    fn is_due(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.is_none_or(|last| last.elapsed() >= PAUSE);
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}

impl App {
    /// A trusted proxy gave something that is no address. Its text is not repeated: anyone may have written it.
    pub async fn note_unusable_forwarded_for(&self, proxy: IpAddr) {
        if !self.forwarded_for_told.is_due() {
            return;
        }
        tracing::warn!(
            %proxy,
            "X-Forwarded-For of a trusted proxy holds no address: all its visitors share one rate limit; `buzheng doctor` says what it must send"
        );
        if let Err(error) = self.store.put(KEY, proxy.to_string().as_bytes(), MEMORY).await {
            tracing::debug!(%error, "an unusable X-Forwarded-For is not kept for `doctor`");
        }
    }
}

/// The proxy of which that was noticed last, within a day.
pub async fn unusable_forwarded_for(store: &Store) -> Result<Option<IpAddr>, StoreError> {
    let noted = store.get(KEY).await?;
    Ok(noted.and_then(|proxy| str::from_utf8(&proxy).ok()?.parse().ok()))
}
