//! `GET /link`: 原账户承接, old accounts to be proven, claimed, or looked into by a person.

#[cfg(test)]
mod samples;

use serde::Serialize;

use super::{Chrome, ErrorItem, FormField, Status, View};

/// Everything that a citizen can do about old data that no rule linked.
#[derive(Debug, Clone, Serialize)]
pub struct LinkShow {
    pub chrome: Chrome,
    /// Newest first.
    pub tasks: Vec<TaskRow>,
    /// Accounts under the person's number that need a proof.
    pub offered: Vec<OfferedAccount>,
    /// Wrong passwords before the lockout; 0: no lockout.
    pub tries: u32,
    /// How long the lockout lasts.
    pub lock_minutes: u64,
    /// Accounts that a reviewer must look at; nothing of them is shown.
    pub needs_review: usize,
    /// A record under this number and another name exists; nothing of it is shown.
    pub other_name_record: bool,
    /// Old number and old password of an account under another number.
    pub claim: Vec<FormField>,
    /// 申请人工核实.
    pub request: Vec<FormField>,
    pub evidence_error: Option<String>,
    /// What heads the list of errors.
    pub error_title: &'static str,
    pub errors: Vec<ErrorItem>,
}

/// An old account that its old password proves. Never more of it than this.
#[derive(Debug, Clone, Serialize)]
pub struct OfferedAccount {
    /// What stands for the account in this session (`data-account`).
    pub handle: String,
    /// Such as 原证书补办系统.
    pub system: String,
    /// 注册年份.
    pub registered_year: Option<String>,
    /// 姓名, masked.
    pub name: String,
    /// 证件号码, masked.
    pub number: String,
    /// Why no rule linked the account.
    pub reason: &'static str,
    /// The form's field; `None` where the old system kept no password.
    pub password: Option<FormField>,
    /// The number of the open task about it.
    pub open_task: Option<i64>,
}

#[derive(Debug, Clone, Serialize)]
pub struct TaskRow {
    /// 编号 (`data-task`).
    pub number: i64,
    pub subject: String,
    /// `open`, `approved` or `refused` (`data-status`).
    pub code: &'static str,
    /// Shape and word.
    pub status: Status,
    pub opened_at: String,
    /// Empty while open.
    pub decided_at: String,
    /// The reviewer's words; empty while open.
    pub reason: String,
}

impl View for LinkShow {
    const TEMPLATE: &'static str = "link_show.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        samples::all()
    }
}
