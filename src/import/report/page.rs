//! The report as a page, and tables for a terminal.

use std::fmt;

use super::Report;
use crate::import::finding::{Code, Finding, has_more_rows};

const COLUMNS: [&str; 7] = ["数据源", "文件", "读取", "新增", "更新", "未变化", "拒绝"];

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
pub(in crate::import) fn width(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum()
}

pub(in crate::import) fn pad(text: &str, to: usize, right: bool) -> String {
    let blanks = " ".repeat(to.saturating_sub(width(text)));
    if right { blanks + text } else { text.to_owned() + &blanks }
}
