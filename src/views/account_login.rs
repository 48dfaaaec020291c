//! `GET|POST /account/login`, and `GET /` where accounts are the only way in: the sign-in form of 局部版手册.

use serde::Serialize;

use super::{ChallengeField, Chrome, ErrorItem, FormField, View};

/// The form itself: of its own page, and of the first page beside the portal's sign-in.
#[derive(Debug, Clone, Serialize)]
pub struct SignInForm {
    /// 身份证号 and 登录密码.
    pub fields: Vec<FormField>,
    pub challenge: Option<ChallengeField>,
    /// Hidden field `return_to`: the page that was wanted, a local path.
    pub return_to: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct AccountLogin {
    pub chrome: Chrome,
    pub form: SignInForm,
    /// The page that was wanted needs a sign-in.
    pub sign_in_needed: bool,
    /// What became of a form that came after the session's end.
    pub timed_out: Option<&'static str>,
    /// What heads the list of errors.
    pub error_title: &'static str,
    pub errors: Vec<ErrorItem>,
}

impl View for AccountLogin {
    const TEMPLATE: &'static str = "account_login.html";

    fn has_challenge(&self) -> bool {
        self.form.challenge.is_some()
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::challenge_field::samples::challenge;
        use super::{Link, error_items};

        let form = samples::form();
        let fresh = Self {
            chrome: super::chrome::samples::anonymous(),
            form: form.clone(),
            sign_in_needed: false,
            timed_out: None,
            error_title: "登录没有成功",
            errors: Vec::new(),
        };
        let without = SignInForm { return_to: Some("/applications".into()), challenge: None, ..form.clone() };
        let mut wrong = form;
        wrong.fields[1].error = Some("身份证号或登录密码不正确".into());
        wrong.challenge = Some(challenge(Some("验证码不正确或已过期，请重新验证")));
        let link = Link::new("/sso/login", "用门户登录");
        vec![
            fresh.clone(),
            Self { form: without, sign_in_needed: true, ..fresh.clone() },
            Self {
                timed_out: Some("登录已超时，您填写的内容已保留；尚未提交。"), ..fresh.clone()
            },
            Self { errors: error_items(&wrong.fields, None), form: wrong, ..fresh.clone() },
            Self {
                errors: vec![ErrorItem::general("已由统一身份认证承接，请用门户登录", Some(link))], ..fresh
            },
        ]
    }
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    pub(in crate::views) fn form() -> SignInForm {
        SignInForm {
            fields: vec![
                FormField::new("id_number", "身份证号", "110101199003071233").autocomplete("username"),
                FormField::own_password("password", "登录密码", "current-password"),
            ],
            challenge: Some(crate::views::challenge_field::samples::challenge(None)),
            return_to: None,
        }
    }
}
