//! What was measured, as one table that is Markdown too.

use std::fmt;
use std::time::Duration;

use super::timing::Sample;

/// Rows of figures.
#[derive(Default)]
pub(crate) struct Table(Vec<[String; 5]>);

const HEAD: [&str; 5] = ["measured", "rate", "p50", "p99", "beside"];
/// The columns of rate, p50 and p99.
const FIGURES: std::ops::Range<usize> = 1..4;

impl Table {
    /// Adds a row; cells that do not apply are empty.
    pub(crate) fn row(
        &mut self,
        what: impl Into<String>,
        rate: String,
        times: Option<&Sample>,
        beside: impl Into<String>,
    ) {
        let (p50, p99) = times.map_or_else(Default::default, |times| (duration(times.p50()), duration(times.p99())));
        self.0.push([what.into(), rate, p50, p99, beside.into()]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = HEAD.map(str::to_owned);
        let rows = || std::iter::once(&head).chain(&self.0);
        let widths: [usize; 5] = std::array::from_fn(|at| rows().map(|row| row[at].chars().count()).max().unwrap_or(0));
        for (at, row) in rows().enumerate() {
            line(f, row, widths)?;
            if at == 0 {
                // Figures stand on the right.
                let rule = std::array::from_fn(|at| {
                    let dashes = "-".repeat(widths[at] - 1);
                    if FIGURES.contains(&at) { format!("{dashes}:") } else { format!("{dashes}-") }
                });
                line(f, &rule, widths)?;
            }
        }
        Ok(())
    }
}

fn line(f: &mut fmt::Formatter<'_>, row: &[String; 5], widths: [usize; 5]) -> fmt::Result {
    for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
        if FIGURES.contains(&at) {
            write!(f, "| {cell:>width$} ")?;
        } else {
            write!(f, "| {cell:width$} ")?;
        }
    }
    writeln!(f, "|")
}

/// Three digits that mean something.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        s if s >= 7200.0 => format!("{:.1} hours", s / 3600.0),
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        s if s >= 1e-6 => format!("{:.2} µs", s * 1e6),
        s => format!("{:.0} ns", s * 1e9),
    }
}

/// Always in one unit, for figures that are compared with a target.
pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// `count` in `time`, by the second.
#[allow(clippy::cast_precision_loss)] // counts of a benchmark
pub(crate) fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// A rate for people.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // positive and far from the limits
pub(crate) fn per_second(rate: f64) -> String {
    format!("{} /s", thousands(rate.round() as u64))
}

/// A number with its thousands apart.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}
