//! Invented reports.

use super::{Bar, FindingRow, ForecastPart, ForecastRow, ImportReport, SourceFindings, SourceRow, StoredRow};

pub(super) fn all() -> Vec<ImportReport> {
    let text = |texts: [&str; 5]| texts.map(str::to_owned);
    let source = |name: &str, adds_up| SourceRow {
        name: name.into(),
        file: "accounts.csv".into(),
        counts: text(["1,234,567", "1,234,000", "500", "60", "7"]),
        adds_up,
    };
    let stored = |is_bad| StoredRow {
        name: "reissue accounts".into(),
        written: "1,234,500".into(),
        standing: "1,234,498".into(),
        replaced: "2".into(),
        difference: if is_bad { "-3" } else { "0" }.into(),
        note: if is_bad { "缺少" } else { "" },
        is_bad,
    };
    let finding = |tone, details: &str| FindingRow {
        code: "bad-check-digit".into(),
        severity: "警告",
        tone,
        count: "1,204".into(),
        rows: if details.is_empty() { "17、93、120 等".into() } else { String::new() },
        details: details.into(),
        meaning: "身份证号的校验码不对，已原样导入。",
        advice: "旧系统曾接受这样的号码；若数量很多，请检查导出过程。",
    };
    let findings = SourceFindings {
        id: "findings-1".into(),
        name: "reissue accounts".into(),
        file: "accounts.csv".into(),
        bars: ["warning", "blocking", "info"].map(Bar::sample).into(),
        rows: vec![finding("blocking", "盐"), finding("warning", "")],
    };
    let whole = ImportReport {
        batch: "cutover-1".into(),
        made_at: "2026-11-22 18:00".into(),
        started_at: "2026-11-22 09:00".into(),
        finished_at: "2026-11-22 09:40".into(),
        rolled_back_at: None,
        balanced: true,
        accounts: ["1,234,498", "120", "0"].map(str::to_owned),
        sources: vec![source("reissue accounts", true), source("mailing accounts", true)],
        total: Some(source("合计", true)),
        stored: vec![stored(false)],
        findings: vec![findings],
        forecast: Some(ForecastPart::sample()),
    };
    let bad = ImportReport {
        rolled_back_at: None,
        balanced: false,
        sources: vec![source("reissue accounts", false)],
        total: None,
        stored: vec![stored(true)],
        findings: Vec::new(),
        forecast: None,
        ..whole.clone()
    };
    vec![whole, ImportReport { rolled_back_at: Some("2026-11-22 12:00".into()), ..bad.clone() }, bad]
}

impl Bar {
    fn sample(tone: &'static str) -> Self {
        Self { label: "bad-check-digit".into(), count: "1,204".into(), width: 1000, tone }
    }
}

impl ForecastPart {
    fn sample() -> Self {
        let row = |decision: &str, rule: &str| ForecastRow {
            decision: decision.into(),
            rule: rule.into(),
            people: "8,000".into(),
            share: "80.0%".into(),
        };
        Self {
            people: "10,000".into(),
            rows: vec![row("自动承接 linked", ""), row("", "L1")],
            bars: vec![Bar::sample("info")],
            accounts: ["8,100", "40", "3"].map(str::to_owned),
            reasons: vec![("8,000".into(), "证件号码和姓名与原账户一致。".into())],
        }
    }
}
