//! A delimited file as rows with named columns.

use std::io::{self, Read};
use std::sync::Arc;

use super::encoding::Encoding;
use super::records::{NoTable, Record, Records, Refused};
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
    records: Records<R>,
    layout: Arc<Layout>,
}

impl<R: Read> Table<R> {
    /// Reads the header.
    pub fn open(bytes: R, encoding: Encoding, source: &manifest::Source, tally: &mut Tally) -> Result<Self, NoTable> {
        let records = Records::open(bytes, encoding)?;
        let layout = Arc::new(Layout::new(records.headers().to_vec(), source, tally));
        Ok(Self { records, layout })
    }

    /// The key of a rejected row. Where the columns do not agree with the header, only a first column is still what it seems.
    fn key(&self, code: Code) -> String {
        let at = self.layout.at(Target::Key).filter(|at| *at == 0 || code != Code::ColumnCount);
        at.and_then(|at| self.records.field(at)).unwrap_or_default()
    }
}

impl<R: Read> Items for Table<R> {
    type Input = Row;

    fn next(&mut self) -> io::Result<Option<Item<Row>>> {
        Ok(self.records.advance()?.map(|record| match record {
            Ok(Record { line, tabbed, fields }) => {
                Item::Row(Row { number: line, tabbed, fields, layout: Arc::clone(&self.layout) })
            }
            Err(Refused { line, code, split }) => {
                Item::Rejected(Rejection { row: line, key: if split { self.key(code) } else { String::new() }, code })
            }
        }))
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
