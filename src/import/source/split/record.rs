//! The record read last.

use memchr::memchr_iter;
use std::io::Read;

use super::Splitter;

impl<R: Read> Splitter<R> {
    /// The fields of the record read last, as bytes.
    pub fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let plain = self.plain().into_iter().flat_map(|line| line.split(|byte| *byte == self.delimiter));
        let count = if self.plain.is_some() { 0 } else { self.count };
        let unquoted = (0..count).map(|at| {
            let from = if at == 0 { 0 } else { self.ends[at - 1] };
            &self.fields[from..self.ends[at]]
        });
        plain.chain(unquoted)
    }

    /// The number of fields in the record read last.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The number of fields in a line without quotes.
    pub fn count_in(&self, line: &[u8]) -> usize {
        memchr_iter(self.delimiter, line).count() + 1
    }

    /// The record read last, if it has no quote: its fields are separated by delimiters alone.
    pub fn plain(&self) -> Option<&[u8]> {
        self.plain.map(|length| &self.buffer[self.start..self.start + length])
    }

    /// The raw lines of the record read last.
    pub fn raw(&self) -> &[u8] {
        &self.buffer[self.start..self.next]
    }
}
