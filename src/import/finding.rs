//! What an import finds odd: stable codes, severities, and counts.

mod codes;
mod forms;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::kind::Target;
pub use codes::Code;
pub use forms::Form;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// For information; the exit code stays 0.
    Info,
    /// Needs attention; exit code 1.
    Warning,
    /// `run` refuses until the code is accepted.
    Blocking,
}

impl Severity {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "提示",
            Self::Warning => "警告",
            Self::Blocking => "阻止",
        }
    }
}

/// How many row numbers a finding names.
const FIRST_ROWS: usize = 5;
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
    count: u64,
    first_rows: Vec<u64>,
    details: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub code: &'static str,
    pub severity: Severity,
    pub count: u64,
    /// The first rows concerned, without duplicates; the file's line numbers, the header being line 1.
    pub first_rows: Vec<u64>,
    /// Column names, rules broken, the encoding guessed; never personal data.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

/// Whether a finding may concern more rows than it names.
pub const fn has_more_rows(count: u64, first_rows: &[u64]) -> bool {
    first_rows.len() >= FIRST_ROWS && count > first_rows.len() as u64
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn codes_are_unique_and_read_back() {
        for (at, code) in Code::ALL.iter().enumerate() {
            assert_eq!(Code::parse(code.as_str()), Some(*code));
            assert!(Code::ALL[..at].iter().all(|other| other.as_str() != code.as_str()), "{}", code.as_str());
            assert!(code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", code.as_str());
            assert!(code.meaning().ends_with('。') && code.advice().ends_with('。'), "{}", code.as_str());
            assert!(code.english().ends_with('.'), "{}", code.as_str());
        }
        assert_eq!(Code::parse("no-such-code"), None);
    }

    #[test]
    fn counts_are_whole_and_rows_and_details_are_bounded() {
        let mut tally = Tally::default();
        for row in 2..2000 {
            tally.row_with(Code::PhotoBreaksRule, row, &format!("detail {row}"));
        }
        tally.row(Code::FifteenDigit, 7);
        let findings = tally.findings();
        assert_eq!(findings[0].code, "photo-breaks-rule");
        assert_eq!((findings[0].count, findings[0].first_rows.len(), findings[0].details.len()), (1998, 5, 8));
        assert_eq!((findings[1].code, findings[1].severity), ("fifteen-digit", Severity::Info));
    }

    #[test]
    fn only_blocking_findings_that_are_not_accepted_refuse() {
        let mut tally = Tally::default();
        tally.row(Code::BadCheckDigit, 2);
        assert_eq!(tally.refused(&[]).count(), 0);
        tally.source(Code::MissingColumn, "姓名");
        assert_eq!(tally.refused(&[]).collect::<Vec<_>>(), [Code::MissingColumn]);
        assert_eq!(tally.refused(&[Code::MissingColumn]).count(), 0);
        assert!(tally.needs_attention());
    }
}
