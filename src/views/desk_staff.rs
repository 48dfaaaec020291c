//! Staff, as administrators see them: the list, and one of them.

use serde::Serialize;

use super::{Choice, Desk, ErrorItem, FormField, SummaryRow, View};

#[derive(Debug, Clone, Serialize)]
pub struct StaffRow {
    pub id: String,
    pub user_name: String,
    pub roles: String,
    pub status: StaffStatus,
}

/// Whether somebody may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StaffStatus {
    /// `enrolled`, `waiting` or `disabled`.
    pub code: &'static str,
    pub word: &'static str,
}

#[derive(Debug, Clone, Serialize)]
pub struct DeskStaffList {
    pub desk: Desk,
    pub rows: Vec<StaffRow>,
    pub user_name: FormField,
    pub roles: Vec<Choice>,
    pub cities: Vec<Choice>,
    pub roles_error: Option<String>,
    /// Where a second factor is given before anything is changed; `None` where it is fresh.
    pub factor_url: Option<String>,
    /// The one-time link of whoever was added just now, once.
    pub enrol_url: Option<String>,
    pub errors: Vec<ErrorItem>,
}

impl View for DeskStaffList {
    const TEMPLATE: &'static str = "desk_staff_list.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let row = |name: &str, code, word| StaffRow {
            id: name.into(),
            user_name: name.into(),
            roles: "省级审核".into(),
            status: StaffStatus { code, word },
        };
        let list = Self {
            desk: super::desk::samples::signed_in().at("/review/staff"),
            rows: vec![
                row("sheng", "enrolled", "在用"),
                row("li", "waiting", "未设置"),
                row("wang", "disabled", "已停用"),
            ],
            user_name: FormField::new("user", "用户名", ""),
            roles: vec![Choice::new("auditor", "审计", true), Choice::new("printer", "打印", false)],
            cities: vec![Choice::new("济南市", "济南市", false), Choice::new("青岛市", "青岛市", true)],
            roles_error: None,
            factor_url: None,
            enrol_url: Some("https://bz.example.gov.cn/review/enrol/sample".into()),
            errors: Vec::new(),
        };
        let user_name = FormField::new("user", "用户名", "王五").error(Some("用户名不正确".into()));
        let refused = Self {
            errors: super::desk::samples::errors(std::slice::from_ref(&user_name)),
            user_name,
            roles_error: Some("请选择职责".into()),
            enrol_url: None,
            ..list.clone()
        };
        let stale = Self { factor_url: Some("/review/factor?return_to=%2Freview%2Fstaff".into()), ..list.clone() };
        vec![list, refused, stale]
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct DeskStaffMember {
    pub desk: Desk,
    pub id: String,
    pub user_name: String,
    pub rows: Vec<SummaryRow>,
    /// What may be done with them: nothing with oneself.
    pub may_change: bool,
    pub is_disabled: bool,
    pub reason: FormField,
    pub factor_url: Option<String>,
    /// The one-time link of a reset that was done just now, once.
    pub enrol_url: Option<String>,
    pub errors: Vec<ErrorItem>,
}

impl View for DeskStaffMember {
    const TEMPLATE: &'static str = "desk_staff_member.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let reason = |error: Option<&str>| FormField::new("reason", "重置原因", "").error(error.map(Into::into));
        let member = Self {
            desk: super::desk::samples::signed_in().at("/review/staff"),
            id: "s-1".into(),
            user_name: "jinan".into(),
            rows: vec![SummaryRow::new("状态", "在用")],
            may_change: true,
            is_disabled: false,
            reason: reason(None),
            factor_url: None,
            enrol_url: Some("https://bz.example.gov.cn/review/enrol/sample".into()),
            errors: Vec::new(),
        };
        let wrong = reason(Some("请填写原因"));
        let refused = Self {
            errors: super::desk::samples::errors(std::slice::from_ref(&wrong)),
            reason: wrong,
            enrol_url: None,
            ..member.clone()
        };
        let disabled = Self { is_disabled: true, ..member.clone() };
        let stale = Self { factor_url: Some("/review/factor".into()), ..member.clone() };
        vec![member.clone(), refused, disabled, stale, Self { may_change: false, ..member }]
    }
}
