//! A chunk of rows: compared with the stored rows, sealed, upserted.

mod writer;

use diesel::QueryResult;
use diesel::pg::PgConnection;

use super::Turn;
use crate::db::import as store;
use crate::import::entity::{Candidate, Entity, Stamp};
use crate::import::error::ImportError;
use crate::import::finding::Tally;
use crate::import::ground::Ground;
use crate::import::report::Counts;
pub(super) use writer::Writer;

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
            let keys: Vec<&str> = candidates.iter().map(|candidate| candidate.keyed.key.as_str()).collect();
            Ok(if empty { store::Digests::default() } else { E::digests(conn, stamp, &keys)? })
        })?;
        let mut compared = Compared { new: Vec::new(), changed: Vec::new(), counts: Counts::default(), notes, through };
        for candidate in candidates {
            let Some(known) = there.get(&candidate.keyed.key) else {
                compared.new.push((candidate, None));
                continue;
            };
            let digest = E::digest(vault, &candidate.input, &candidate.keyed.content);
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
            let content = || E::digest(self.stamp.vault, &candidate.input, &candidate.keyed.content);
            E::seal(self.stamp, &candidate, digest.unwrap_or_else(content))
        };
        let new = new.into_iter().map(seal).collect::<Result<_, _>>()?;
        let changed = changed.into_iter().map(|row| seal(row).map(E::Changed::from)).collect::<Result<_, _>>()?;
        Ok(Sealed { new, changed, counts, notes, through })
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
        dangling.filter_map(|candidate| Some((E::refers(&candidate.keyed)?, E::measure(&candidate.input).0))).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let keys: Vec<&str> = wanted.iter().map(|(key, _)| *key).collect();
    let there = E::referred(conn, system, &keys)?;
    wanted.iter().filter(|(key, _)| !there.contains(*key)).for_each(|(_, row)| notes.row(code, *row));
    Ok(())
}
