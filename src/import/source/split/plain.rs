//! Lines without quotes.

use memchr::memchr3;
use std::io::{self, Read};

use super::{Broken, MAX_FIELDS, MAX_RECORD, Split, Splitter};

impl<R: Read> Splitter<R> {
    /// The length of the line without its end, if the buffer holds that and no quote.
    pub(super) fn find_plain(&self) -> Option<usize> {
        let rest = &self.buffer[self.start..];
        let length = memchr3(b'\n', b'\r', b'"', rest)?;
        let whole = rest[length] == b'\n' || (rest[length] == b'\r' && (length + 1 < rest.len() || self.ended));
        (whole && length < MAX_RECORD).then_some(length)
    }

    pub(super) fn finish_plain(&mut self, length: usize) -> io::Result<Split> {
        let line = &self.buffer[self.start..self.start + length];
        self.count = self.count_in(line);
        if self.count > MAX_FIELDS {
            return self.give_up(Broken::TooManyFields);
        }
        self.plain = Some(length);
        self.next = self.start + length + 1;
        self.end_line();
        self.next_line = self.line + 1;
        Ok(Split::Record { line: self.line, lines: 1 })
    }
}
