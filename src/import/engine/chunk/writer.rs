//! Writing the chunks of one source.

use super::{Sealed, Target, Turn};
use crate::db::Tries;
use crate::db::import::batches::{self, Progress};
use crate::import::entity::Entity;
use crate::import::error::ImportError;
use crate::import::finding::Tally;
use crate::import::lock::ImportLock;
use crate::import::report::Counts;

/// Writes the chunks of one source, each in one transaction with the source's progress.
pub(in crate::import::engine) struct Writer<'a> {
    pub target: Target<'a>,
    pub turn: Turn<'a>,
    pub lock: &'a mut ImportLock,
    pub progress: Progress,
}

impl Writer<'_> {
    pub(in crate::import::engine) fn write<E: Entity>(
        &mut self,
        sealed: Sealed<E>,
        late: &mut Tally,
    ) -> Result<(), ImportError> {
        let Sealed { new, changed, counts, notes, through } = sealed;
        self.lock.still_held()?;
        late.absorb(notes);
        let progress = Progress {
            source_digest: self.progress.source_digest.clone(),
            rows_done: signed(through),
            inserted: self.progress.inserted + signed(counts.inserted),
            updated: self.progress.updated + signed(counts.updated),
            unchanged: self.progress.unchanged + signed(counts.unchanged),
        };
        let stamp = self.target.stamp;
        let place = i32::try_from(self.turn.at).unwrap_or(i32::MAX);
        let mut tries = Tries::new();
        loop {
            let written = self.target.ground.db.transaction_blocking::<_, ImportError, _>(|conn| {
                E::write(conn, stamp, &new, &changed)?;
                Ok(batches::advance(conn, stamp.batch, place, &progress)?)
            });
            match written {
                // Nothing else adds old rows, and a key comes once in the surveyed sources.
                Err(ImportError::Database(error)) if error.violated_constraint().is_some() => {
                    return Err(ImportError::Changed { file: self.turn.source.file.clone() });
                }
                // A sign-in may hold the lock.
                Err(ImportError::Database(error)) if tries.another(&error) => {}
                other => break other?,
            }
        }
        self.progress = progress;
        Ok(())
    }

    /// Makes the next run start the source from the beginning: its settled rows cannot be relied on.
    pub(in crate::import::engine) fn forget(&self) -> Result<(), ImportError> {
        let place = i32::try_from(self.turn.at).unwrap_or(i32::MAX);
        let batch = self.target.stamp.batch;
        self.target.ground.db.transaction_blocking(|conn| Ok(batches::forget(conn, batch, place)?))
    }

    /// Counts of the rows so far, those of an interrupted run included.
    pub(in crate::import::engine) fn counts(&self) -> Counts {
        Counts::settled(&self.progress)
    }
}

impl Counts {
    /// The counts of the settled rows.
    pub(in crate::import::engine) fn settled(progress: &Progress) -> Self {
        let Progress { inserted, updated, unchanged, .. } = progress;
        let [inserted, updated, unchanged] = [inserted, updated, unchanged].map(|count| count.unsigned_abs());
        Self { inserted, updated, unchanged, ..Self::default() }
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
