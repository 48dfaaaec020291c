//! A refused form of an account: what is said, where, and with which status.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;

use crate::app::App;
use crate::store::Exhausted;
use crate::views::{ErrorItem, View};
use crate::web::kit::error::WebError;
use crate::web::kit::page;

/// Of a form whose session is over.
const STALE: &str = "页面停留过久，或已在别处重新打开，刚才没有提交。请核对后重新提交";

const CROWDED: &str = "当前登录人数较多，请稍候再试";

/// As long as those who wait need.
const CROWDED_PAUSE: Duration = Duration::from_secs(5);

/// What is wrong with a form.
#[derive(Debug, Default)]
pub(super) struct Slips {
    /// At the fields of these names.
    fields: Vec<(&'static str, String)>,
    /// At 验证码.
    pub(super) challenge: Option<String>,
    /// At no field.
    pub(super) general: Option<ErrorItem>,
    status: Option<StatusCode>,
    wait: Option<Duration>,
}

impl Slips {
    /// As far as the challenge goes.
    pub(super) fn at_challenge(challenge: Option<String>) -> Self {
        Self { challenge, ..Self::default() }
    }

    /// At no field.
    pub(super) fn said(words: &str) -> Self {
        Self { general: Some(ErrorItem::general(words, None)), ..Self::default() }
    }

    /// The form is of a session that is over: shown again, and refused as one without the session's token.
    pub(super) fn stale() -> Self {
        Self { status: Some(StatusCode::FORBIDDEN), ..Self::said(STALE) }
    }

    /// The first that is said of a field stands.
    pub(super) fn at(&mut self, field: &'static str, message: impl Into<String>) {
        if self.of(field).is_none() {
            self.fields.push((field, message.into()));
        }
    }

    pub(super) fn of(&self, field: &str) -> Option<String> {
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, message)| message.clone())
    }

    pub(super) fn any(&self) -> bool {
        !self.fields.is_empty() || self.challenge.is_some() || self.general.is_some()
    }

    /// A lockout: 429.
    pub(super) fn lock(&mut self, exhausted: Exhausted, words: String) {
        self.status = Some(StatusCode::TOO_MANY_REQUESTS);
        self.wait = Some(exhausted.retry_after);
        self.general = Some(ErrorItem::general(words, None));
    }

    /// As many passwords are compared as can be: 503.
    pub(super) fn crowd(&mut self) {
        self.status = Some(StatusCode::SERVICE_UNAVAILABLE);
        self.wait = Some(CROWDED_PAUSE);
        self.general = Some(ErrorItem::general(CROWDED, None));
    }

    /// What heads the error summary: why nothing was done.
    pub(super) const fn title(&self) -> &'static str {
        match self.status {
            None => "内容有误，请修改后重新提交",
            Some(StatusCode::TOO_MANY_REQUESTS) => "次数过多，暂时不能提交",
            Some(StatusCode::SERVICE_UNAVAILABLE) => "系统繁忙，没有提交",
            Some(_) => "没有提交，请重新提交",
        }
    }

    /// The error summary, with what is said at the fields.
    pub(super) fn errors(&self, of_fields: &[ErrorItem]) -> Vec<ErrorItem> {
        let at_challenge =
            |message: &String| ErrorItem { field: Some("captcha".to_owned()), message: message.clone(), link: None };
        let of_challenge = self.challenge.as_ref().map(at_challenge);
        self.general.iter().cloned().chain(of_fields.iter().cloned()).chain(of_challenge).collect()
    }
}

/// The page as the answer to a form that was refused.
pub(super) fn refusal<V: View>(app: &App, view: &V, slips: &Slips) -> Result<Response, WebError> {
    let status = slips.status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    let mut response = (status, page(app, view)?).into_response();
    if let Some(wait) = slips.wait {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    }
    Ok(response)
}
