//! Pages of the desk that are one short form: the sign-in and its second step.

use serde::Serialize;

use super::{Desk, ErrorItem, FormField, View};

#[derive(Debug, Clone, Serialize)]
pub struct DeskForm {
    pub desk: Desk,
    pub title: &'static str,
    pub lead: Vec<String>,
    pub action: &'static str,
    pub fields: Vec<FormField>,
    pub button: &'static str,
    /// Where it is to lead.
    pub return_to: Option<String>,
    pub errors: Vec<ErrorItem>,
}

impl View for DeskForm {
    const TEMPLATE: &'static str = "desk_form.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::desk::samples::{anonymous, errors, signed_in};

        let fields = |error: Option<&str>| {
            vec![
                FormField::new("user", "用户名", "jinan").autocomplete("username").error(error.map(Into::into)),
                FormField::own_password("password", "密码", "current-password"),
            ]
        };
        let sign_in = Self {
            desk: anonymous(),
            title: "工作人员登录",
            lead: vec!["登录后继续。".into()],
            action: "/review/sign-in",
            fields: fields(None),
            button: "下一步",
            return_to: Some("/review".into()),
            errors: Vec::new(),
        };
        let wrong = fields(Some("用户名或密码不正确"));
        let refused = Self { errors: errors(&wrong), fields: wrong, return_to: None, ..sign_in.clone() };
        let code = vec![FormField::new("code", "验证码", "").hint("验证器显示的 6 位数字。").keys("numeric")];
        let again = Self { desk: signed_in(), action: "/review/factor", fields: code, ..sign_in.clone() };
        vec![sign_in, refused, again]
    }
}
