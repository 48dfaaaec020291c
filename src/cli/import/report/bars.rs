//! Bars of the report's charts, and its numbers.

use indicatif::HumanCount;

use crate::import::finding::Severity;
use crate::import::story::Finding;
use crate::views::Bar;

const FULL: u64 = 1000;

pub(super) const fn tone(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Blocking => "blocking",
    }
}

pub(super) fn bars(findings: &[Finding]) -> Vec<Bar> {
    let mut by_count: Vec<&Finding> = findings.iter().collect();
    by_count.sort_by_key(|finding| std::cmp::Reverse(finding.count));
    let most = by_count.first().map_or(1, |finding| finding.count);
    by_count.into_iter().map(|one| bar(one.code.clone(), one.count, most, tone(one.severity))).collect()
}

/// A bar is never so short that it cannot be seen.
pub(super) fn bar(label: String, count: u64, most: u64, tone: &'static str) -> Bar {
    let width = (count.saturating_mul(FULL)).checked_div(most).unwrap_or(0);
    Bar { label, count: number(count), width: if count == 0 { 0 } else { width.clamp(4, FULL) }, tone }
}

pub(super) fn number(count: u64) -> String {
    HumanCount(count).to_string()
}
