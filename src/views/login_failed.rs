//! A sign-in that failed: what happened in general words, and the way to retry.

use serde::Serialize;
use std::time::Duration;

use super::words::minutes;
use super::{Chrome, View};

/// Why a sign-in failed, as far as a visitor can act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginFailure {
    /// Too late, used twice, begun in another browser, or never begun here.
    Expired,
    /// Cancelled by the visitor or by the portal.
    Cancelled,
    /// The portal does not answer.
    Unavailable,
    /// The portal's answer does not pass the checks.
    Rejected,
    /// The rate limit of one visitor.
    TooMany,
    /// The limit of all visitors together.
    Busy,
    /// This service, its database or Redis does not answer.
    Outage,
}

impl LoginFailure {
    pub const ALL: [Self; 7] =
        [Self::Expired, Self::Cancelled, Self::Unavailable, Self::Rejected, Self::TooMany, Self::Busy, Self::Outage];
}

#[derive(Debug, Clone, Serialize)]
pub struct LoginFailed {
    pub chrome: Chrome,
    /// The stable code (`data-failure`).
    pub code: &'static str,
    pub title: &'static str,
    pub message: &'static str,
    pub next_step: String,
    /// Where 重新登录 leads, see [`super::login_url`].
    pub login_url: String,
    pub reference: String,
}

impl LoginFailed {
    pub fn new(chrome: Chrome, failure: LoginFailure, login_url: String, reference: impl Into<String>) -> Self {
        let (code, title, message, next_step) = words(failure);
        Self { chrome, code, title, message, next_step: next_step.to_owned(), login_url, reference: reference.into() }
    }

    /// Says when it may be tried again, where that is known.
    #[must_use]
    pub fn after(mut self, wait: Option<Duration>) -> Self {
        if let ("too_many" | "busy", Some(wait)) = (self.code, wait) {
            self.next_step = format!("请关闭多余的登录页面，在 {}后再试。", minutes(wait));
        }
        self
    }
}

const fn words(failure: LoginFailure) -> (&'static str, &'static str, &'static str, &'static str) {
    match failure {
        LoginFailure::Expired => (
            "expired",
            "登录已失效",
            "这次登录已超时、已使用过，或不是在当前浏览器中开始的。",
            "请在本浏览器中重新登录。",
        ),
        LoginFailure::Cancelled => {
            ("cancelled", "登录没有完成", "登录已在政务服务门户中取消。", "如需继续办理，请重新登录。")
        }
        LoginFailure::Unavailable => (
            "unavailable",
            "政务服务门户暂时无法连接",
            "本系统暂时联系不上政务服务门户，无法完成登录。您已有的申请和证书信息不受影响。",
            "请几分钟后再试。",
        ),
        LoginFailure::Rejected => (
            "rejected",
            "登录没有成功",
            "政务服务门户返回的信息没有通过安全检查，系统没有让您登录。",
            "请重新登录；如仍然出现，请向工作人员提供下面的编号。",
        ),
        LoginFailure::TooMany => {
            ("too_many", "登录过于频繁", "短时间内开始了太多次登录。", "请关闭多余的登录页面，稍等几分钟再试。")
        }
        LoginFailure::Busy => {
            ("busy", "正在登录的人太多", "同时登录的人数已达到系统上限，系统没有开始这次登录。", "请几分钟后再试。")
        }
        LoginFailure::Outage => (
            "outage",
            "系统暂时繁忙",
            "本系统暂时无法完成登录。您已有的申请和证书信息不受影响。",
            "请几分钟后重新登录；如仍然出现，请向工作人员提供下面的编号。",
        ),
    }
}

impl View for LoginFailed {
    const TEMPLATE: &'static str = "login_failed.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let chrome = super::chrome::samples::anonymous();
        LoginFailure::ALL
            .map(|failure| Self::new(chrome.clone(), failure, super::login_url(Some("/reissue")), "7K2M-9QX2"))
            .into()
    }
}
