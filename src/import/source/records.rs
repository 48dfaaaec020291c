//! A delimited file as records: split, decoded, and held against the number of columns that the header has.

use std::io::{self, Read};

use super::encoding::Encoding;
use super::split::{Broken, Split, Splitter};
use crate::domain::form::text::tidy;
use crate::import::finding::Code;

/// One record, every field free of control characters but tabs and line breaks.
#[derive(Debug)]
pub struct Record {
    /// The line of the file that it begins on; the header is line 1.
    pub line: u64,
    /// Tabs or line breaks stand in it.
    pub tabbed: bool,
    pub fields: Vec<String>,
}

/// A line that is left out.
#[derive(Debug)]
pub struct Refused {
    pub line: u64,
    pub code: Code,
    /// It was split into fields all the same: some of them may be what they seem.
    pub split: bool,
}

/// Reads records one after the other.
#[derive(Debug)]
pub struct Records<R> {
    splitter: Splitter<R>,
    encoding: Encoding,
    headers: Vec<String>,
}

/// Why a file has no table in it.
#[derive(Debug, thiserror::Error)]
pub enum NoTable {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("文件是空的")]
    Empty,
    #[error("表头不能按 {0} 解码")]
    Encoding(&'static str),
    #[error("表头过长、列数过多，或有未闭合的引号")]
    Header,
}

impl<R: Read> Records<R> {
    /// Reads the header.
    pub fn open(bytes: R, encoding: Encoding) -> Result<Self, NoTable> {
        let mut splitter = Splitter::new(bytes);
        match splitter.advance()? {
            None => return Err(NoTable::Empty),
            Some(Split::Broken { .. }) => return Err(NoTable::Header),
            Some(Split::Record { .. }) => {}
        }
        let headers: Option<Vec<String>> =
            splitter.fields().map(|field| encoding.decode(field).map(|text| tidy(&text).to_owned())).collect();
        let headers = headers.ok_or(NoTable::Encoding(encoding.as_str()))?;
        Ok(Self { splitter, encoding, headers })
    }

    /// The headers, without blanks around them.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The next record, or why a line is none; `None` at the end.
    pub fn advance(&mut self) -> io::Result<Option<Result<Record, Refused>>> {
        let refuse = |line, code| Ok(Some(Err(Refused { line, code, split: false })));
        let (line, lines) = match self.splitter.advance()? {
            None => return Ok(None),
            Some(Split::Record { line, lines }) => (line, lines),
            Some(Split::Broken { line, why: Broken::UnclosedQuote }) => return refuse(line, Code::UnclosedQuote),
            Some(Split::Broken { line, why: Broken::TooLong }) => return refuse(line, Code::LineTooLong),
            Some(Split::Broken { line, why: Broken::TooManyFields }) => return refuse(line, Code::ColumnCount),
        };
        let complete = self.splitter.fields().count() == self.headers.len();
        if lines > 1 && (!complete || self.swallowed_a_row()) {
            self.splitter.give_up_first_line();
            return refuse(line, Code::UnclosedQuote);
        }
        Ok(Some(self.decode(line, complete).map_err(|code| Refused { line, code, split: true })))
    }

    /// A field of the record read last, without blanks around it; `None` where it cannot be decoded.
    pub fn field(&self, at: usize) -> Option<String> {
        let field = self.splitter.fields().nth(at)?;
        self.encoding.decode(field).map(|text| tidy(&text).to_owned())
    }

    /// Whether a later line of this record looks like a row of its own: then a quote was opened and closed by accident.
    fn swallowed_a_row(&self) -> bool {
        let (raw, columns) = (self.splitter.raw(), self.headers.len());
        let lines = raw.split(|byte| matches!(byte, b'\n' | b'\r')).skip(1);
        columns > 1 && lines.map(|line| line.split(|byte| *byte == b',').count()).any(|fields| fields >= columns)
    }

    fn decode(&self, line: u64, complete: bool) -> Result<Record, Code> {
        if !complete {
            return Err(Code::ColumnCount);
        }
        let mut tabbed = false;
        let mut fields = Vec::with_capacity(self.headers.len());
        for field in self.splitter.fields() {
            let text = self.encoding.decode(field).ok_or(Code::MalformedBytes)?;
            for c in text.chars().filter(|c| c.is_control()) {
                if !matches!(c, '\t' | '\n' | '\r') {
                    return Err(Code::ControlCharacter);
                }
                tabbed = true;
            }
            fields.push(text.into_owned());
        }
        Ok(Record { line, tabbed, fields })
    }
}
