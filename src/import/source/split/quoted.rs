//! Records with quotes, by the rules of csv-core.

use csv_core::{ReadRecordResult, Reader};
use std::io::{self, Read};

use super::{Broken, MAX_FIELDS, MAX_LINES, MAX_RECORD, Split, Splitter};

impl<R: Read> Splitter<R> {
    pub(super) fn advance_quoted(&mut self) -> io::Result<Option<Split>> {
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

    pub(super) fn give_up(&mut self, why: Broken) -> io::Result<Split> {
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
pub(super) fn fresh(reader: &mut Reader) {
    reader.reset();
    reader.read_record(b"x\n", &mut [0; 4], &mut [0; 4]);
}
