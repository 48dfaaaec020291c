//! A chunk of rows: compared with the stored rows, sealed, upserted.

use diesel::QueryResult;
use diesel::pg::PgConnection;

use super::Turn;
use crate::db::Tries;
use crate::db::import as store;
use crate::db::import::batches::{self, Progress};
use crate::import::entity::{Candidate, Entity, Stamp};
use crate::import::error::ImportError;
use crate::import::finding::Tally;
use crate::import::ground::Ground;
use crate::import::lock::ImportLock;
use crate::import::report::Counts;

/// Rows in the order of their source.
pub(super) struct Chunk<E: Entity> {
    pub candidates: Vec<Candidate<E>>,
    /// Rows that an earlier run settled and that refer to a record in none of the files: they only need their finding.
    pub settled: Vec<Candidate<E>>,
    /// The number of the last row of the source that is settled with this chunk.
    pub through: u64,
}

/// What chunks are compared with.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub ground: Ground<'a>,
    pub stamp: Stamp<'a>,
    /// No row of this kind and system is stored: the look-up is skipped.
    pub empty: bool,
}

/// Candidates by the required write, each with its content's digest where that was computed.
pub(super) struct Compared<E: Entity> {
    new: Vec<(Candidate<E>, Option<Vec<u8>>)>,
    changed: Vec<(Candidate<E>, Option<Vec<u8>>)>,
    counts: Counts,
    /// Findings that needed the database.
    pub notes: Tally,
    through: u64,
}

/// Rows as they will be stored.
pub(super) struct Sealed<E: Entity> {
    new: Vec<E::Stored>,
    changed: Vec<E::Changed>,
    counts: Counts,
    notes: Tally,
    through: u64,
}

impl<E: Entity> Compared<E> {
    /// Counts the rows by outcome; the reader counts read and rejected ones.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }
}

impl Target<'_> {
    /// Separates new rows from changed and unchanged ones. Nothing else writes old rows meanwhile, and a key comes once.
    pub(super) fn compare<E: Entity>(&self, chunk: Chunk<E>) -> Result<Compared<E>, ImportError> {
        let Self { ground: Ground { db, vault, .. }, stamp, empty } = *self;
        let Chunk { candidates, settled, through } = chunk;
        let mut notes = Tally::default();
        let there = db.transaction_blocking::<_, ImportError, _>(|conn| {
            store::read_only(conn)?;
            relate(conn, stamp.system, settled.iter().chain(&candidates), &mut notes)?;
            let keys: Vec<&str> = candidates.iter().map(|candidate| candidate.draft.key.as_str()).collect();
            Ok(if empty { store::Digests::default() } else { E::digests(conn, stamp, &keys)? })
        })?;
        let mut compared = Compared { new: Vec::new(), changed: Vec::new(), counts: Counts::default(), notes, through };
        for candidate in candidates {
            let Some(known) = there.get(&candidate.draft.key) else {
                compared.new.push((candidate, None));
                continue;
            };
            let digest = E::digest(vault, &candidate.input, &candidate.draft.content);
            if *known == digest {
                compared.counts.unchanged += 1;
            } else {
                compared.changed.push((candidate, Some(digest)));
            }
        }
        compared.counts.inserted = compared.new.len() as u64;
        compared.counts.updated = compared.changed.len() as u64;
        Ok(compared)
    }

    /// Compares, and seals what is to be written. Clear-text passwords are hashed here, 20 ms each.
    pub(super) fn seal<E: Entity>(&self, chunk: Chunk<E>) -> Result<Sealed<E>, ImportError> {
        let Compared { new, changed, counts, notes, through } = self.compare(chunk)?;
        let seal = |(candidate, digest): (Candidate<E>, Option<Vec<u8>>)| {
            let content = || E::digest(self.stamp.vault, &candidate.input, &candidate.draft.content);
            E::seal(self.stamp, &candidate, digest.unwrap_or_else(content))
        };
        let new = new.into_iter().map(seal).collect::<Result<_, _>>()?;
        let changed = changed.into_iter().map(|row| seal(row).map(E::Changed::from)).collect::<Result<_, _>>()?;
        Ok(Sealed { new, changed, counts, notes, through })
    }
}

/// Writes the chunks of one source, each in one transaction with the source's progress.
pub(super) struct Writer<'a> {
    pub target: Target<'a>,
    pub turn: Turn<'a>,
    pub lock: &'a mut ImportLock,
    pub progress: Progress,
}

impl Writer<'_> {
    pub(super) fn write<E: Entity>(&mut self, sealed: Sealed<E>, late: &mut Tally) -> Result<(), ImportError> {
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
    pub(super) fn forget(&self) -> Result<(), ImportError> {
        let place = i32::try_from(self.turn.at).unwrap_or(i32::MAX);
        let batch = self.target.stamp.batch;
        self.target.ground.db.transaction_blocking(|conn| Ok(batches::forget(conn, batch, place)?))
    }

    /// Counts of the rows so far, those of an interrupted run included.
    pub(super) fn counts(&self) -> Counts {
        Counts::settled(&self.progress)
    }
}

impl Counts {
    /// The counts of the settled rows.
    pub(super) fn settled(progress: &Progress) -> Self {
        let Progress { inserted, updated, unchanged, .. } = progress;
        let [inserted, updated, unchanged] = [inserted, updated, unchanged].map(|count| count.unsigned_abs());
        Self { inserted, updated, unchanged, ..Self::default() }
    }
}

/// Notes which rows refer to a record that is neither in the files nor in the database.
pub(super) fn relate<'c, E: Entity + 'c>(
    conn: &mut PgConnection,
    system: &str,
    candidates: impl Iterator<Item = &'c Candidate<E>>,
    notes: &mut Tally,
) -> QueryResult<()> {
    let Some((_, code)) = E::REFERS_TO else { return Ok(()) };
    let dangling = candidates.filter(|candidate| candidate.dangling);
    let wanted: Vec<(&str, u64)> =
        dangling.filter_map(|candidate| Some((E::refers(&candidate.draft)?, E::measure(&candidate.input).0))).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let keys: Vec<&str> = wanted.iter().map(|(key, _)| *key).collect();
    let there = E::referred(conn, system, &keys)?;
    wanted.iter().filter(|(key, _)| !there.contains(*key)).for_each(|(_, row)| notes.row(code, *row));
    Ok(())
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
