//! A chunk of rows: held against what is there, sealed, written.

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
    /// Those that an earlier run settled and that refer to what none of the files holds: all that is left is to say so.
    pub settled: Vec<Candidate<E>>,
    /// The number of the last row of the source that is settled with these.
    pub through: u64,
}

/// What chunks are held against.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub ground: Ground<'a>,
    pub stamp: Stamp<'a>,
    /// No row of this kind and system is there: nothing need be asked.
    pub empty: bool,
}

/// Candidates by what is to be done with them, each with its content's digest, if that was needed so far.
pub(super) struct Compared<E: Entity> {
    new: Vec<(Candidate<E>, Option<Vec<u8>>)>,
    changed: Vec<(Candidate<E>, Option<Vec<u8>>)>,
    counts: Counts,
    /// What the database had to be asked for.
    pub notes: Tally,
    through: u64,
}

/// Rows as they will stand.
pub(super) struct Sealed<E: Entity> {
    new: Vec<E::Stored>,
    changed: Vec<E::Changed>,
    counts: Counts,
    notes: Tally,
    through: u64,
}

impl<E: Entity> Compared<E> {
    /// Rows by what becomes of them; read and rejected ones are counted by the reader.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }
}

impl Target<'_> {
    /// Tells new rows from changed and unchanged ones. Nothing else writes old rows meanwhile, and a key comes once.
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

/// Writes chunk after chunk of one source, each together with how far the source has come.
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
                // Nobody else adds old rows, and a key comes once in what was surveyed.
                Err(ImportError::Database(error)) if error.violated_constraint().is_some() => {
                    return Err(ImportError::Changed { file: self.turn.source.file.clone() });
                }
                // A sign-in may be in its way.
                Err(ImportError::Database(error)) if tries.another(&error) => {}
                other => break other?,
            }
        }
        self.progress = progress;
        Ok(())
    }

    /// Has the source begin anew in the next run: what was settled of it cannot be relied on.
    pub(super) fn forget(&self) -> Result<(), ImportError> {
        let place = i32::try_from(self.turn.at).unwrap_or(i32::MAX);
        let batch = self.target.stamp.batch;
        self.target.ground.db.transaction_blocking(|conn| Ok(batches::forget(conn, batch, place)?))
    }

    /// What came of the rows so far, those of an interrupted run included.
    pub(super) fn counts(&self) -> Counts {
        Counts::settled(&self.progress)
    }
}

impl Counts {
    /// What came of the rows that are settled.
    pub(super) fn settled(progress: &Progress) -> Self {
        let Progress { inserted, updated, unchanged, .. } = progress;
        let [inserted, updated, unchanged] = [inserted, updated, unchanged].map(|count| count.unsigned_abs());
        Self { inserted, updated, unchanged, ..Self::default() }
    }
}

/// Notes which of these refer to what is neither in the files nor in the database.
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
