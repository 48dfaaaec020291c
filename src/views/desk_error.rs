//! Every refusal and failure of the desk: what happened, what to do next, and a number to ask about.

use serde::Serialize;
use std::time::Duration;

use super::words::minutes;
use super::{Desk, Link, View};

#[derive(Debug, Clone, Serialize)]
pub struct DeskError {
    pub desk: Desk,
    pub status: u16,
    pub title: &'static str,
    pub message: String,
    pub link: Link,
    pub reference: String,
}

impl DeskError {
    /// The page for an HTTP status in general words; `home`: where its way on leads.
    pub fn new(desk: Desk, status: u16, home: &str, reference: impl Into<String>) -> Self {
        let (title, message) = words(status);
        let link = if desk.staff.is_some() {
            Link::new(home, "返回工作台")
        } else {
            Link::new("/review/sign-in", "返回登录")
        };
        Self { desk, status, title, message: message.into(), link, reference: reference.into() }
    }

    /// Says when it may be tried again, where that is known.
    #[must_use]
    pub fn after(mut self, wait: Option<Duration>) -> Self {
        if let (429, Some(wait)) = (self.status, wait) {
            self.message = format!("操作过于频繁，请在 {}后再试。", minutes(wait));
        }
        self
    }
}

const fn words(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("请求无法识别", "提交的内容不完整，或含有无法识别的字符。请返回上一页，检查后重新操作。"),
        403 => {
            ("页面已失效", "页面停留过久，或已在别处重新登录，刚才的操作没有执行。请返回上一页并刷新，然后重新提交。")
        }
        404 => ("没有找到该页面", "要查看的内容不存在，或不在您的职责范围内。"),
        405 => ("操作方式不正确", "该页面不支持这种操作，请从菜单重新进入。"),
        408 => ("网络超时", "没有在规定时间内收到完整的内容，请检查网络后重新提交。"),
        409 => ("内容已被更新", "这项内容已由他人处理，请查看最新内容。"),
        410 => ("链接已失效", "链接不正确、已使用或已过期。请联系管理员重新发放。"),
        413 => ("提交的内容过大", "提交的内容超过了允许的大小，没有保存。请减少后重新提交。"),
        415 | 422 => ("内容未通过检查", "提交的内容有误，没有保存。请返回上一页，修改后重新提交。"),
        429 => ("操作过于频繁", "短时间内的操作次数过多，请稍等几分钟再试。"),
        503 => ("系统暂时繁忙", "系统暂时无法处理，已保存的内容不受影响。请稍后再试。"),
        _ => ("系统出现错误", "系统出现错误，已记录下来。请稍后再试；如仍然出现，请向管理员提供下面的编号。"),
    }
}

impl View for DeskError {
    const TEMPLATE: &'static str = "desk_error.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::desk::samples::{anonymous, signed_in};
        let statuses = [400, 403, 404, 405, 408, 409, 410, 413, 422, 429, 500, 503];
        let mut pages: Vec<_> =
            statuses.into_iter().map(|status| Self::new(signed_in(), status, "/review/account", "7K2M-9QX2")).collect();
        pages.push(Self::new(anonymous(), 410, "/review", "7K2M-9QX3"));
        pages.push(Self::new(anonymous(), 429, "/review", "7K2M-9QX4").after(Some(Duration::from_secs(150))));
        pages
    }
}
