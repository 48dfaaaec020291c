//! Bytes to records, in bounded memory whatever the bytes are.
//!
//! The quoting rules are csv-core's. This module adds limits, and recovery: a quote that is opened and never closed makes everything behind
//! it one record; then the record's first line is rejected and reading restarts at the second. A line without any quote, which is nearly
//! every one, needs no rules and is found by its end alone.

mod lines;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::{memchr_iter, memchr3};
use std::io::{self, Read};

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

    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// The record read last, if it has no quote: its fields are separated by delimiters alone.
    pub fn plain(&self) -> Option<&[u8]> {
        self.plain.map(|length| &self.buffer[self.start..self.start + length])
    }

    /// The raw lines of the record read last.
    pub fn raw(&self) -> &[u8] {
        &self.buffer[self.start..self.next]
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

    /// The length of the line without its end, if the buffer holds that and no quote.
    fn find_plain(&self) -> Option<usize> {
        let rest = &self.buffer[self.start..];
        let length = memchr3(b'\n', b'\r', b'"', rest)?;
        let whole = rest[length] == b'\n' || (rest[length] == b'\r' && (length + 1 < rest.len() || self.ended));
        (whole && length < MAX_RECORD).then_some(length)
    }

    fn finish_plain(&mut self, length: usize) -> io::Result<Split> {
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

    fn advance_quoted(&mut self) -> io::Result<Option<Split>> {
        let (mut fed, mut written, mut lines) = (self.start, 0, 0);
        self.count = 0;
        loop {
            // One line at a time: an open quote must not run through a megabyte of short lines again and again.
            let piece_end = match self.line_length(fed) {
                Some(length) => fed + length,
                None if self.ended => self.buffer.len(),
                None if self.buffer.len() - self.start > MAX_RECORD => return self.too_long(lines).map(Some),
                None => {
                    let consumed = fed - self.start;
                    self.fill()?;
                    fed = self.start + consumed;
                    continue;
                }
            };
            if piece_end - self.start > MAX_RECORD {
                return self.too_long(lines).map(Some);
            }
            // At the very end a line feed is fed: content to an open quote, the end of a record to anything else.
            let last = fed == piece_end;
            let piece = if last { &b"\n"[..] } else { &self.buffer[fed..piece_end] };
            if self.fields.len() < written + piece.len() {
                self.fields.resize(written + piece.len(), 0);
            }
            let (result, read, out, ended_fields) =
                self.reader.read_record(piece, &mut self.fields[written..], &mut self.ends[self.count..]);
            written += out;
            self.count += ended_fields;
            match result {
                ReadRecordResult::Record => {
                    self.next = if last { fed } else { fed + read };
                    return self.finish(lines).map(Some);
                }
                ReadRecordResult::OutputEndsFull => return self.give_up(Broken::TooManyFields).map(Some),
                ReadRecordResult::InputEmpty if last || lines >= MAX_LINES => {
                    return self.give_up(Broken::UnclosedQuote).map(Some);
                }
                ReadRecordResult::InputEmpty => {
                    let ends_line = matches!(piece.last(), Some(b'\n' | b'\r'));
                    fed += read;
                    lines += usize::from(ends_line);
                }
                ReadRecordResult::OutputFull | ReadRecordResult::End => {
                    unreachable!("the output is as long as the input, and the input is never empty")
                }
            }
        }
    }

    /// A record was read up to `self.next`; `before` lines of it ended inside quotes.
    fn finish(&mut self, before: usize) -> io::Result<Split> {
        if self.count > MAX_FIELDS {
            return self.give_up(Broken::TooManyFields);
        }
        self.end_line();
        let lines = before as u64 + 1;
        self.next_line = self.line + lines;
        Ok(Split::Record { line: self.line, lines })
    }

    fn give_up(&mut self, why: Broken) -> io::Result<Split> {
        fresh(&mut self.reader);
        let line = self.line;
        match self.line_length(self.start) {
            Some(length) => self.next = self.start + length,
            None if self.ended => self.next = self.buffer.len(),
            None => self.skip_line()?,
        }
        self.next_line = line + 1;
        Ok(Split::Broken { line, why })
    }

    fn too_long(&mut self, lines: usize) -> io::Result<Split> {
        self.give_up(if lines == 0 { Broken::TooLong } else { Broken::UnclosedQuote })
    }
}

/// At the start of a record. A used reader does not look for a byte order mark, whose bytes are also GB18030.
fn fresh(reader: &mut Reader) {
    reader.reset();
    reader.read_record(b"x\n", &mut [0; 4], &mut [0; 4]);
}

impl<R> std::fmt::Debug for Splitter<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Splitter").field("line", &self.line).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
