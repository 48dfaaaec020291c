//! Where connections come from: a pool, until it is found useless and another one takes its place.

use diesel::r2d2::{Pool, PoolError};
use secrecy::SecretString;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Guard;
use super::connector::{Connector, Gate};
use super::purpose::Purpose;

/// As many threads may be left behind as this many pools have connections; then the pool at hand is kept, and full.
const POOLS_LEFT_BEHIND: u32 = 3;

/// Pools of connections to one address, one after the other.
pub(super) struct Source {
    pub(super) purpose: Purpose,
    pub(super) guard: Arc<dyn Guard>,
    address: SecretString,
    size: u32,
    gate: Arc<Gate>,
    current: Mutex<Generation>,
    left_behind: AtomicU32,
}

/// A pool, and how many there were before it.
#[derive(Clone)]
pub(super) struct Generation {
    pub(super) number: u64,
    pub(super) pool: Pool<Connector>,
}

/// What a source is made of.
pub(super) struct Origin<'a> {
    pub(super) url: &'a SecretString,
    pub(super) size: u32,
    pub(super) purpose: Purpose,
    pub(super) guard: Arc<dyn Guard>,
    pub(super) gate: Arc<Gate>,
}

impl Source {
    /// Connects when first asked.
    pub(super) fn lazy(origin: Origin<'_>) -> Self {
        let pool = lazy_pool(origin.purpose, origin.size, origin.url, &origin.gate);
        Self::beginning_with(pool, origin)
    }

    /// All connections of the first pool stand.
    pub(super) fn filled(origin: Origin<'_>) -> Result<Self, PoolError> {
        let connector = origin.purpose.connector(origin.url, &origin.gate);
        let pool = origin.purpose.pool(origin.size).build(connector)?;
        Ok(Self::beginning_with(pool, origin))
    }

    fn beginning_with(pool: Pool<Connector>, origin: Origin<'_>) -> Self {
        let Origin { url, size, purpose, guard, gate } = origin;
        let (current, left_behind) = (Mutex::new(Generation { number: 0, pool }), AtomicU32::default());
        Self { purpose, guard, address: url.clone(), size, gate, current, left_behind }
    }

    /// The pool at hand.
    pub(super) fn current(&self) -> Generation {
        self.lock().clone()
    }

    /// Once, however many found the pool of this number useless.
    pub(super) fn replace(&self, number: u64) {
        let mut current = self.lock();
        if current.number == number {
            let pool = lazy_pool(self.purpose, self.size, &self.address, &self.gate);
            let former = std::mem::replace(&mut *current, Generation { number: number + 1, pool });
            drop(current);
            tracing::debug!(number, "new connections to the database");
            drop(former);
        }
    }

    /// A thread is left behind with its connection, and with it the pool of this number, unless too many are already.
    pub(super) fn leave_behind(&self, number: u64) {
        if self.left_behind.fetch_add(1, Ordering::Relaxed) < self.size.saturating_mul(POOLS_LEFT_BEHIND) {
            self.replace(number);
        }
    }

    /// A thread that was left behind has ended.
    pub(super) fn came_back(&self) {
        self.left_behind.fetch_sub(1, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Generation> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lazy_pool(purpose: Purpose, size: u32, url: &SecretString, gate: &Arc<Gate>) -> Pool<Connector> {
    purpose.pool(size).min_idle(Some(0)).build_unchecked(purpose.connector(url, gate))
}
