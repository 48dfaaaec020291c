//! The meaning of each column of a table.

mod columns;
mod shown;
mod words;

use std::collections::BTreeSet;

use super::record::Record;
use crate::domain::form::text::tidy;
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::manifest;
use crate::import::report::Columns;

use columns::{find_columns, looks_secret, name_kept, order_content};
use words::Words;

/// The meaning of each column, and what follows from it for every row.
#[derive(Debug)]
pub struct Layout {
    pub headers: Vec<String>,
    /// The headers as messages may quote them.
    shown: Vec<String>,
    at: [Option<usize>; Target::ALL.len()],
    targets: Vec<Option<Target>>,
    kept_names: Vec<Option<String>>,
    content: Vec<(Option<Target>, usize)>,
    repeated_headers: bool,
    words: Words,
}

impl Layout {
    /// Maps the headers; missing, unmapped and secret columns are findings.
    pub fn new(headers: Vec<String>, source: &manifest::Source, tally: &mut Tally) -> Self {
        let at = find_columns(&headers, source, tally);
        let target_of = |column| Target::ALL.iter().copied().find(|target| at[*target as usize] == Some(column));
        let targets: Vec<Option<Target>> = (0..headers.len()).map(target_of).collect();
        let shown = shown::shown(&headers, &targets, source, tally);
        for (at, header) in headers.iter().enumerate().filter(|(at, _)| targets[*at].is_none()) {
            let code = if looks_secret(header) { Code::SecretColumn } else { Code::UnmappedColumn };
            tally.row_with(code, 1, &shown[at]);
        }
        if let Some(password) = at[Target::Password as usize].filter(|_| source.password.is_none()) {
            tally.row_with(Code::PasswordWithoutScheme, 1, &headers[password]);
        }
        let unique: BTreeSet<&String> = headers.iter().collect();
        let repeated_headers = unique.len() < headers.len();
        let kept_names = name_kept(&headers, &targets);
        let content = order_content(&headers, &targets, at[Target::Salt as usize]);
        let words = Words::of(source.kind, &headers, targets.iter().filter_map(|target| *target));
        Self { headers, shown, at, targets, kept_names, content, repeated_headers, words }
    }

    /// The columns for the report.
    pub(super) fn columns(&self) -> Columns {
        let named = |target: &Target| Some((target.as_str(), self.shown[self.at(*target)?].clone()));
        let rest = self.shown.iter().zip(&self.targets).filter(|(_, target)| target.is_none());
        Columns {
            mapped: Target::ALL.iter().filter_map(named).collect(),
            unmapped: rest.map(|(header, _)| header.clone()).collect(),
        }
    }

    /// Whether a row repeats the header, as in files that were joined or printed page by page, or is the line of dashes below one.
    pub(super) fn is_header(&self, record: &Record) -> bool {
        let columns = || (0..self.headers.len()).filter_map(|at| Some((self.targets[at]?, tidy(record.field(at)))));
        let fields = || columns().filter(|(_, field)| !field.is_empty());
        let is_dashes = |field: &str| field.len() > 1 && field.bytes().all(|byte| byte == b'-');
        // Nearly every row has a number among its first fields.
        if fields().nth(1).is_none() || fields().any(|(_, field)| words::has_digit(field)) {
            return fields().nth(1).is_some() && fields().all(|(_, field)| self.is_own(field));
        }
        // Other files may have the columns in another order and under other words. A word that comes twice is a placeholder.
        let is_word = |field: &str| self.words.has(field) && fields().filter(|(_, other)| *other == field).count() == 1;
        let identifying = || fields().filter(|(target, _)| is_identifying(*target));
        let is_named = identifying().nth(1).is_some() && identifying().all(|(_, field)| is_word(field));
        is_named || fields().all(|(_, field)| is_dashes(field)) || fields().all(|(_, field)| is_word(field))
    }

    fn is_own(&self, field: &str) -> bool {
        self.headers.iter().any(|header| header == field)
    }

    /// A header as messages may quote it.
    pub(super) fn shown(&self, column: usize) -> &str {
        &self.shown[column]
    }

    pub(super) fn at(&self, target: Target) -> Option<usize> {
        self.at[target as usize]
    }

    pub(super) fn target_of(&self, column: usize) -> Option<Target> {
        self.targets[column]
    }

    /// The columns' names in a sealed row; `None` for those that are excluded from it.
    pub(super) fn kept_names(&self) -> &[Option<String>] {
        &self.kept_names
    }

    /// The columns in the digest of a row's content, in order.
    pub(super) fn content(&self) -> &[(Option<Target>, usize)] {
        &self.content
    }

    pub(super) fn has_repeated_headers(&self) -> bool {
        self.repeated_headers
    }
}

/// The columns that identify a row's person. A header has words in all of these, whatever the other columns are called.
fn is_identifying(target: Target) -> bool {
    matches!(
        target,
        Target::Key | Target::Code | Target::Account | Target::Number | Target::CertificateNumber | Target::Name
    )
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
