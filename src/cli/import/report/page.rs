//! The report's page, in words and numbers for people.

use chrono::{DateTime, Utc};

use super::bars::{bars, number, tone};
use super::china_time;
use super::forecast_part::forecast_part;
use crate::import::finding::{Code, has_more_rows};
use crate::import::forecast::summary::Summary;
use crate::import::kind::Kind;
use crate::import::report::Counts;
use crate::import::story::{Finding, Source, Stored, Story};
use crate::views::{FindingRow, ImportReport, SourceFindings, SourceRow, StoredRow};

pub(super) fn page(story: &Story, forecast: Option<&Summary>, now: DateTime<Utc>) -> ImportReport {
    let name = |source: &Source| format!("{} {}", source.system, source.kind.as_str());
    let mut sum = Counts::default();
    let mut sources = Vec::new();
    for source in &story.sources {
        sum.add(source.counts);
        sources.push(row(name(source), source.file.clone(), source.counts));
    }
    let with_findings = (1..).zip(&story.sources).filter(|(_, source)| !source.findings.is_empty());
    let findings = with_findings.map(|(at, source)| SourceFindings {
        id: format!("findings-{at}"),
        name: name(source),
        file: source.file.clone(),
        bars: bars(&source.findings),
        rows: source.findings.iter().map(finding).collect(),
    });
    let accounts = story.accounts;
    ImportReport {
        batch: story.batch.clone(),
        made_at: china_time(now),
        started_at: china_time(story.started_at),
        finished_at: story.finished_at.map(china_time).unwrap_or_default(),
        rolled_back_at: story.rolled_back_at.map(china_time),
        balanced: story.balanced,
        accounts: [accounts.all, accounts.linked, accounts.unwrapped].map(number),
        total: (sources.len() > 1).then(|| row("合计".to_owned(), String::new(), sum)),
        sources,
        stored: story.stored.iter().map(|one| stored(one, story.rolled_back_at.is_some())).collect(),
        findings: findings.collect(),
        forecast: forecast.map(forecast_part),
    }
}

fn row(name: String, file: String, counts: Counts) -> SourceRow {
    let Counts { read, inserted, updated, unchanged, rejected } = counts;
    SourceRow {
        name,
        file,
        counts: [read, inserted, updated, unchanged, rejected].map(number),
        adds_up: read == inserted + updated + unchanged + rejected,
    }
}

fn stored(one: &Stored, rolled_back: bool) -> StoredRow {
    let name = if one.kind == Kind::Exams { "考试目录" } else { &one.system };
    let sign = if one.difference < 0 { "−" } else { "" };
    StoredRow {
        name: format!("{name} {}", one.kind.as_str()),
        written: number(one.written),
        standing: number(one.standing),
        replaced: number(one.replaced),
        difference: format!("{sign}{}", number(one.difference.unsigned_abs())),
        note: match (one.difference, rolled_back) {
            (..0, true) => "已回滚",
            (..0, false) => "有行缺失",
            (0, _) => "相符",
            (1.., _) => "相符，另有该批次更早的运行写入的行",
        },
        is_bad: one.difference < 0 && !rolled_back,
    }
}

fn finding(one: &Finding) -> FindingRow {
    let known = Code::parse(&one.code);
    let rows: Vec<String> = one.first_rows.iter().map(u64::to_string).collect();
    let more = if has_more_rows(one.count, &one.first_rows) { " 等" } else { "" };
    FindingRow {
        code: one.code.clone(),
        severity: one.severity.word(),
        tone: tone(one.severity),
        count: number(one.count),
        rows: format!("{}{more}", rows.join("、")),
        details: one.details.join("、"),
        meaning: known.map(Code::meaning).unwrap_or_default(),
        advice: known.map(Code::advice).unwrap_or_default(),
    }
}
