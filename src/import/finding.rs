//! What an import finds odd: stable codes, severities, and counts.

mod codes;
mod forms;
mod tally;

use serde::{Deserialize, Serialize};

pub use codes::Code;
use tally::FIRST_ROWS;
pub use tally::Tally;

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

#[cfg(test)]
mod tests;
