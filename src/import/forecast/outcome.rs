//! What a forecast reports: the result of each sign-in, events, errors.

use serde::Serialize;
use std::io;
use std::path::PathBuf;

use super::users::{COLUMNS, Problem};
use crate::db::DbError;
use crate::domain::garbled::Garbled;
use crate::domain::linking::{Decision, Finding, Who};

/// The result of one sign-in. Its JSON is specified in CONTRACT §6.
#[derive(Debug, Serialize)]
pub struct Forecast {
    pub subject: String,
    pub decision: &'static str,
    pub rule: &'static str,
    /// `system:key`.
    pub accounts: Vec<String>,
    pub proof: Vec<String>,
    pub review: Vec<String>,
    /// One plain sentence.
    pub reason: String,
    /// Why the account at the portal is not accepted.
    #[serde(skip)]
    pub refusal: Option<&'static str>,
    /// How many of `accounts` are linked already.
    #[serde(skip)]
    pub linked_before: usize,
}

/// Progress events, reported while the file is read.
#[derive(Debug)]
pub enum Event {
    Decided(Forecast),
    /// A line that cannot be decided.
    Undecidable {
        line: u64,
        problem: Problem,
    },
    /// A name that looks garbled. It is decided about as it is: at a sign-in the portal may give a correct one.
    Garbled {
        line: u64,
        garbled: Garbled,
    },
}

/// Why a forecast failed, or was incomplete.
#[derive(Debug, thiserror::Error)]
pub enum ForecastError {
    #[error("{}：{reason}；请检查 --portal-users 的路径、权限和内容", path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error("{} 缺少列 {}；表头须有 {}", path.display(), missing.join("、"), COLUMNS.join(","))]
    MissingColumns { path: PathBuf, missing: Vec<&'static str> },
    #[error("读取 {} 时出错：{error}；没有写入任何数据，排除故障后请重新运行", path.display())]
    Read { path: PathBuf, error: io::Error },
    #[error("数据库操作失败；没有写入任何数据，请运行 buzheng doctor，排除故障后重新运行")]
    Database(#[from] DbError),
    #[error("无法写出结果：{0}；请检查输出的去向")]
    Output(#[source] io::Error),
}

impl From<diesel::result::Error> for ForecastError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl Forecast {
    pub(super) fn of(subject: String, decision: &Decision) -> Self {
        let labels = |list: &[Finding]| list.iter().map(|finding| finding.label.clone()).collect();
        Self {
            subject,
            decision: decision.outcome.as_str(),
            rule: decision.rule.as_str(),
            accounts: labels(&decision.accounts),
            proof: labels(&decision.proof),
            review: labels(&decision.review),
            reason: decision.reason(),
            refusal: match decision.who {
                Who::Refused(refusal) => Some(refusal.as_str()),
                _ => None,
            },
            linked_before: decision.accounts.iter().filter(|finding| finding.linked_before).count(),
        }
    }
}
