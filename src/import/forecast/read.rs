//! Reads a forecast from its file, one JSON object a line, and sums it up.

use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::Forecast;
use super::summary::{Summary, decision};
use crate::domain::linking::Rule;

/// The longest line that a forecast writes.
const LONGEST_LINE: u64 = 1024 * 1024;
/// There are some dozens of sentences; a file with more is not a forecast.
const MOST_REASONS: usize = 1000;

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("{}：{source}；请检查 --forecast 的路径和权限", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{} 第 {line} 行不是预演的结果；--forecast 须是 buzheng import forecast --format json 的输出", path.display())]
    NoForecast { path: PathBuf, line: u64 },
    #[error("{} 没有内容；--forecast 须是 buzheng import forecast --format json 的输出", path.display())]
    Empty { path: PathBuf },
}

/// The members of a line that are summed up; the person's are ignored.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    decision: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    rule: std::borrow::Cow<'a, str>,
    accounts: Vec<serde::de::IgnoredAny>,
    proof: Vec<serde::de::IgnoredAny>,
    review: Vec<serde::de::IgnoredAny>,
    reason: String,
}

/// Streams a file. Undecidable lines are not written to such a file.
pub fn summary(path: &Path) -> Result<Summary, ReadError> {
    let unreadable = |source| ReadError::Unreadable { path: path.to_owned(), source };
    let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
    let (mut summary, mut reasons) = (Summary::default(), BTreeSet::new());
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = file.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(unreadable)?;
        if read == 0 {
            break;
        }
        let forecast = parse(&line).filter(|forecast| {
            reasons.contains(&forecast.reason)
                || (reasons.len() < MOST_REASONS && reasons.insert(forecast.reason.clone()))
        });
        summary.add(&forecast.ok_or_else(|| ReadError::NoForecast { path: path.to_owned(), line: number })?);
    }
    if summary.lines() == 0 { Err(ReadError::Empty { path: path.to_owned() }) } else { Ok(summary) }
}

fn parse(line: &[u8]) -> Option<Forecast> {
    let line: Line<'_> = serde_json::from_slice(line).ok()?;
    let labels = |list: Vec<serde::de::IgnoredAny>| vec![String::new(); list.len()];
    Some(Forecast {
        subject: String::new(),
        decision: decision(&line.decision)?,
        rule: Rule::from_word(&line.rule)?.as_str(),
        accounts: labels(line.accounts),
        proof: labels(line.proof),
        review: labels(line.review),
        reason: line.reason,
        refusal: None,
        linked_before: 0,
    })
}
