//! One row: decoded, with named columns, in one piece of memory.

use std::fmt;
use std::sync::Arc;

use super::layout::Layout;
use crate::domain::form::text::tidy;
use crate::domain::text::is_blank;
use crate::import::finding::Code;
use crate::import::kind::Target;

/// Decoded fields, each free of control characters but tabs and line breaks.
#[derive(Clone)]
pub struct Record {
    /// The line of the file that it begins on; the header is line 1.
    pub line: u64,
    /// Tabs or line breaks stand in it.
    pub tabbed: bool,
    /// The fields, one byte between each two.
    text: Box<str>,
    ends: Box<[u32]>,
    /// What the source says of a cell, and its column.
    notes: Box<[(Code, usize)]>,
}

/// A record whose columns have names.
#[derive(Clone)]
pub struct Row {
    /// Its line in the file; the header is line 1.
    pub number: u64,
    /// Tabs or line breaks stand in it.
    pub tabbed: bool,
    record: Record,
    layout: Arc<Layout>,
}

impl Record {
    /// A value as given.
    pub fn field(&self, at: usize) -> &str {
        let from = if at == 0 { 0 } else { self.ends[at - 1] as usize + 1 };
        &self.text[from..self.ends[at] as usize]
    }
}

impl Row {
    pub(super) fn new(record: Record, layout: &Arc<Layout>) -> Self {
        Self { number: record.line, tabbed: record.tabbed, record, layout: Arc::clone(layout) }
    }

    /// A value as given; empty where the file has no such column.
    pub fn get(&self, target: Target) -> &str {
        self.layout.at(target).map_or("", |at| self.field(at))
    }

    /// A value without blanks around it.
    pub fn tidy(&self, target: Target) -> &str {
        tidy(self.get(target))
    }

    /// Header, meaning and value of every column, in the file's order.
    pub fn cells(&self) -> impl Iterator<Item = (&str, Option<Target>, &str)> {
        let layout = &self.layout;
        (0..self.record.ends.len()).map(|at| (layout.headers[at].as_str(), layout.target_of(at), self.field(at)))
    }

    /// Name and value of every column that a sealed row keeps. Of two columns with one header, the later is `header (2)`.
    pub fn kept(&self) -> impl Iterator<Item = (&str, &str)> {
        let names = self.layout.kept_names().iter().enumerate();
        names.filter_map(|(at, name)| Some((name.as_deref()?, self.field(at))))
    }

    /// The same, with whether the column has a meaning.
    pub fn kept_cells(&self) -> impl Iterator<Item = (&str, bool, &str)> {
        let names = self.layout.kept_names().iter().enumerate();
        names.filter_map(|(at, name)| Some((name.as_deref()?, self.layout.target_of(at).is_some(), self.field(at))))
    }

    /// Header as messages may quote it, meaning and value of every column that is no secret.
    pub fn texts(&self) -> impl Iterator<Item = (&str, Option<Target>, &str)> {
        let names = self.layout.kept_names().iter().enumerate();
        names
            .filter(|(_, name)| name.is_some())
            .map(|(at, _)| (self.layout.shown(at), self.layout.target_of(at), self.field(at)))
    }

