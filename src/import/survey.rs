//! The first pass over the sources: facts that a single row cannot show, in memory that does not grow with the files.
//!
//! Duplicate keys, and references to missing accounts or applications, are found by sorting hashes of all keys on disk. The hashes have a
//! new salt for each run: a killed run may leave its files behind, and some old systems use ID numbers as keys.

mod firsts;

use extsort::{ExternalSorter, PushExternalSorter, Sortable, SortedIterator};
use rand::Rng;
use sha2::{Digest, Sha256};
use std::cmp::Ordering;
use std::io::{self, Read, Write};
use std::iter::Peekable;

pub(super) use firsts::Meeting;

use firsts::Firsts;

/// Records kept in memory while they are sorted; some 10 MB.
const IN_MEMORY: usize = 200_000;

/// The position of a row: its source's place in the processing order, and its number in that source, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub source: u16,
    pub row: u64,
}

/// Keys of one kind of record of one system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Space(pub u16);

/// An occurrence of a key. Rows that have a key sort before rows that only refer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    space: Space,
    key: [u8; 16],
    refers: bool,
    place: Place,
}

/// What the survey found about a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    place: Place,
    /// The number of the group of rows that share its key; `None`: none of the files has the record that it refers to.
    group: Option<u64>,
}

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

/// The survey's results, read along with the rows.
pub(super) struct Marks {
    marks: Peekable<SortedIterator<Mark, Compare<Mark>>>,
    firsts: Firsts,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Other rows have its key: to be [met](Marks::meet).
    pub repeated: Option<u64>,
    /// None of the files has the record that it refers to.
    pub dangling: bool,
}

impl Marks {
    pub(super) fn of(&mut self, place: Place) -> io::Result<Known> {
        let mut known = Known::default();
        while let Some(mark) = self.marks.next_if(|mark| mark.as_ref().map_or(true, |mark| mark.place <= place)) {
            let mark = mark?;
            if mark.place == place {
                match mark.group {
                    Some(_) => known.repeated = mark.group,
                    None => known.dangling = true,
                }
            }
        }
        Ok(known)
    }

    /// Compares a row with the first of its group; the first one is stored.
    pub(super) fn meet(&mut self, group: u64, digest: &[u8]) -> io::Result<Meeting> {
        self.firsts.meet(group, digest)
    }
}

impl Sortable for Entry {
    fn encode<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(&self.space.0.to_be_bytes())?;
        writer.write_all(&self.key)?;
        writer.write_all(&[u8::from(self.refers)])?;
        self.place.encode(writer)
    }

    fn decode<R: Read>(reader: &mut R) -> io::Result<Self> {
        let space = Space(u16::from_be_bytes(take(reader)?));
        let key = take(reader)?;
        let [refers] = take(reader)?;
        Ok(Self { space, key, refers: refers == 1, place: Place::decode(reader)? })
    }
}

impl Sortable for Mark {
    fn encode<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        self.place.encode(writer)?;
        writer.write_all(&self.group.map_or(0, |group| group + 1).to_be_bytes())
    }

    fn decode<R: Read>(reader: &mut R) -> io::Result<Self> {
        let place = Place::decode(reader)?;
        Ok(Self { place, group: u64::from_be_bytes(take(reader)?).checked_sub(1) })
    }
}

impl Place {
    fn encode<W: Write>(self, writer: &mut W) -> io::Result<()> {
        writer.write_all(&self.source.to_be_bytes())?;
        writer.write_all(&self.row.to_be_bytes())
    }

    fn decode<R: Read>(reader: &mut R) -> io::Result<Self> {
        Ok(Self { source: u16::from_be_bytes(take(reader)?), row: u64::from_be_bytes(take(reader)?) })
    }
}

fn take<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ACCOUNTS: Space = Space(0);
    const APPLICATIONS: Space = Space(1);

    fn place(source: u16, row: u64) -> Place {
        Place { source, row }
    }

    #[test]
    fn repeated_keys_and_dangling_references_are_told_row_by_row() {
        let mut survey = Survey::new();
        survey.key(ACCOUNTS, "7", place(0, 1)).unwrap();
        survey.key(ACCOUNTS, "8", place(0, 2)).unwrap();
        survey.key(ACCOUNTS, "7", place(1, 1)).unwrap();
        survey.key(APPLICATIONS, "7", place(2, 1)).unwrap();
        survey.reference(ACCOUNTS, "8", place(2, 1)).unwrap();
        survey.key(APPLICATIONS, "9", place(2, 2)).unwrap();
        survey.reference(ACCOUNTS, "nobody", place(2, 2)).unwrap();
        let mut marks = survey.finish().unwrap();
        let repeated = Known { repeated: Some(0), dangling: false };
        assert_eq!(marks.of(place(0, 1)).unwrap(), repeated);
        assert_eq!(marks.of(place(0, 2)).unwrap(), Known::default());
        assert_eq!(marks.of(place(1, 1)).unwrap(), repeated);
        assert_eq!(marks.of(place(2, 1)).unwrap(), Known::default());
        assert_eq!(marks.of(place(2, 2)).unwrap(), Known { repeated: None, dangling: true });
    }

    #[test]
    fn marks_of_rows_that_are_passed_over_do_not_stand_in_the_way() {
        let mut survey = Survey::new();
        for row in 1..=4 {
            survey.key(ACCOUNTS, "7", place(0, row)).unwrap();
        }
        let mut marks = survey.finish().unwrap();
        assert_eq!(marks.of(place(0, 3)).unwrap().repeated, Some(0));
        assert_eq!(marks.of(place(0, 3)).unwrap().repeated, None, "asked once");
        assert_eq!(marks.of(place(0, 4)).unwrap().repeated, Some(0));
    }

    #[test]
    fn records_survive_the_way_through_a_file() {
        let entry = Entry { space: Space(3), key: [7; 16], refers: true, place: place(2, u64::MAX) };
        let mut bytes = Vec::new();
        entry.encode(&mut bytes).unwrap();
        assert_eq!(Entry::decode(&mut bytes.as_slice()).unwrap(), entry);
        for group in [None, Some(0), Some(5)] {
            let (mark, mut bytes) = (Mark { place: place(1, 2), group }, Vec::new());
            mark.encode(&mut bytes).unwrap();
            assert_eq!(Mark::decode(&mut bytes.as_slice()).unwrap(), mark);
        }
    }
}
