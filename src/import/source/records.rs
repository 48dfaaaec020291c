//! A delimited file as records: split, decoded, and checked against the header's number of columns.

use std::io::{self, Read};

use super::encoding::Encoding;
use super::items::NoTable;
use super::record::{Assembly, Record};
use super::split::{Broken, Split, Splitter};
use crate::domain::form::text::tidy;
use crate::import::finding::Code;

/// A rejected line.
#[derive(Debug)]
pub struct Refused {
    pub line: u64,
    pub code: Code,
    /// Whether it was split into fields nevertheless: some of them may be what they seem.
    pub split: bool,
}

#[derive(Debug)]
pub struct Records<R> {
    splitter: Splitter<R>,
    encoding: Encoding,
    headers: Vec<String>,
    assembly: Assembly,
}

impl<R: Read> Records<R> {
    pub fn open(bytes: R, encoding: Encoding, delimiter: u8) -> Result<Self, NoTable> {
        let mut splitter = Splitter::new(bytes, delimiter);
        match splitter.advance()? {
            None => return Err(NoTable::Empty),
            Some(Split::Broken { .. }) => return Err(NoTable::Header),
            Some(Split::Record { .. }) => {}
        }
        let headers: Option<Vec<String>> =
            splitter.fields().map(|field| encoding.decode(field).map(|text| tidy(&text).to_owned())).collect();
        let headers = headers.ok_or(NoTable::Encoding(encoding.as_str()))?;
        Ok(Self { splitter, encoding, headers, assembly: Assembly::default() })
    }

    /// The headers, trimmed.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The next record, or why a line was rejected; `None` at the end.
    pub fn advance(&mut self) -> io::Result<Option<Result<Record, Refused>>> {
        let refuse = |line, code| Ok(Some(Err(Refused { line, code, split: false })));
        let (line, lines) = match self.splitter.advance()? {
            None => return Ok(None),
            Some(Split::Record { line, lines }) => (line, lines),
            Some(Split::Broken { line, why: Broken::UnclosedQuote }) => return refuse(line, Code::UnclosedQuote),
            Some(Split::Broken { line, why: Broken::TooLong }) => return refuse(line, Code::LineTooLong),
            Some(Split::Broken { line, why: Broken::TooManyFields }) => return refuse(line, Code::ColumnCount),
        };
        let complete = self.splitter.count() == self.headers.len();
        if lines > 1 && (!complete || self.swallowed_a_row()) {
            self.splitter.give_up_first_line();
            return refuse(line, Code::UnclosedQuote);
        }
        let decoded = if complete { self.decode() } else { Err(Code::ColumnCount) };
        let record = decoded.and_then(|()| self.assembly.finish(line));
        Ok(Some(record.map_err(|code| Refused { line, code, split: true })))
    }

    /// A field of the record read last, trimmed; `None` where it cannot be decoded.
    pub fn field(&self, at: usize) -> Option<String> {
        let field = self.splitter.fields().nth(at)?;
        self.encoding.decode(field).map(|text| tidy(&text).to_owned())
    }

    /// Whether a later line of this record looks like a row of its own: then a quote was opened and closed by accident.
    fn swallowed_a_row(&self) -> bool {
        let (raw, columns) = (self.splitter.raw(), self.headers.len());
        let lines = raw.split(|byte| matches!(byte, b'\n' | b'\r')).skip(1);
        columns > 1 && lines.map(|line| self.splitter.count_in(line)).any(|fields| fields >= columns)
    }

    /// A line without quotes is decoded as a whole: no encoding lets a delimiter stand within a character, or a character across one.
    fn decode(&mut self) -> Result<(), Code> {
        let Self { splitter, encoding, assembly, .. } = self;
        assembly.clear();
        if let Some(line) = splitter.plain() {
            encoding.decode_into(line, &mut assembly.text).ok_or(Code::MalformedBytes)?;
            assembly.cut(splitter.delimiter());
            return Ok(());
        }
        for field in splitter.fields() {
            assembly.push(|text| encoding.decode_into(field, text).ok_or(Code::MalformedBytes))?;
        }
        Ok(())
    }
}
