//! The report of a check or a run: an object for programs, a page for people.

mod shape;

use serde::{Deserialize, Serialize};
use std::fmt;

use super::finding::{Code, Finding, Tally, has_more_rows};
use super::kind::Kind;
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

/// Rows by their outcome.
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

const COLUMNS: [&str; 7] = ["数据源", "文件", "读取", "新增", "更新", "未变化", "拒绝"];

/// The page for people.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = vec![COLUMNS.map(str::to_owned)];
        for source in &self.sources {
            let counts = &source.counts;
            let numbers = [counts.read, counts.inserted, counts.updated, counts.unchanged, counts.rejected];
            let [read, inserted, updated, unchanged, rejected] = numbers.map(|number| number.to_string());
            let name = format!("{} {}", source.system, source.kind.as_str());
            lines.push([name, source.file.clone(), read, inserted, updated, unchanged, rejected]);
        }
        writeln!(f, "批次 {}", self.batch)?;
        let widths: [usize; 7] = std::array::from_fn(|at| lines.iter().map(|line| width(&line[at])).max().unwrap_or(0));
        for line in &lines {
            let cells: Vec<String> =
                line.iter().zip(widths).enumerate().map(|(at, (cell, w))| pad(cell, w, at > 1)).collect();
            writeln!(f, "{}", cells.join("  ").trim_end())?;
        }
        for source in self.sources.iter().filter(|source| source.shape.is_some() || !source.findings.is_empty()) {
            writeln!(f, "\n{} {}（{}）", source.system, source.kind.as_str(), source.file)?;
            if let Some(shape) = &source.shape {
                shape.write(f)?;
            }
            for finding in &source.findings {
                write_finding(f, finding)?;
            }
        }
        Ok(())
    }
}

fn write_finding(f: &mut fmt::Formatter<'_>, finding: &Finding) -> fmt::Result {
    write!(f, "  [{}] {}：{} 处", finding.severity.word(), finding.code, finding.count)?;
    if !finding.first_rows.is_empty() {
        let rows: Vec<String> = finding.first_rows.iter().map(u64::to_string).collect();
        let more = if has_more_rows(finding.count, &finding.first_rows) { " 等" } else { "" };
        write!(f, "，第 {} 行{more}", rows.join("、"))?;
    }
    if !finding.details.is_empty() {
        write!(f, "（{}）", finding.details.join("、"))?;
    }
    writeln!(f)?;
    match Code::parse(finding.code) {
        Some(code) => writeln!(f, "    {}{}", code.meaning(), code.advice()),
        None => Ok(()),
    }
}

/// A table for a terminal: the first column left-aligned, numbers right-aligned.
pub fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut lines: Vec<Vec<String>> = vec![head.iter().map(|cell| (*cell).to_owned()).collect()];
    lines.extend(rows);
    let widest = |at: usize| lines.iter().filter_map(|line| line.get(at)).map(|cell| width(cell)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(widest).collect();
    let line = |line: &Vec<String>| {
        let cells = line.iter().zip(&widths).enumerate().map(|(at, (cell, to))| pad(cell, *to, at > 0));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Columns on a terminal: Chinese characters take two.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum()
}

pub(super) fn pad(text: &str, to: usize, right: bool) -> String {
    let blanks = " ".repeat(to.saturating_sub(width(text)));
    if right { blanks + text } else { text.to_owned() + &blanks }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let mut tally = Tally::default();
        (2..9).for_each(|row| tally.row(Code::ExcelDamage, row));
        tally.source(Code::MissingColumn, "邮箱");
        let counts = Counts { read: 10, inserted: 7, updated: 0, unchanged: 1, rejected: 2 };
        let (system, file) = ("reissue".to_owned(), "accounts.csv".to_owned());
        let source =
            SourceReport { system, kind: Kind::Accounts, file, counts, shape: None, findings: tally.findings() };
        Report { batch: "b".into(), sources: vec![source] }
    }

    #[test]
    fn the_object_for_programs_has_the_names_of_the_contract() {
        let json = serde_json::to_value(report()).unwrap_or_default();
        assert_eq!(
            json,
            serde_json::json!({"batch": "b", "sources": [{
                "system": "reissue", "kind": "accounts", "file": "accounts.csv",
                "read": 10, "inserted": 7, "updated": 0, "unchanged": 1, "rejected": 2,
                "findings": [
                    {"code": "missing-column", "severity": "blocking", "count": 1, "first_rows": [], "details": ["邮箱"]},
                    {"code": "excel-damage", "severity": "warning", "count": 7, "first_rows": [2, 3, 4, 5, 6]},
                ],
            }]})
        );
    }

    #[test]
    fn the_page_for_people_lines_up_and_says_what_to_do() {
        let page = report().to_string();
        let lines: Vec<&str> = page.lines().collect();
        assert_eq!(lines[1], "数据源            文件          读取  新增  更新  未变化  拒绝");
        assert_eq!(lines[2], "reissue accounts  accounts.csv    10     7     0       1     2");
        assert!(page.contains("[警告] excel-damage：7 处，第 2、3、4、5、6 行 等"), "{page}");
        assert!(page.contains("[阻止] missing-column：1 处（邮箱）"), "{page}");
        assert!(page.contains(Code::ExcelDamage.advice()));
        assert!(report().needs_attention());
    }
}
