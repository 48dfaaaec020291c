//! Counting the findings of one source.

use std::collections::BTreeMap;

use super::codes::Code;
use super::forms;
use super::{Finding, Severity};
use crate::domain::day::Form;
use crate::import::kind::Target;

/// How many row numbers a finding names.
pub(super) const FIRST_ROWS: usize = 5;
/// How many details (names of columns, reasons) a finding quotes.
const FIRST_DETAILS: usize = 8;

/// All findings of one source.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    seen: BTreeMap<Code, Seen>,
    forms: forms::Forms,
}

#[derive(Clone, Debug, Default)]
struct Seen {
    pub(super) count: u64,
    pub(super) first_rows: Vec<u64>,
    pub(super) details: Vec<String>,
}

impl Tally {
    pub fn row(&mut self, code: Code, row: u64) {
        let seen = self.seen.entry(code).or_default();
        seen.count += 1;
        if seen.first_rows.len() < FIRST_ROWS && !seen.first_rows.contains(&row) {
            seen.first_rows.push(row);
        }
    }

    /// Notes a finding about one row, with a detail.
    pub fn row_with(&mut self, code: Code, row: u64, detail: &str) {
        self.row(code, row);
        self.detail(code, detail);
    }

    /// Notes a finding about the whole source.
    pub fn source(&mut self, code: Code, detail: &str) {
        self.seen.entry(code).or_default().count += 1;
        self.detail(code, detail);
    }

    /// Merges the findings of an accepted row.
    pub fn absorb(&mut self, row: Self) {
        for (code, other) in row.seen {
            let seen = self.seen.entry(code).or_default();
            seen.count += other.count;
            // Rows are not always settled in order.
            seen.first_rows.extend(other.first_rows);
            seen.first_rows.sort_unstable();
            seen.first_rows.dedup();
            seen.first_rows.truncate(FIRST_ROWS);
            other.details.iter().for_each(|detail| self.detail(code, detail));
        }
        self.forms.absorb(&row.forms);
    }

    pub fn form(&mut self, target: Target, form: Form) {
        self.forms.add(target, form);
    }

    fn detail(&mut self, code: Code, detail: &str) {
        let details = &mut self.seen.entry(code).or_default().details;
        if details.len() < FIRST_DETAILS && !details.iter().any(|known| known == detail) {
            details.push(detail.to_owned());
        }
    }

    pub fn refused<'a>(&'a self, accepted: &'a [Code]) -> impl Iterator<Item = Code> + 'a {
        self.seen.keys().copied().filter(|code| code.severity() == Severity::Blocking && !accepted.contains(code))
    }

    /// Whether anything here asks for attention.
    pub fn needs_attention(&self) -> bool {
        self.seen.keys().any(|code| code.severity() > Severity::Info)
    }

    /// The report's lines: highest severity first, then by code.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .seen
            .iter()
            .map(|(code, seen)| Finding {
                code: code.as_str(),
                severity: code.severity(),
                count: seen.count,
                first_rows: seen.first_rows.clone(),
                details: seen.details.clone(),
            })
            .collect();
        let (count, details) = self.forms.mixed();
        if count > 0 {
            let code = Code::DateFormats;
            let (code, severity) = (code.as_str(), code.severity());
            findings.push(Finding { code, severity, count, first_rows: Vec::new(), details });
        }
        findings.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), finding.code));
        findings
    }
}
