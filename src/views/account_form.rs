//! Pages of accounts that are one form: 注册, its confirmation, 找回密码, a new password, 注册信息维护, 修改密码.

use serde::Serialize;

use super::{ChallengeField, Chrome, ErrorItem, FormField, Link, View};

/// A button that sends a form with `action`.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct OtherButton {
    pub action: &'static str,
    pub text: &'static str,
}

#[derive(Debug, Clone, Serialize)]
pub struct AccountForm {
    pub chrome: Chrome,
    pub title: &'static str,
    /// What the form is for, and what follows.
    pub lead: Vec<String>,
    /// Where it is sent.
    pub action: String,
    #[serde(serialize_with = "super::field::sheet")]
    pub fields: Vec<FormField>,
    pub challenge: Option<ChallengeField>,
    /// `None` where there is nothing to be sent.
    pub button: Option<&'static str>,
    /// Behind it: sends the form for something else.
    pub other: Option<OtherButton>,
    /// Other ways on, behind the button.
    pub links: Vec<Link>,
    /// What stands below the form.
    pub notes: Vec<Link>,
    /// What heads the list of errors.
    pub error_title: &'static str,
    pub errors: Vec<ErrorItem>,
}

impl View for AccountForm {
    const TEMPLATE: &'static str = "account_form.html";

    fn has_challenge(&self) -> bool {
        self.challenge.is_some()
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::challenge_field::samples::challenge;
        use super::chrome::samples::{anonymous, signed_in_by};
        use super::{Menu, error_items};

        let typed = |error: Option<&str>| {
            vec![
                FormField::new("name", "姓名", "测试").error(error.map(Into::into)),
                FormField::new("email", "邮箱", "").hint("找回密码时使用此邮箱。").keys("email"),
                FormField::own_password("password", "密码", "new-password")
                    .hint("请输入6-30位的密码，需要包含字母、数字。"),
            ]
        };
        let register = Self {
            chrome: anonymous(),
            title: "注册",
            lead: vec!["如实填写姓名、身份证号等信息。".into()],
            action: "/account/register".into(),
            fields: typed(None),
            challenge: Some(challenge(None)),
            button: Some("注册"),
            other: None,
            links: vec![Link::new("/account/login", "返回登录")],
            notes: Vec::new(),
            error_title: "内容有误，请修改后重新提交",
            errors: Vec::new(),
        };
        let wrong = typed(Some("请填写姓名"));
        let refused = Self { errors: error_items(&wrong, None), fields: wrong, ..register.clone() };
        let profile = Self {
            chrome: signed_in_by("account").at(Menu::Profile),
            title: "注册信息维护",
            fields: vec![
                FormField::new("name", "姓名", "测试").locked("账户注册信息"),
                FormField::new("email", "邮箱", "ceshi@example.com"),
            ],
            button: Some("保存"),
            notes: vec![Link::new("/link?ask=missing#request", "姓名、身份证号有误的，请申请人工核实")],
            ..register.clone()
        };
        let password = Self { chrome: signed_in_by("account").at(Menu::Password), challenge: None, ..profile.clone() };
        let without = Self { button: None, challenge: None, fields: Vec::new(), ..register.clone() };
        let link = Link::new("/sso/login", "用门户登录");
        let shut = Self { errors: vec![ErrorItem::general("请用门户登录", Some(link))], ..register.clone() };
        let other = Some(OtherButton { action: "edit", text: "邮箱写错了？" });
        let confirm = Self { other, challenge: None, ..register.clone() };
        vec![register, refused, profile, password, without, shut, confirm]
    }
}
