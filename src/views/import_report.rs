//! 导入报告: one page in one file, for administrators; opened without a service, on any machine.

use serde::Serialize;

use super::View;

/// The page. Needs nothing beside itself, and holds no personal data.
#[derive(Debug, Clone, Serialize)]
pub struct ImportReport {
    /// The batch's name.
    pub batch: String,
    /// When this page was made, in China.
    pub made_at: String,
    /// When the batch began and ended.
    pub started_at: String,
    /// The same.
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
    /// What sign-ins would come to.
    pub forecast: Option<ForecastPart>,
}

/// Counts of one source.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
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
#[allow(missing_docs)]
pub struct StoredRow {
    pub name: String,
    pub written: String,
    pub standing: String,
    pub replaced: String,
    pub difference: String,
    /// What the difference means.
    pub note: &'static str,
    /// Rows are missing.
    pub is_bad: bool,
}

/// Findings of one source, most first in the chart, gravest first in the list.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct SourceFindings {
    /// For the heading.
    pub id: String,
    pub name: String,
    pub file: String,
    pub bars: Vec<Bar>,
    pub rows: Vec<FindingRow>,
}

/// One bar of a chart.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct Bar {
    pub label: String,
    pub count: String,
    /// Of 1000.
    pub width: u64,
    /// `info`, `warning`, `blocking`.
    pub tone: &'static str,
}

/// One finding.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
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

/// What a forecast comes to.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct ForecastPart {
    pub people: String,
    pub rows: Vec<ForecastRow>,
    pub bars: Vec<Bar>,
    /// Accounts: linked, to be proven, for a reviewer.
    pub accounts: [String; 3],
    pub reasons: Vec<(String, String)>,
}

/// People by decision, or by decision and rule.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct ForecastRow {
    /// Empty where the row is a part of the one above it.
    pub decision: String,
    pub rule: String,
    pub people: String,
    pub share: String,
}

impl View for ImportReport {
    const TEMPLATE: &'static str = "import_report.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
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
        let whole = Self {
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
        let bad = Self {
            rolled_back_at: None,
            balanced: false,
            sources: vec![source("reissue accounts", false)],
            total: None,
            stored: vec![stored(true)],
            findings: Vec::new(),
            forecast: None,
            ..whole.clone()
        };
        vec![whole, Self { rolled_back_at: Some("2026-11-22 12:00".into()), ..bad.clone() }, bad]
    }
}

#[cfg(test)]
impl Bar {
    fn sample(tone: &'static str) -> Self {
        Self { label: "bad-check-digit".into(), count: "1,204".into(), width: 1000, tone }
    }
}

#[cfg(test)]
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
            reasons: vec![("8,000".into(), "证件号码和姓名与原账号一致。".into())],
        }
    }
}
