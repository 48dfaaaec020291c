//! The report of a check or a run: an object for programs, a page for people.

mod page;
mod shape;

use serde::{Deserialize, Serialize};

use super::finding::{Finding, Tally};
use super::kind::Kind;
pub use page::table;
pub(super) use page::{pad, width};
pub use shape::{Columns, EncodingFound, Shape};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    pub batch: String,
    pub sources: Vec<SourceReport>,
}

/// The report of one source. `read = inserted + updated + unchanged + rejected`, always.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    pub system: String,
    pub kind: Kind,
    pub file: String,
    #[serde(flatten)]
    pub counts: Counts,
    /// How a table was read; `None` for folders, and for a source that could not be opened.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
    pub findings: Vec<Finding>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub read: u64,
    pub inserted: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub rejected: u64,
}

impl Counts {
    pub fn add(&mut self, other: Self) {
        self.read += other.read;
        self.inserted += other.inserted;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.rejected += other.rejected;
    }
}

impl SourceReport {
    /// Combines a source's counts and findings.
    pub fn new(source: &super::manifest::Source, shape: Option<Shape>, counts: Counts, tally: &Tally) -> Self {
        Self {
            system: source.system.clone(),
            kind: source.kind,
            file: source.file.clone(),
            counts,
            shape,
            findings: tally.findings(),
        }
    }
}

impl Report {
    /// Whether any finding is above [`Severity::Info`]: the exit code is then 1.
    pub fn needs_attention(&self) -> bool {
        let noted = |finding: &Finding| finding.severity > super::finding::Severity::Info;
        self.sources.iter().any(|source| source.counts.rejected > 0 || source.findings.iter().any(noted))
    }
}

#[cfg(test)]
mod tests;
