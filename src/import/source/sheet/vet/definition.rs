//! Searching for a document type.

/// Searches for a document type. The reader ignores entities that one defines, and the text that they stand for: a part of a name.
#[derive(Default)]
pub(super) struct Definition {
    /// The end of the searched bytes, where one may have begun.
    tail: Vec<u8>,
}

impl Definition {
    const BEGINNING: &[u8] = b"<!doctype";

    pub(super) fn is_in(&mut self, bytes: &[u8]) -> bool {
        self.tail.extend_from_slice(bytes);
        let found = self.tail.windows(Self::BEGINNING.len()).any(|window| window.eq_ignore_ascii_case(Self::BEGINNING));
        let kept = self.tail.len().min(Self::BEGINNING.len() - 1);
        self.tail.drain(..self.tail.len() - kept);
        found
    }
}
