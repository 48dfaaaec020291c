//! `GET|POST /account/check`: one registered detail, before registered data are shown to an account that was registered here.

use serde::Serialize;

use super::{Chrome, ErrorItem, FormField, View};

#[derive(Debug, Clone, Serialize)]
pub struct AccountCheck {
    pub chrome: Chrome,
    /// 证书管理号.
    pub number: FormField,
    /// 批准日期 and, of the same certificate, 报名市.
    pub date: FormField,
    pub city: FormField,
    /// What heads the list of errors.
    pub error_title: &'static str,
    pub errors: Vec<ErrorItem>,
}

impl View for AccountCheck {
    const TEMPLATE: &'static str = "account_check.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::{ErrorItem, Link, error_items};

        let number =
            |error: Option<&str>| FormField::new("certificate_number", "证书管理号", "").error(error.map(Into::into));
        let fresh = Self {
            chrome: super::chrome::samples::with_nothing_carried(),
            number: number(None),
            date: FormField::new("approval_date", "批准日期", ""),
            city: FormField::new("city", "报名市", "").select(["济南市", "青岛市"]),
            error_title: "内容有误，请修改后重新提交",
            errors: Vec::new(),
        };
        let wrong = number(Some("与登记的信息不符"));
        let link = Link::new("/link", "申请人工核实");
        vec![
            fresh.clone(),
            Self { errors: error_items(std::slice::from_ref(&wrong), None), number: wrong, ..fresh.clone() },
            Self { errors: vec![ErrorItem::general("填写的次数过多", Some(link))], ..fresh },
        ]
    }
}
