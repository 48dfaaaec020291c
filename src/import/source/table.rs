//! A delimited file as rows with named columns.

use std::io::{self, Read};
use std::sync::Arc;

use super::encoding::Encoding;
use super::split::{Broken, Split, Splitter};
use super::{Item, Items, Rejection};
use crate::domain::form::text::tidy;
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::manifest;

/// Which column of the file means what.
#[derive(Debug)]
pub struct Layout {
    pub headers: Vec<String>,
    at: [Option<usize>; Target::ALL.len()],
}

/// One row, decoded, every field free of control characters but tabs and line breaks.
#[derive(Clone, Debug)]
pub struct Row {
    /// The line of the file that it begins on; the header is line 1.
    pub number: u64,
    /// Tabs or line breaks stand in it.
    pub tabbed: bool,
    fields: Vec<String>,
    layout: Arc<Layout>,
}

impl Row {
    /// A value as given; empty where the file has no such column.
    pub fn get(&self, target: Target) -> &str {
        self.layout.at(target).map_or("", |at| &self.fields[at])
    }

    /// A value without blanks around it.
    pub fn tidy(&self, target: Target) -> &str {
        tidy(self.get(target))
    }

    /// Header, meaning and value of every column, in the file's order.
    pub fn cells(&self) -> impl Iterator<Item = (&str, Option<Target>, &str)> {
        let layout = &self.layout;
        layout
            .headers
            .iter()
            .zip(&self.fields)
            .enumerate()
            .map(|(at, (header, value))| (header.as_str(), layout.target_of(at), value.as_str()))
    }

    /// About how much memory the row takes.
    pub fn bytes(&self) -> usize {
        self.fields.iter().map(String::len).sum()
    }
}

impl Layout {
    fn at(&self, target: Target) -> Option<usize> {
        self.at[target as usize]
    }

    fn target_of(&self, column: usize) -> Option<Target> {
        Target::ALL.iter().copied().find(|target| self.at(*target) == Some(column))
    }

    /// Maps the headers; what is missing, left over or secret is a finding.
    fn new(headers: Vec<String>, source: &manifest::Source, tally: &mut Tally) -> Self {
        let mut layout = Self { headers, at: [None; Target::ALL.len()] };
        for (target, default) in source.kind.columns() {
            let mapped = source.columns.get(target);
            let wanted = match mapped {
                Some(None) => continue,
                Some(Some(header)) => header.as_str(),
                None => default,
            };
            let found = layout.headers.iter().position(|header| header == wanted);
            layout.at[*target as usize] = found;
            let needed = match target {
                Target::Salt => mapped.is_some() || matches!(source.password, Some(Ok(spec)) if spec.has_salt_column()),
                Target::Password => mapped.is_some() || source.password.is_some(),
                _ => true,
            };
            if found.is_none() && needed {
                tally.source(Code::MissingColumn, wanted);
            }
        }
        for (at, header) in layout.headers.iter().enumerate() {
            if layout.target_of(at).is_none() {
                let code = if looks_secret(header) { Code::SecretColumn } else { Code::UnmappedColumn };
                tally.row_with(code, 1, &printable(header));
            }
        }
        if layout.at(Target::Password).is_some() && source.password.is_none() {
            tally.row_with(Code::PasswordWithoutScheme, 1, &layout.headers[layout.at(Target::Password).unwrap_or(0)]);
        }
        layout
    }
}

/// Whether a column that the manifest does not use is likely to hold passwords or salts.
pub fn looks_secret(header: &str) -> bool {
    let header = header.to_lowercase();
    ["密码", "口令", "盐", "password", "passwd", "pwd", "salt"].iter().any(|word| header.contains(word))
}

/// A header as a message may quote it.
fn printable(header: &str) -> String {
    header.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// Reads rows one after the other.
#[derive(Debug)]
pub struct Table<R> {
    splitter: Splitter<R>,
    encoding: Encoding,
    layout: Arc<Layout>,
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

impl<R: Read> Table<R> {
    /// Reads the header.
    pub fn open(bytes: R, encoding: Encoding, source: &manifest::Source, tally: &mut Tally) -> Result<Self, NoTable> {
        let mut splitter = Splitter::new(bytes);
        match splitter.advance()? {
            None => return Err(NoTable::Empty),
            Some(Split::Broken { .. }) => return Err(NoTable::Header),
            Some(Split::Record { .. }) => {}
        }
        let headers: Option<Vec<String>> =
            splitter.fields().map(|field| encoding.decode(field).map(|text| tidy(&text).to_owned())).collect();
        let headers = headers.ok_or(NoTable::Encoding(encoding.as_str()))?;
        let layout = Arc::new(Layout::new(headers, source, tally));
        Ok(Self { splitter, encoding, layout })
    }

    /// Whether a later line of this record looks like a row of its own: then a quote was opened and closed by accident.
    fn swallowed_a_row(&self, columns: usize) -> bool {
        let raw = self.splitter.raw();
        let lines = raw.split(|byte| matches!(byte, b'\n' | b'\r')).skip(1);
        columns > 1 && lines.map(|line| line.split(|byte| *byte == b',').count()).any(|fields| fields >= columns)
    }

    fn decode(&self, number: u64, complete: bool) -> Result<Row, Code> {
        if !complete {
            return Err(Code::ColumnCount);
        }
        let mut tabbed = false;
        let mut fields = Vec::with_capacity(self.layout.headers.len());
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
        Ok(Row { number, tabbed, fields, layout: Arc::clone(&self.layout) })
    }

    /// The key of a rejected row. Where the columns do not agree with the header, only a first column is still what it seems.
    fn key(&self, code: Code) -> String {
        let Some(at) = self.layout.at(Target::Key).filter(|at| *at == 0 || code != Code::ColumnCount) else {
            return String::new();
        };
        let field = self.splitter.fields().nth(at);
        field.and_then(|field| self.encoding.decode(field)).map(|key| tidy(&key).to_owned()).unwrap_or_default()
    }
}

impl<R: Read> Items for Table<R> {
    type Input = Row;

    fn next(&mut self) -> io::Result<Option<Item<Row>>> {
        let reject = |row, code| Ok(Some(Item::Rejected(Rejection { row, key: String::new(), code })));
        let (line, lines) = match self.splitter.advance()? {
            None => return Ok(None),
            Some(Split::Record { line, lines }) => (line, lines),
            Some(Split::Broken { line, why: Broken::UnclosedQuote }) => return reject(line, Code::UnclosedQuote),
            Some(Split::Broken { line, why: Broken::TooLong }) => return reject(line, Code::LineTooLong),
            Some(Split::Broken { line, why: Broken::TooManyFields }) => return reject(line, Code::ColumnCount),
        };
        let columns = self.layout.headers.len();
        let complete = self.splitter.fields().count() == columns;
        if lines > 1 && (!complete || self.swallowed_a_row(columns)) {
            self.splitter.give_up_first_line();
            return reject(line, Code::UnclosedQuote);
        }
        Ok(Some(match self.decode(line, complete) {
            Ok(row) => Item::Row(row),
            Err(code) => Item::Rejected(Rejection { row: line, key: self.key(code), code }),
        }))
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
