//! One row: a record whose columns have names.

mod content;

use std::fmt;
use std::sync::Arc;

use super::layout::Layout;
use super::record::Record;
use crate::domain::form::text::tidy;
use crate::import::finding::Code;
use crate::import::kind::Target;

#[derive(Clone)]
pub struct Row {
    /// Its line in the file; the header is line 1.
    pub number: u64,
    /// Whether it holds tabs or line breaks.
    pub tabbed: bool,
    record: Record,
    layout: Arc<Layout>,
}

impl Row {
    pub(super) fn new(record: Record, layout: &Arc<Layout>) -> Self {
        Self { number: record.line, tabbed: record.tabbed, record, layout: Arc::clone(layout) }
    }

    /// The raw value; empty where the file has no such column.
    pub fn get(&self, target: Target) -> &str {
        self.layout.at(target).map_or("", |at| self.field(at))
    }

    /// The trimmed value.
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

    /// Name and value of every column that a sealed row keeps, with whether the column has a meaning.
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

    /// The source's findings about cells, and the cell's header as messages may quote it.
    pub fn notes(&self) -> impl Iterator<Item = (Code, &str)> {
        self.record.notes.iter().map(|(code, column)| (*code, self.layout.shown(*column)))
    }

    /// Whether a character stands anywhere in the row.
    pub fn holds(&self, character: char) -> bool {
        self.record.text.contains(character)
    }

    /// The approximate memory use of the row.
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

/// Prints no content of the row.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").field("number", &self.number).finish_non_exhaustive()
    }
}
