//! What the survey found, read along with the rows.

use extsort::SortedIterator;
use std::io;
use std::iter::Peekable;

use super::firsts::Meeting;

use super::Compare;
use super::firsts::Firsts;
use super::records::{Mark, Place};

/// The survey's results, read along with the rows.
pub(in crate::import) struct Marks {
    pub(super) marks: Peekable<SortedIterator<Mark, Compare<Mark>>>,
    pub(super) firsts: Firsts,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::import) struct Known {
    /// Other rows have its key: to be [met](Marks::meet).
    pub repeated: Option<u64>,
    /// None of the files has the record that it refers to.
    pub dangling: bool,
}

impl Marks {
    pub(in crate::import) fn of(&mut self, place: Place) -> io::Result<Known> {
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
    pub(in crate::import) fn meet(&mut self, group: u64, digest: &[u8]) -> io::Result<Meeting> {
        self.firsts.meet(group, digest)
    }
}
