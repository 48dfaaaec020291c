//! Every refusal and failure: what happened, what to do next, and a number to ask about.

use serde::Serialize;
use std::time::Duration;

use super::words::minutes;
use super::{Chrome, Link, View};

/// An error page never shows a cause: that is in the log under the page's reference.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorShow {
    pub chrome: Chrome,
    pub status: u16,
    pub title: String,
    pub message: String,
    pub next_step: String,
    /// The way on: every refusal has one.
    pub link: Link,
    pub reference: String,
}

impl ErrorShow {
    /// The page for an HTTP status in general words; set `message`, `next_step` or `link` where more is known.
    pub fn new(chrome: Chrome, status: u16, reference: impl Into<String>) -> Self {
        let (title, message, next_step) = words(status);
        let link = if chrome.user.is_some() {
            Link::new("/reissue", "返回补证申请")
        } else {
            Link::new("/", "返回首页")
        };
        Self {
            chrome,
            status,
            title: title.into(),
            message: message.into(),
            next_step: next_step.into(),
            link,
            reference: reference.into(),
        }
    }
}

/// A form that failed and is kept.
#[derive(Debug, Clone)]
pub enum KeptForm {
    /// At this address its person finds it.
    At(String),
    /// Its person must sign in first: no address is told.
    UntilSignIn,
}

impl ErrorShow {
    /// Says when it may be tried again, where that is known.
    #[must_use]
    pub fn after(mut self, wait: Option<Duration>) -> Self {
        if let (429, Some(wait)) = (self.status, wait) {
            self.next_step = format!("请在 {}后再试，已保存的信息不受影响。", minutes(wait));
        }
        self
    }

    /// Says that many sign in at this moment.
    #[must_use]
    pub fn crowded(mut self) -> Self {
        self.title = "请稍候再试".into();
        self.message = "当前登录人数较多，系统暂时无法核对密码。".into();
        self.next_step = "请等待几秒钟，再返回上一页重新提交。".into();
        self
    }

    /// Says that what was typed is kept, and where. Of a form that was not looked at the picture is not.
    #[must_use]
    pub fn keeping(mut self, kept: Option<KeptForm>) -> Self {
        let where_to = match kept {
            None => return self,
            Some(KeptForm::UntilSignIn) => "重新登录后可以继续填写",
            Some(KeptForm::At(address)) => {
                self.link = Link::new(address, "返回填写的内容");
                "可点击下面的按钮返回"
            }
        };
        let kept = if self.status == 429 { "（刚选择的照片或图片除外），尚未提交" } else { "" };
        self.message = format!("{}您填写的内容已保留{kept}，{where_to}。", self.message);
        self
    }
}

/// Title, sentence and next step.
const fn words(status: u16) -> (&'static str, &'static str, &'static str) {
    match status {
        400 => ("请求无法识别", "提交的内容不完整，或含有无法识别的字符。", "请返回上一页，检查后重新操作。"),
        403 => (
            "页面已失效",
            "为保护您的信息，系统没有执行刚才的操作：页面可能停留过久，或您已在别处重新登录。",
            "请返回上一页并刷新，然后重新提交。",
        ),
        404 => {
            ("没有找到该页面", "您要查看的内容不存在，或不属于当前登录的用户。", "请检查网址，或点击下面的按钮返回。")
        }
        405 => ("操作方式不正确", "该页面不支持这种操作。", "请从菜单重新进入。"),
        408 => ("网络超时", "系统没有在规定时间内收到完整的内容。", "请检查网络后重新提交。"),
        409 => ("内容已被更新", "在您填写期间，这份申请已在别处保存过。", "请查看最新内容后再修改。"),
        413 => (
            "提交的内容过大",
            "提交的内容超过了系统允许的大小，没有保存。",
            "请返回上一页，更换较小的照片或图片，或减少填写的文字，然后重新提交。",
        ),
        415 | 422 => ("内容未通过检查", "提交的内容有误，没有保存。", "请返回上一页，按提示修改后重新提交。"),
        414 | 431 => (
            "请求内容过长",
            "浏览器发送的网址或 Cookie 超过了系统允许的长度。",
            "请清除浏览器中本网站及同一域名下其他系统的 Cookie，再从首页重新进入。",
        ),
        429 => {
            ("操作过于频繁", "短时间内的操作次数过多，系统暂时没有受理。", "请稍等几分钟再试，已保存的信息不受影响。")
        }
        503 => ("系统暂时繁忙", "系统暂时无法处理您的请求，已提交的申请不受影响。", "请稍后再试。"),
        504 => (
            "系统响应超时",
            "系统没有在规定时间内完成操作。",
            "请稍后在“审核状态查询”中确认是否已提交，再决定是否重新操作。",
        ),
        _ => (
            "系统出现错误",
            "系统在处理您的请求时出现错误，已记录下来。",
            "请稍后再试；如仍然出现，请向工作人员提供下面的编号。",
        ),
    }
}

impl View for ErrorShow {
    const TEMPLATE: &'static str = "error_show.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::chrome::samples::{anonymous, signed_in};
        let statuses = [400, 403, 404, 405, 408, 409, 413, 414, 415, 422, 429, 431, 500, 503, 504];
        let mut pages: Vec<_> =
            statuses.into_iter().map(|status| Self::new(signed_in(), status, "7K2M-9QX2")).collect();
        pages.push(Self::new(anonymous(), 429, "7K2M-9QX5").after(Some(Duration::from_secs(150))));
        let kept = || Some(KeptForm::At("/link?draft=request".into()));
        pages.push(Self::new(signed_in(), 429, "7K2M-9QX6").after(Some(Duration::from_secs(150))).keeping(kept()));
        pages.push(Self::new(signed_in(), 503, "7K2M-9QX7").keeping(kept()));
        pages.push(Self::new(anonymous(), 429, "7K2M-9QX8").keeping(Some(KeptForm::UntilSignIn)));
        pages.push(Self::new(anonymous(), 500, "7K2M-9QX3"));
        pages.push(Self::new(anonymous(), 503, "7K2M-9QX4"));
        pages.push(Self::new(anonymous(), 503, "7K2M-9QX9").crowded());
        pages
    }
}
