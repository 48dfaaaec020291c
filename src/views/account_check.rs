//! `GET|POST /account/check`: one registered detail, before registered data are shown to an account that was registered here.

use serde::Serialize;

use super::{Chrome, ErrorItem, FormField, View};

#[derive(Debug, Clone, Serialize)]
pub struct AccountCheck {
    pub chrome: Chrome,
    /// 证书管理号.
    pub number: FormField,
    /// 批准日期 and 报名市, of one certificate.
    pub date_and_city: Vec<FormField>,
    pub errors: Vec<ErrorItem>,
}

impl View for AccountCheck {
    const TEMPLATE: &'static str = "account_check.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::error_items;

        let number = |error: Option<&str>| {
            FormField::new("certificate_number", "证书管理号", "").error(error.map(Into::into))
        };
        let fields = vec![
            FormField::new("approval_date", "批准日期", ""),
            FormField::new("city", "报名市", "").select(["济南市", "青岛市"]),
        ];
        let fresh = Self {
            chrome: super::chrome::samples::signed_in_by("account"),
            number: number(None),
            date_and_city: fields,
            errors: Vec::new(),
        };
        let wrong = number(Some("与登记的信息不符"));
        vec![fresh.clone(), Self { errors: error_items(std::slice::from_ref(&wrong), None), number: wrong, ..fresh }]
    }
}
