//! Bytes to records, in bounded memory whatever the bytes are.
//!
//! The quoting rules are csv-core's. This module adds limits, and recovery: a quote that is opened and never closed makes everything behind
//! it one record; then the record's first line is rejected and reading restarts at the second. A line without any quote, which is nearly
//! every one, needs no rules and is found by its end alone.

mod lines;
mod plain;
mod quoted;
mod record;

use csv_core::{Reader, ReaderBuilder};
use std::io::{self, Read};

use quoted::fresh;

/// The limit of a line, or of a record of several lines, in bytes.
pub const MAX_RECORD: usize = 1024 * 1024;
/// The limit of lines in a record, which bounds how often a line is read again.
pub const MAX_LINES: usize = 100;
/// The limit of fields in a record.
pub const MAX_FIELDS: usize = 1000;

const CHUNK: usize = 64 * 1024;

/// The result of one step.
#[derive(Debug, PartialEq, Eq)]
pub enum Split {
    /// A record; its fields are in the splitter.
    Record { line: u64, lines: u64 },
    /// A rejected line.
    Broken { line: u64, why: Broken },
}

/// Why a line is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    UnclosedQuote,
    TooLong,
    TooManyFields,
}

pub struct Splitter<R> {
    input: R,
    chunk: Vec<u8>,
    buffer: Vec<u8>,
    /// The start of the current record.
    start: usize,
    /// The start of the next record.
    next: usize,
    ended: bool,
    line: u64,
    next_line: u64,
    delimiter: u8,
    /// The record is one line without quotes, of this many bytes.
    plain: Option<usize>,
    reader: Reader,
    fields: Vec<u8>,
    ends: Vec<usize>,
    count: usize,
}

impl<R: Read> Splitter<R> {
    pub fn new(input: R, delimiter: u8) -> Self {
        let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
        fresh(&mut reader);
        Self {
            input,
            delimiter,
            plain: None,
            chunk: vec![0; CHUNK],
            buffer: Vec::new(),
            start: 0,
            next: 0,
            ended: false,
            line: 1,
            next_line: 1,
            reader,
            fields: Vec::new(),
            ends: vec![0; MAX_FIELDS + 1],
            count: 0,
        }
    }

    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Rejects the first line of the record read last: reading continues with its second.
    pub fn give_up_first_line(&mut self) {
        let first = self.line_length(self.start).unwrap_or(self.next - self.start);
        self.next = self.start + first;
        self.next_line = self.line + 1;
    }

    /// The next record or broken line; `None` at the end.
    pub fn advance(&mut self) -> io::Result<Option<Split>> {
        self.start = self.next;
        self.line = self.next_line;
        self.plain = None;
        self.skip_blank_lines()?;
        if self.start == self.buffer.len() {
            return Ok(None);
        }
        if let Some(length) = self.find_plain() {
            return self.finish_plain(length).map(Some);
        }
        self.advance_quoted()
    }
}

impl<R> std::fmt::Debug for Splitter<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Splitter").field("line", &self.line).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
