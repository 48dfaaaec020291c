//! One batch of candidates: compared with what is there, sealed, written.

use std::num::NonZero;
use std::thread;

use super::ImportError;
use super::entity::{Candidate, Entity, Stamp};
use super::report::Counts;
use crate::db::{Db, import as store};

/// Candidates by what is to be done with them.
pub(super) struct Compared<E: Entity> {
    new: Vec<Candidate<E>>,
    changed: Vec<Candidate<E>>,
    unchanged: u64,
}

/// Tells new rows from changed and unchanged ones; nothing can be written meanwhile, and nothing is.
pub(super) fn compare<E: Entity>(
    db: &Db,
    stamp: Stamp<'_>,
    batch: Vec<Candidate<E>>,
) -> Result<Compared<E>, ImportError> {
    let keys: Vec<&str> = batch.iter().map(|candidate| candidate.draft.key.as_str()).collect();
    let there = db.transaction_blocking::<_, ImportError, _>(|conn| {
        store::read_only(conn)?;
        Ok(E::digests(conn, stamp, &keys)?)
    })?;
    let mut compared = Compared { new: Vec::new(), changed: Vec::new(), unchanged: 0 };
    for candidate in batch {
        match there.get(&candidate.draft.key) {
            None => compared.new.push(candidate),
            Some(digest) if *digest == candidate.draft.digest => compared.unchanged += 1,
            Some(_) => compared.changed.push(candidate),
        }
    }
    Ok(compared)
}

impl<E: Entity> Compared<E> {
    /// Adds to the counts of the source.
    pub(super) fn count(&self, counts: &mut Counts) {
        counts.inserted += self.new.len() as u64;
        counts.updated += self.changed.len() as u64;
        counts.unchanged += self.unchanged;
    }

    /// Seals and writes, in one transaction. Sealing comes before it: clear-text passwords are hashed there, 20 ms each.
    pub(super) fn write(self, db: &Db, stamp: Stamp<'_>) -> Result<(), ImportError> {
        if self.new.is_empty() && self.changed.is_empty() {
            return Ok(());
        }
        let new = seal_all(stamp, &self.new)?;
        let changed = seal_all(stamp, &self.changed)?;
        db.transaction_blocking(|conn| Ok(E::write(conn, stamp, new, &changed)?))
    }
}

/// On all cores, in the order given.
fn seal_all<E: Entity>(stamp: Stamp<'_>, candidates: &[Candidate<E>]) -> Result<Vec<E::Stored>, ImportError> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = candidates.len().div_ceil(cores).max(1);
    thread::scope(|scope| {
        let seal = |part: &[Candidate<E>]| -> Result<Vec<E::Stored>, ImportError> {
            part.iter().map(|candidate| E::seal(stamp, candidate)).collect()
        };
        let workers: Vec<_> = candidates.chunks(share).map(|part| scope.spawn(move || seal(part))).collect();
        let mut sealed = Vec::with_capacity(candidates.len());
        for worker in workers {
            match worker.join() {
                Ok(part) => sealed.extend(part?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(sealed)
    })
}