    /// What the columns mean and hold, in an order that does not depend on the file's. Empty values count as absent.
    pub fn push_content<'a>(&'a self, parts: &mut Vec<&'a str>) {
        if self.layout.has_repeated_headers() {
            return self.push_sorted(parts);
        }
        for (target, at) in self.layout.content() {
            push_cell(parts, *target, &self.layout.headers[*at], self.field(*at));
        }
    }

    /// Columns with one header have no order but that of their values.
    fn push_sorted<'a>(&'a self, parts: &mut Vec<&'a str>) {
        let content = self.layout.content().iter();
        let mut cells: Vec<_> =
            content.map(|(target, at)| (*target, self.layout.headers[*at].as_str(), self.field(*at))).collect();
        cells.sort_unstable_by_key(|(target, header, value)| {
            (*target, if target.is_some() { "" } else { header }, *value)
        });
        for (target, header, value) in cells {
            push_cell(parts, target, header, value);
        }
    }

    /// What the source had to say of a cell, and the cell's header as messages may quote it.
    pub fn notes(&self) -> impl Iterator<Item = (Code, &str)> {
        self.record.notes.iter().map(|(code, column)| (*code, self.layout.shown(*column)))
    }

    /// Whether a character stands anywhere in the row.
    pub fn holds(&self, character: char) -> bool {
        self.record.text.contains(character)
    }

    /// Gives whatever tells this row from another one under the same headers.
    pub fn feed(&self, into: &mut dyn FnMut(&[u8])) {
        into(self.record.text.as_bytes());
        // Where the fields end, so that nothing can move from one to the next.
        self.record.ends.iter().for_each(|end| into(&end.to_le_bytes()));
    }

    /// About how much memory the row takes.
    pub fn bytes(&self) -> usize {
        self.record.text.len() + self.record.ends.len() * size_of::<u32>()
    }

    #[cfg(test)]
    pub(super) fn is_header(&self) -> bool {
        self.layout.is_header(&self.record)
    }

    fn field(&self, at: usize) -> &str {
        self.record.field(at)
    }
}

fn push_cell<'a>(parts: &mut Vec<&'a str>, target: Option<Target>, header: &'a str, value: &'a str) {
    if !value.is_empty() {
        parts.extend(target.map_or(["+", header, value], |target| ["=", target.as_str(), value]));
    }
}

/// Without what the row holds.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").field("number", &self.number).finish_non_exhaustive()
    }
}

/// Where records are put together; used again for every one.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The fields, one byte between each two: `between`.
    pub(super) text: String,
    ends: Vec<u32>,
    between: u8,
    notes: Vec<(Code, usize)>,
}

impl Draft {
    /// An empty draft whose fields will be pushed one by one.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.notes.clear();
        self.between = 0;
    }

    /// Says something of a cell of this record.
    pub(super) fn note(&mut self, code: Code, column: usize) {
        self.notes.push((code, column));
    }

    /// Calls for the text of the next field.
    pub(super) fn push<E>(&mut self, write: impl FnOnce(&mut String) -> Result<(), E>) -> Result<(), E> {
        if !self.ends.is_empty() {
            self.text.push('\0');
        }
        write(&mut self.text)?;
        self.ends.push(offset(self.text.len()));
        Ok(())
    }

    /// Takes the text as it is for fields with `between` between them.
    pub(super) fn cut(&mut self, between: u8) {
        self.between = between;
        self.ends.clear();
        self.ends.extend(memchr::memchr_iter(between, self.text.as_bytes()).map(offset));
        self.ends.push(offset(self.text.len()));
    }

    /// The record, unless a control character stands in it.
    pub(super) fn finish(&self, line: u64) -> Result<Record, Code> {
        let tabbed = if self.may_hold_control() { self.check_fields()? } else { false };
        let (text, ends) = (self.text.as_str().into(), self.ends.as_slice().into());
        Ok(Record { line, tabbed, text, ends, notes: self.notes.as_slice().into() })
    }

    /// Bytes are faster to look through than characters. C2 begins U+0080 to U+00BF, the first half of which are control characters.
    fn may_hold_control(&self) -> bool {
        let found = self.text.bytes().filter(|byte| *byte < 0x20 || matches!(byte, 0x7f | 0xc2)).count();
        found > if self.between < 0x20 { self.ends.len() - 1 } else { 0 }
    }

    /// Whether tabs or line breaks stand in a field. White space at its ends, control characters among it, is part of no value.
    fn check_fields(&self) -> Result<bool, Code> {
        let (mut tabbed, mut from) = (false, 0);
        for end in &self.ends {
            let field = self.text[from..*end as usize].trim_matches(is_blank);
            for c in field.chars().filter(|c| c.is_control()) {
                if !matches!(c, '\t' | '\n' | '\r') {
                    return Err(Code::ControlCharacter);
                }
                tabbed = true;
            }
            from = *end as usize + 1;
        }
        Ok(tabbed)
    }
}

/// Rows are far shorter than 4 GiB, whatever brings them: see `split::MAX_RECORD`.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
