//! Pages of accounts that say what was done, or why nothing can be.

use serde::Serialize;

use super::{Chrome, Link, View};

#[derive(Debug, Clone, Serialize)]
pub struct AccountNotice {
    pub chrome: Chrome,
    pub title: &'static str,
    /// `data-notice`, such as `sent`.
    pub code: &'static str,
    pub lead: String,
    pub words: Vec<String>,
    /// The likeliest way on, and others.
    pub link: Link,
    pub links: Vec<Link>,
}

impl View for AccountNotice {
    const TEMPLATE: &'static str = "account_notice.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![Self {
            chrome: super::chrome::samples::anonymous(),
            title: "找回密码",
            code: "sent",
            lead: "请查看邮箱。".into(),
            words: vec!["链接在 20 分钟内有效。".into()],
            link: Link::new("/account/login", "返回登录"),
            links: vec![Link::new("/account/recover", "重新申请")],
        }]
    }
}
