//! `GET /link`: 找回原账户, old accounts to be proven, claimed, or looked into by a person.

#[cfg(test)]
mod samples;

use serde::Serialize;

use super::{Chrome, ErrorItem, FormField, KeptPhoto, Status, View};

/// Everything that a citizen can do about old data that no rule linked.
#[derive(Debug, Clone, Serialize)]
pub struct LinkShow {
    pub chrome: Chrome,
    /// Which part is shown, and the form's hidden field `ask`: `forgotten`, `number` or `missing`, an answer to the page's question;
    /// `everything`, all forms open; empty, the question.
    pub part: &'static str,
    /// The number of a refused request that the form adds to.
    pub again: Option<i64>,
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
    pub evidence: EvidenceField,
    /// What heads the list of errors.
    pub error_title: &'static str,
    pub errors: Vec<ErrorItem>,
}

/// 证明图片.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EvidenceField {
    pub error: Option<String>,
    /// A picture that keeps all rules and was handed in before.
    pub kept: Option<KeptPhoto>,
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
    /// The old system kept a password.
    pub has_password: bool,
    /// The form's field; `None` where there is no password, and during a lockout.
    pub password: Option<FormField>,
    /// During a lockout, of this account or of all.
    pub lockout: Option<Lockout>,
    /// The number of the open task about it.
    pub open_task: Option<i64>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Lockout {
    /// How many wrong passwords there were.
    pub tries: u32,
    /// They were tried at this account; otherwise at all accounts together, and none of them can be tried.
    pub is_of_account: bool,
    /// Such as 08:14, in China.
    pub ends_at: String,
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
    /// A refused request that may be added to.
    pub may_add: bool,
}

impl View for LinkShow {
    const TEMPLATE: &'static str = "link_show.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        samples::all()
    }
}
