//! The keys that this run has met, for rows that repeat within the files.

use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Sixteen bytes each of key and content: 32 MB for a million rows, and no chance of two that agree by accident.
#[derive(Debug, Default)]
pub(super) struct Seen(HashMap<[u8; 16], [u8; 16]>);

/// What meeting a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    First,
    SameAgain,
    OtherContent,
}

impl Seen {
    pub(super) fn meet(&mut self, key: &str, digest: &[u8]) -> Meeting {
        use std::collections::hash_map::Entry;
        let content = short(digest);
        match self.0.entry(short(key.as_bytes())) {
            Entry::Vacant(place) => {
                place.insert(content);
                Meeting::First
            }
            Entry::Occupied(known) if *known.get() == content => Meeting::SameAgain,
            Entry::Occupied(_) => Meeting::OtherContent,
        }
    }

    pub(super) fn knows(&self, key: &str) -> bool {
        self.0.contains_key(&short(key.as_bytes()))
    }
}

fn short(bytes: &[u8]) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&Sha256::digest(bytes)[..16]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_of_a_key_counts() {
        let mut seen = Seen::default();
        assert_eq!(seen.meet("1", b"a"), Meeting::First);
        assert_eq!(seen.meet("1", b"a"), Meeting::SameAgain);
        assert_eq!(seen.meet("1", b"b"), Meeting::OtherContent);
        assert_eq!(seen.meet("1", b"a"), Meeting::SameAgain);
        assert_eq!(seen.meet("2", b"b"), Meeting::First);
        assert!(seen.knows("2") && !seen.knows("3"));
    }
}
