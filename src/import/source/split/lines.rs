//! Line boundaries, and the buffer.

use memchr::memchr2;
use std::io::{self, Read};

use super::Splitter;

impl<R: Read> Splitter<R> {
    /// Consumes the LF behind a CR: a line is examined only when its LF is in the buffer.
    pub(super) fn end_line(&mut self) {
        if self.buffer[self.next - 1] == b'\r' && self.buffer.get(self.next) == Some(&b'\n') {
            self.next += 1;
        }
    }

    /// Drops everything up to the end of the line, however far that is.
    pub(super) fn skip_line(&mut self) -> io::Result<()> {
        loop {
            // A CR at the end may be half a line end.
            self.start = self.buffer.len() - usize::from(self.buffer.last() == Some(&b'\r'));
            self.fill()?;
            if let Some(length) = self.line_length(self.start) {
                self.next = self.start + length;
                return Ok(());
            }
            if self.ended {
                self.next = self.buffer.len();
                return Ok(());
            }
        }
    }

    pub(super) fn skip_blank_lines(&mut self) -> io::Result<()> {
        loop {
            if self.start == self.buffer.len() {
                if self.ended {
                    return Ok(());
                }
                self.fill()?;
                continue;
            }
            match self.buffer[self.start] {
                b'\n' => self.line += 1,
                b'\r' => {
                    if self.start + 1 == self.buffer.len() && !self.ended {
                        self.fill()?;
                    }
                    let pair = self.buffer.get(self.start + 1) == Some(&b'\n');
                    self.line += u64::from(!pair);
                }
                _ => return Ok(()),
            }
            self.start += 1;
        }
    }

    /// Bytes from `from` through the end of its line, if the buffer certainly holds that end.
    pub(super) fn line_length(&self, from: usize) -> Option<usize> {
        let end = from + memchr2(b'\n', b'\r', &self.buffer[from..])?;
        match (self.buffer[end], self.buffer.get(end + 1)) {
            (b'\r', None) if !self.ended => None,
            (b'\r', Some(b'\n')) => Some(end + 2 - from),
            _ => Some(end + 1 - from),
        }
    }

    /// Reads more, and drops what lies before the current record.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let count = loop {
            match self.input.read(&mut self.chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.buffer.extend_from_slice(&self.chunk[..count]);
        self.ended = count == 0;
        Ok(())
    }
}
