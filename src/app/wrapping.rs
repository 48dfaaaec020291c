//! Old password hashes on their way from sealed to wrapped: Argon2id over the sealed digest, which is then deleted. About 20 ms of one core
//! each, so they are many cores' and several processes' work. The salt that a digest was made with stays sealed beside it, and bcrypt
//! hashes stay sealed altogether.
//!
//! Whoever wraps a hash claims it by an advisory lock that ends with its transaction: what dies gives its claims back at once, and no hash
//! is worked on twice. Rows are locked for the moment of writing only, and never waited for, so that neither a sign-in nor an import
//! stands still for a hash, and nobody can come to wait in a circle.

use diesel::pg::PgConnection;
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{panic, thread};
use zeroize::Zeroizing;

use crate::db::legacy_passwords::{self as store, Sealed, Wrapped};
use crate::db::{Db, DbError, jobs};
use crate::ids::{AccountId, JobId};
use crate::vault::{Hasher, Purpose, Vault};

/// Hashes that one core takes at a time: about two thirds of a second where it has nothing else to do.
const PER_CORE: usize = 32;

/// No further hash is begun after this long, on a host that is too busy: the transaction has a deadline.
const BUDGET: Duration = Duration::from_secs(1);

/// Claims of one transaction at most: PostgreSQL's table of locks holds some thousand.
const CLAIMS: usize = 1024;

/// Names the claims among advisory locks.
const CLAIM: i32 = 0x7772_6170;

/// How long to leave alone what others have claimed.
const OTHERS: Duration = Duration::from_millis(200);

/// Others may wrap, and imports bring more: so often the bar is set right.
const RECOUNT: Duration = Duration::from_secs(10);

/// Hashes that an estimate is made by.
const SAMPLES: usize = 5;

/// Threads that hash carry this name, so that `top -H` tells them from those that serve.
const THREAD: &str = "wrap";

/// Where a walk through all sealed hashes stands, and what came of it. The next one begins where an import may have written meanwhile.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Walk {
    #[serde(default)]
    after: Option<uuid::Uuid>,
    #[serde(default)]
    pub wrapped: u64,
    /// Did not open.
    #[serde(default)]
    pub refused: u64,
    /// Hashed for nothing: the account has another password since, or was just being written.
    #[serde(default)]
    pub discarded: u64,
}

/// What came of wrapping everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    pub wrapped: u64,
    pub refused: u64,
    pub discarded: u64,
}

/// Wraps, on some cores.
#[derive(Clone, Debug)]
pub struct Wrapper {
    db: Db,
    vault: Vault,
    cores: NonZero<usize>,
    /// After which no further hash of a step is begun.
    budget: Duration,
}

impl Wrapper {
    /// Steps are as long as a transaction of a request may be.
    pub const fn new(db: Db, vault: Vault, cores: NonZero<usize>) -> Self {
        Self::with_budget(db, vault, cores, BUDGET)
    }

    /// With steps of another length. Each wraps a hash on every core at least.
    pub const fn with_budget(db: Db, vault: Vault, cores: NonZero<usize>, budget: Duration) -> Self {
        Self { db, vault, cores, budget }
    }

    /// Wraps the next hashes of a walk; `None` at its end.
    pub fn advance(
        &self,
        conn: &mut PgConnection,
        mut walk: Walk,
        progress: &ProgressBar,
    ) -> Result<Option<Walk>, DbError> {
        let limit = self.cores.get().saturating_mul(PER_CORE).min(CLAIMS);
        let found = store::sealed_ids(conn, walk.after.map(AccountId::from_uuid), limit)?;
        let Some(last) = found.last() else { return Ok(None) };
        let after = walk.after.replace(*last.as_uuid());
        let claimed = store::claim(conn, CLAIM, &found)?;
        // Read after the claim: whoever held it before may just have wrapped the hash.
        let mut sealed = store::sealed_hashes(conn, &claimed)?;
        sealed.sort_unstable_by_key(|one| one.account);
        let (opened, mut refused) = self.open(sealed);
        let wrapped = self.hash(&opened, progress);
        if wrapped.len() < opened.len() {
            // The next step goes on behind the last that was hashed.
            let last = opened[..wrapped.len()].last().map(|(sealed, _)| sealed.account);
            refused.retain(|account| Some(*account) < last);
            walk.after = last.map(|account| *account.as_uuid()).or(after);
        }
        walk.refused += refused.len() as u64;
        let written = store::wrap(conn, &wrapped)?;
        walk.wrapped += written;
        walk.discarded += wrapped.len() as u64 - written;
        Ok(Some(walk))
    }

