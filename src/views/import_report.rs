//! 导入报告: one page in one file, for administrators; opened without a service, on any machine.

mod forecast;
#[cfg(test)]
mod samples;

use serde::Serialize;

use super::View;

pub use forecast::{ForecastPart, ForecastRow};

/// The page. Needs nothing beside itself, and holds no personal data.
#[derive(Debug, Clone, Serialize)]
pub struct ImportReport {
    pub batch: String,
    /// All times are China's.
    pub made_at: String,
    pub started_at: String,
    pub finished_at: String,
    /// `None` where it stands.
    pub rolled_back_at: Option<String>,
    /// Every row that was written is there.
    pub balanced: bool,
    /// Accounts: all that the batch wrote, those linked, hashes still to be wrapped.
    pub accounts: [String; 3],
    /// What was read, source by source.
    pub sources: Vec<SourceRow>,
    /// Their sum, where there are several.
    pub total: Option<SourceRow>,
    /// What was written, beside what is there.
    pub stored: Vec<StoredRow>,
    /// What was found, source by source; those without findings are left out.
    pub findings: Vec<SourceFindings>,
    pub forecast: Option<ForecastPart>,
}

#[derive(Debug, Clone, Serialize)]
pub struct SourceRow {
    pub name: String,
    pub file: String,
    /// Read, inserted, updated, unchanged, rejected.
    pub counts: [String; 5],
    /// The first is the sum of the others.
    pub adds_up: bool,
}

/// Rows of one system and kind.
#[derive(Debug, Clone, Serialize)]
pub struct StoredRow {
    pub name: String,
    pub written: String,
    pub standing: String,
    pub replaced: String,
    pub difference: String,
    pub note: &'static str,
    /// Rows are missing.
    pub is_bad: bool,
}

/// Findings of one source, most first in the chart, gravest first in the list.
#[derive(Debug, Clone, Serialize)]
pub struct SourceFindings {
    pub id: String,
    pub name: String,
    pub file: String,
    pub bars: Vec<Bar>,
    pub rows: Vec<FindingRow>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Bar {
    pub label: String,
    pub count: String,
    /// Of 1000.
    pub width: u64,
    /// `info`, `warning`, `blocking`.
    pub tone: &'static str,
}

#[derive(Debug, Clone, Serialize)]
pub struct FindingRow {
    pub code: String,
    pub severity: &'static str,
    pub tone: &'static str,
    pub count: String,
    /// Numbers of the first rows concerned.
    pub rows: String,
    /// Columns, reasons.
    pub details: String,
    /// Empty where another version knew the code.
    pub meaning: &'static str,
    pub advice: &'static str,
}

impl View for ImportReport {
    const TEMPLATE: &'static str = "import_report.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        samples::all()
    }
}
