//! The meaning of each column of a table.

use std::collections::BTreeSet;

use super::record::Record;
use crate::domain::form::text::tidy;
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::manifest;
use crate::import::report::Columns;

mod shown;
mod words;

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

fn find_columns(
    headers: &[String],
    source: &manifest::Source,
    tally: &mut Tally,
) -> [Option<usize>; Target::ALL.len()] {
    let mut at = [None; Target::ALL.len()];
    for (target, default) in source.kind.columns() {
        let mapped = source.columns.get(target);
        let wanted = match mapped {
            Some(None) => continue,
            Some(Some(header)) => header.as_str(),
            None => default,
        };
        let found = headers.iter().position(|header| header == wanted);
        at[*target as usize] = found;
        let needed = match target {
            Target::Salt => mapped.is_some() || matches!(source.password, Some(Ok(spec)) if spec.has_salt_column()),
            Target::Password => mapped.is_some() || source.password.is_some(),
            _ => true,
        };
        if found.is_none() && needed {
            tally.source(Code::MissingColumn, wanted);
        }
        if headers.iter().filter(|header| *header == wanted).count() > 1 {
            tally.row_with(Code::AmbiguousColumn, 1, wanted);
        }
    }
    at
}

fn name_kept(headers: &[String], targets: &[Option<Target>]) -> Vec<Option<String>> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let columns = headers.iter().zip(targets);
    let names = columns.map(|(header, target)| {
        if is_left_out(header, *target) {
            return None;
        }
        let mut name = header.clone();
        for n in 2.. {
            if !taken.contains(&name) {
                break;
            }
            name = format!("{header} ({n})");
        }
        taken.insert(name.clone());
        Some(name)
    });
    names.collect()
}

/// Columns without a meaning by header, then those with one. The password is excluded: its normal form is part of what was made of the row.
/// The salt is not.
fn order_content(headers: &[String], targets: &[Option<Target>], salt: Option<usize>) -> Vec<(Option<Target>, usize)> {
    let columns = headers.iter().zip(targets).enumerate();
    let kept = columns.filter(|(_, (header, target))| !is_left_out(header, **target));
    let mut content: Vec<_> = kept.map(|(at, (_, target))| (*target, at)).collect();
    content.extend(salt.map(|at| (Some(Target::Salt), at)));
    content.sort_by_key(|(target, at)| (*target, if target.is_some() { "" } else { headers[*at].as_str() }));
    content
}

/// Passwords and salts, and unused columns that look like them, are excluded from raw rows.
fn is_left_out(header: &str, target: Option<Target>) -> bool {
    target.map_or_else(|| looks_secret(header), Target::is_secret)
}

/// Whether a column that the manifest does not use is likely to hold passwords or salts.
fn looks_secret(header: &str) -> bool {
    let header = header.to_lowercase();
    ["密码", "口令", "盐", "password", "passwd", "pwd", "salt"].iter().any(|word| header.contains(word))
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