    /// The hashes, and the accounts of those that do not open.
    fn open(&self, sealed: Vec<Sealed>) -> (Vec<(Sealed, Zeroizing<String>)>, Vec<AccountId>) {
        let mut refused = Vec::new();
        let open = |one: Sealed| match self.vault.open_text(Purpose::PasswordHash, &one.sealed) {
            Ok(hash) => Some((one, Zeroizing::new(hash))),
            Err(error) => {
                tracing::error!(account = %one.account, %error, "a sealed password hash does not open");
                refused.push(one.account);
                None
            }
        };
        (sealed.into_iter().filter_map(open).collect(), refused)
    }

    /// On all cores that are allowed; each thread takes the next one that is left, so that those at the end stay where the time is over.
    fn hash(&self, opened: &[(Sealed, Zeroizing<String>)], progress: &ProgressBar) -> Vec<Wrapped> {
        let (next, began) = (AtomicUsize::new(0), Instant::now());
        let take = || opened.get(next.fetch_add(1, Ordering::Relaxed));
        let work = || {
            let (hasher, mut done) = (Hasher::new(), Vec::new());
            while let Some((sealed, hash)) = (done.is_empty() || began.elapsed() < self.budget).then(take).flatten() {
                done.push(Wrapped {
                    account: sealed.account,
                    sealed: sealed.sealed.clone(),
                    argon2id: hasher.hash(hash),
                });
                progress.inc(1);
            }
            done
        };
        thread::scope(|scope| {
            let threads = self.cores.get().min(opened.len());
            // Where the system gives fewer threads, fewer do the work, and none means this one.
            let spawn = |_| thread::Builder::new().name(THREAD.into()).spawn_scoped(scope, work).ok();
            let spawned: Vec<_> = (0..threads).filter_map(spawn).collect();
            let mut done = if spawned.is_empty() { work() } else { Vec::new() };
            for thread in spawned {
                done.extend(thread.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
            }
            done
        })
    }

    /// Wraps everything that can be, beside others who do the same, and ends the jobs that asked for it.
    pub fn finish(&self, progress: &ProgressBar) -> Result<Done, DbError> {
        let (mut done, mut walk, mut counted) = (Done::default(), Walk::default(), Instant::now());
        progress.set_length(waiting(&self.db)?);
        loop {
            if let Some(next) = self.db.transaction_blocking(|conn| self.advance(conn, walk, progress))? {
                walk = next;
                if counted.elapsed() > RECOUNT {
                    progress.set_length(progress.position() + waiting(&self.db)?);
                    counted = Instant::now();
                }
                continue;
            }
            done.wrapped += walk.wrapped;
            done.discarded += walk.discarded;
            done.refused = walk.refused;
            let settled = self.db.transaction_blocking::<_, DbError, _>(|conn| Ok(settle(conn)?))?;
            if settled.left <= walk.refused {
                return Ok(done);
            }
            if walk.wrapped == 0 {
                thread::sleep(OTHERS);
            }
            walk = Walk::default();
        }
    }
}

/// How many hashes are sealed that shall not stay so.
pub fn waiting(db: &Db) -> Result<u64, DbError> {
    db.read_blocking(|conn| Ok(store::unwrapped(conn)?))
}

/// What [`settle`] found.
#[derive(Debug)]
pub struct Settled {
    /// Hashes that are still sealed.
    pub left: u64,
    /// Jobs that are no more.
    pub ended: Vec<JobId>,
}

/// Ends the jobs that ask for wrapping, where nothing is left to be wrapped. One that an import has just asked for stays.
pub fn settle(conn: &mut PgConnection) -> diesel::QueryResult<Settled> {
    // Locked first and counted afterwards: what an import wrote before it let the job go is counted.
    let mut ended = jobs::lock_all(conn, jobs::WRAP_PASSWORDS)?;
    let left = store::unwrapped(conn)?;
    if left > 0 {
        ended.clear();
    }
    for job in &ended {
        jobs::finish(conn, *job)?;
    }
    Ok(Settled { left, ended })
}

/// How long one core takes for so many, by the best of a few that it does now: a busy moment makes the others longer.
pub fn time_of_one_core(hashes: u64) -> Duration {
    let argon2id = Hasher::new();
    let sample = || {
        let started = Instant::now();
        argon2id.hash("0123456789abcdef0123456789abcdef");
        started.elapsed()
    };
    let one = (0..SAMPLES).map(|_| sample()).min().unwrap_or_default();
    one.saturating_mul(u32::try_from(hashes).unwrap_or(u32::MAX))
}
