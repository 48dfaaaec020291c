//! What is sorted on disk: keys where they occur, and marks of rows.

use extsort::Sortable;
use std::io::{self, Read, Write};

use super::Space;

/// The position of a row: its source's place in the processing order, and its number in that source, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::import) struct Place {
    pub source: u16,
    pub row: u64,
}

/// An occurrence of a key. Rows that have a key sort before rows that only refer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) space: Space,
    pub(super) key: [u8; 16],
    pub(super) refers: bool,
    pub(super) place: Place,
}

/// What the survey found about a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) place: Place,
    /// The number of the group of rows that share its key; `None`: none of the files has the record that it refers to.
    pub(super) group: Option<u64>,
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
    pub(super) fn encode<W: Write>(self, writer: &mut W) -> io::Result<()> {
        writer.write_all(&self.source.to_be_bytes())?;
        writer.write_all(&self.row.to_be_bytes())
    }

    pub(super) fn decode<R: Read>(reader: &mut R) -> io::Result<Self> {
        Ok(Self { source: u16::from_be_bytes(take(reader)?), row: u64::from_be_bytes(take(reader)?) })
    }
}

fn take<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}
