//! The first row of each repeated key, in a file.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

const DIGEST: usize = 32;

/// The result of meeting a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::import) enum Meeting {
    First,
    SameAgain,
    OtherContent,
}

/// A digest for each group of rows; zeros until its first row was met.
#[derive(Debug)]
pub(super) struct Firsts(Option<File>);

impl Firsts {
    /// Most batches have no groups, and need no file.
    pub(super) fn new(groups: u64) -> io::Result<Self> {
        if groups == 0 {
            return Ok(Self(None));
        }
        let file = tempfile::tempfile()?;
        file.set_len(groups * DIGEST as u64)?;
        Ok(Self(Some(file)))
    }

    pub(super) fn meet(&mut self, group: u64, digest: &[u8]) -> io::Result<Meeting> {
        let Some(file) = &self.0 else { return Ok(Meeting::First) };
        let (mut first, at) = ([0; DIGEST], group * DIGEST as u64);
        file.read_exact_at(&mut first, at)?;
        if first == [0; DIGEST] {
            file.write_all_at(digest, at)?;
            return Ok(Meeting::First);
        }
        Ok(if first[..] == *digest { Meeting::SameAgain } else { Meeting::OtherContent })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_first_row_of_a_key_counts() {
        let (a, b) = ([1; DIGEST], [2; DIGEST]);
        let mut firsts = Firsts::new(2).unwrap();
        assert_eq!(firsts.meet(1, &a).unwrap(), Meeting::First);
        assert_eq!(firsts.meet(1, &a).unwrap(), Meeting::SameAgain);
        assert_eq!(firsts.meet(1, &b).unwrap(), Meeting::OtherContent);
        assert_eq!(firsts.meet(1, &a).unwrap(), Meeting::SameAgain);
        assert_eq!(firsts.meet(0, &b).unwrap(), Meeting::First);
    }
}
