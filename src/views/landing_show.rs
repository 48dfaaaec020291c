//! `GET /`: what the service is, and the way to sign in.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::{Chrome, SignInForm, View};

/// The landing page of a visitor who is not signed in.
#[derive(Debug, Clone, Serialize)]
pub struct LandingShow {
    pub chrome: Chrome,
    /// Where the button 登录 leads, see [`login_url`].
    pub login_url: String,
    /// Where 原账户登录 leads, if its form is not on this page.
    pub account_url: String,
    /// 原账户登录, where accounts are a way in beside the portal.
    pub account: Option<SignInForm>,
    /// The visitor wanted a page that needs a sign-in.
    pub sign_in_needed: bool,
    /// The portal is known to be silent: a sign-in would fail.
    pub portal_is_silent: bool,
    /// What became of a form that came after the session's end.
    pub timed_out: Option<&'static str>,
}

/// Unreserved characters of RFC 3986 stay as they are, and the slash, which a query may hold.
const KEPT_OUT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The address of the sign-in by an account, see [`login_url`].
pub fn account_login_url(return_to: Option<&str>) -> String {
    login_url(return_to).replacen("/sso/login", "/account/login", 1)
}

/// The address that begins a sign-in and comes back to `return_to`, a local path that the web layer has checked.
pub fn login_url(return_to: Option<&str>) -> String {
    match return_to {
        Some(path) => format!("/sso/login?return_to={}", query_value(path)),
        None => "/sso/login".to_owned(),
    }
}

pub fn query_value(text: &str) -> String {
    utf8_percent_encode(text, KEPT_OUT).to_string()
}

impl LandingShow {
    /// Of a visitor who wanted a page, a local path that the web layer has checked.
    pub fn new(chrome: Chrome, wanted: Option<&str>) -> Self {
        Self {
            chrome,
            login_url: login_url(wanted),
            account_url: account_login_url(wanted),
            account: None,
            sign_in_needed: wanted.is_some(),
            portal_is_silent: false,
            timed_out: None,
        }
    }
}

impl View for LandingShow {
    const TEMPLATE: &'static str = "landing_show.html";

    fn has_challenge(&self) -> bool {
        self.account.as_ref().is_some_and(|form| form.challenge.is_some())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let chrome = super::chrome::samples::anonymous();
        let form = super::account_login::samples::form();
        let wanted = SignInForm { return_to: Some("/link".into()), challenge: None, ..form.clone() };
        vec![
            Self::new(chrome.clone(), None),
            Self { portal_is_silent: true, ..Self::new(chrome.clone(), Some("/applications")) },
            Self { account: Some(form), ..Self::new(chrome.clone(), None) },
            Self {
                account: Some(wanted),
                timed_out: Some("登录已超时，您填写的内容已保留；尚未提交。"),
                ..Self::new(chrome, Some("/link"))
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_path_cannot_end_or_extend_the_query() {
        assert_eq!(login_url(Some("/reissue?exam=a&b=c#d")), "/sso/login?return_to=/reissue%3Fexam%3Da%26b%3Dc%23d");
        assert_eq!(login_url(None), "/sso/login");
    }
}
