//! The first pass over the sources: facts that a single row cannot show, in memory that does not grow with the files.
//!
//! Duplicate keys, and references to missing accounts or applications, are found by sorting hashes of all keys on disk. The hashes have a
//! new salt for each run: a killed run may leave its files behind, and some old systems use ID numbers as keys.

mod firsts;
mod marks;
mod records;

use extsort::{ExternalSorter, PushExternalSorter, Sortable};
use rand::Rng;
use sha2::{Digest, Sha256};
use std::cmp::Ordering;
use std::io;

pub(super) use firsts::Meeting;

use firsts::Firsts;
pub(super) use marks::Marks;
pub(super) use records::Place;
use records::{Entry, Mark};

/// Records kept in memory while they are sorted; some 10 MB.
const IN_MEMORY: usize = 200_000;

/// Keys of one kind of record of one system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Space(pub u16);

type Compare<T> = fn(&T, &T) -> Ordering;

fn sorter<T: Sortable + Ord>() -> PushExternalSorter<T, Compare<T>> {
    ExternalSorter::new().with_segment_size(IN_MEMORY).pushed_by(T::cmp)
}

pub(super) struct Survey {
    salt: [u8; 32],
    entries: PushExternalSorter<Entry, Compare<Entry>>,
}

impl Survey {
    pub(super) fn new() -> Self {
        let mut salt = [0; 32];
        rand::rng().fill_bytes(&mut salt);
        Self { salt, entries: sorter() }
    }

    /// Adds a row with this key.
    pub(super) fn key(&mut self, space: Space, key: &str, place: Place) -> io::Result<()> {
        let key = self.short(key);
        self.entries.push(Entry { space, key, refers: false, place })
    }

    /// Adds a row that refers to this key.
    pub(super) fn reference(&mut self, space: Space, key: &str, place: Place) -> io::Result<()> {
        let key = self.short(key);
        self.entries.push(Entry { space, key, refers: true, place })
    }

    /// Sixteen bytes: accidental collisions are not to be expected in any number of rows.
    fn short(&self, key: &str) -> [u8; 16] {
        let mut short = [0; 16];
        short.copy_from_slice(&Sha256::new().chain_update(self.salt).chain_update(key).finalize()[..16]);
        short
    }

    /// Sorts, and keeps the marks.
    pub(super) fn finish(self) -> io::Result<Marks> {
        let mut marks = sorter();
        let mut groups = 0;
        let mut current: Option<Group> = None;
        for entry in self.entries.done()? {
            let entry = entry?;
            let group = match &mut current {
                Some(group) if group.key == (entry.space, entry.key) => group,
                other => other.insert(Group { key: (entry.space, entry.key), first: None, number: None }),
            };
            match (entry.refers, group.first) {
                (true, Some(_)) => {}
                (true, None) => marks.push(Mark { place: entry.place, group: None })?,
                (false, None) => group.first = Some(entry.place),
                (false, Some(first)) => {
                    if group.number.is_none() {
                        marks.push(Mark { place: first, group: Some(groups) })?;
                        group.number = Some(groups);
                        groups += 1;
                    }
                    marks.push(Mark { place: entry.place, group: group.number })?;
                }
            }
        }
        Ok(Marks { marks: marks.done()?.peekable(), firsts: Firsts::new(groups)? })
    }
}

impl std::fmt::Debug for Survey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Survey").finish_non_exhaustive()
    }
}

/// Rows that share a key, while the sorted entries pass.
struct Group {
    key: (Space, [u8; 16]),
    first: Option<Place>,
    number: Option<u64>,
}

#[cfg(test)]
mod tests;
