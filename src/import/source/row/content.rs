//! The content of a row, for digests.

use super::Row;
use crate::import::kind::Target;

impl Row {
    /// Meaning and value of the columns, in an order that does not depend on the file's. Empty values count as absent.
    pub fn push_content<'a>(&'a self, parts: &mut Vec<&'a str>) {
        if self.layout.has_repeated_headers() {
            return self.push_sorted(parts);
        }
        for (target, at) in self.layout.content() {
            push_cell(parts, *target, &self.layout.headers[*at], self.field(*at));
        }
    }

    /// Columns with one header are ordered by their values.
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

    /// Feeds whatever distinguishes this row from another one under the same headers.
    pub fn feed(&self, into: &mut dyn FnMut(&[u8])) {
        into(self.record.text.as_bytes());
        // The field boundaries, so that no text can move from one field to the next unnoticed.
        self.record.ends.iter().for_each(|end| into(&end.to_le_bytes()));
    }
}

fn push_cell<'a>(parts: &mut Vec<&'a str>, target: Option<Target>, header: &'a str, value: &'a str) {
    if !value.is_empty() {
        parts.extend(target.map_or(["+", header, value], |target| ["=", target.as_str(), value]));
    }
}
