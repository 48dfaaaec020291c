//! `GET /link`: 原账户承接, old accounts to be proven, claimed, or looked into by a person.

use serde::Serialize;

use super::{Chrome, ErrorItem, FormField, Status, View};

/// Everything that a citizen can do about old data that did not come along by itself.
#[derive(Debug, Clone, Serialize)]
pub struct LinkShow {
    pub chrome: Chrome,
    /// Questions asked and their answers, newest first.
    pub tasks: Vec<TaskRow>,
    /// Accounts under the person's number that need a proof.
    pub offered: Vec<OfferedAccount>,
    /// Wrong passwords before the lock; 0: no lock.
    pub tries: u32,
    /// How long the lock lasts.
    pub lock_minutes: u64,
    /// Accounts that a reviewer must look at; nothing of them is shown.
    pub needs_review: usize,
    /// A record under this number and another name exists; nothing of it is shown.
    pub other_name_record: bool,
    /// Old number and old password of an account under another number.
    pub claim: Vec<FormField>,
    /// 申请人工核实.
    pub request: Vec<FormField>,
    /// What is wrong with the picture.
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
    /// Why it did not come along by itself.
    pub reason: &'static str,
    /// The form's field; `None` where the old system kept no password.
    pub password: Option<FormField>,
    /// The number of the open task about it.
    pub open_task: Option<i64>,
}

/// A question to the reviewers.
#[derive(Debug, Clone, Serialize)]
pub struct TaskRow {
    /// 编号 (`data-task`).
    pub number: i64,
    /// What it is about.
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
        let chrome = super::chrome::samples::signed_in().at(super::Menu::Link);
        let empty = Self {
            chrome,
            tasks: Vec::new(),
            offered: Vec::new(),
            tries: 5,
            lock_minutes: 15,
            needs_review: 0,
            other_name_record: false,
            claim: samples::claim(None),
            request: samples::request(None),
            evidence_error: None,
            error_title: "",
            errors: Vec::new(),
        };
        let offered = vec![
            samples::offered("a-1", "原证书补办系统", Some("2011"), Some(FormField::password("proof-1"))),
            samples::offered("a-2", "原证书邮寄系统", None, None),
        ];
        let wrong = FormField::password("proof-1").error(Some("密码不正确，还可以再试 3 次".into()));
        let locked = ErrorItem::general("已暂时锁定。", Some(super::Link::new("#request", "申请人工核实")));
        let refused = samples::request(Some("请至少填写原证件号码、原姓名、考试、情况说明中的一项"));
        let claim = samples::claim(Some("证件号码或密码不正确"));
        let fields: Vec<_> = [wrong.clone()].into_iter().chain(claim.clone()).chain(refused.clone()).collect();
        vec![
            empty.clone(),
            Self { offered, needs_review: 1, other_name_record: true, tasks: samples::tasks(), ..empty.clone() },
            Self {
                offered: vec![samples::offered("a-1", "原证书补办系统", Some("2011"), Some(wrong))],
                claim,
                request: refused,
                evidence_error: Some("证明图片不能超过 6MB，您上传的是 7.3MB".into()),
                error_title: "内容有误，请修改后重新提交",
                errors: [locked].into_iter().chain(super::error_items(&fields, None)).collect(),
                ..empty
            },
        ]
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::views::Choice;

    pub(super) fn offered(
        handle: &str,
        system: &str,
        year: Option<&str>,
        password: Option<FormField>,
    ) -> OfferedAccount {
        OfferedAccount {
            handle: handle.into(),
            system: system.into(),
            registered_year: year.map(Into::into),
            name: "李*名".into(),
            number: "370102********3313".into(),
            reason: "证件号码一致，登记的姓名不同",
            open_task: password.is_none().then_some(12),
            password,
        }
    }

    pub(super) fn claim(error: Option<&str>) -> Vec<FormField> {
        vec![
            FormField::new("old_number", "原证件号码", "").within("claim").error(error.map(Into::into)),
            FormField::password("claim"),
        ]
    }

    pub(super) fn request(error: Option<&str>) -> Vec<FormField> {
        let systems = vec![Choice::new("reissue", "原证书补办系统", false)];
        vec![
            FormField::new("system", "原系统", "").optional().choose("不清楚", systems),
            FormField::new("exam", "考试", "造价").optional().suggest(["造价", "执业药师"]),
            FormField::new("note", "情况说明", "一行\n又一行").optional().long().error(error.map(Into::into)),
        ]
    }

    pub(super) fn tasks() -> Vec<TaskRow> {
        let row = |number, code, shape, word, reason: &str| TaskRow {
            number,
            subject: "申请人工核实：原证书补办系统".into(),
            code,
            status: Status { code: shape, word },
            opened_at: "2026年9月20日 10:24".into(),
            decided_at: if reason.is_empty() { String::new() } else { "2026年9月22日 09:10".into() },
            reason: reason.into(),
        };
        vec![
            row(12, "open", "pending", "等待核实", ""),
            row(11, "approved", "approved", "核实通过", "户口簿更名页与登记一致。"),
            row(10, "refused", "rejected", "核实未通过", "图片不清晰，请重新申请。"),
        ]
    }
}
