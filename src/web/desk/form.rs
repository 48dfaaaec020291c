//! A refused form of the desk: what is said, where, and with which status.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;

use crate::app::App;
use crate::store::Exhausted;
use crate::views::{ErrorItem, View};
use crate::web::kit::error::WebError;
use crate::web::kit::page;

const CROWDED: &str = "当前登录人数较多，请稍候再试";

/// As long as those who wait need.
const CROWDED_PAUSE: Duration = Duration::from_secs(5);

/// What is wrong with a form.
#[derive(Debug, Default)]
pub(super) struct Slips {
    /// At the fields of these names.
    fields: Vec<(&'static str, String)>,
    /// At no field.
    general: Vec<String>,
    status: Option<StatusCode>,
    wait: Option<Duration>,
}

impl Slips {
    /// The first that is said of a field stands.
    pub(super) fn at(&mut self, field: &'static str, message: impl Into<String>) {
        if self.of(field).is_none() {
            self.fields.push((field, message.into()));
        }
    }

    pub(super) fn of(&self, field: &str) -> Option<String> {
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, message)| message.clone())
    }

    pub(super) fn say(&mut self, words: impl Into<String>) {
        self.general.push(words.into());
    }

    pub(super) fn any(&self) -> bool {
        !self.fields.is_empty() || !self.general.is_empty()
    }

    /// A lockout: 429.
    pub(super) fn lock(&mut self, what: &str, exhausted: Exhausted) {
        self.status = Some(StatusCode::TOO_MANY_REQUESTS);
        self.wait = Some(exhausted.retry_after);
        let minutes = exhausted.retry_after.as_secs().div_ceil(60).max(1);
        self.say(format!("{what}输错次数过多，请在 {minutes} 分钟后再试"));
    }

    /// As many passwords are compared as can be: 503.
    pub(super) fn crowd(&mut self) {
        self.status = Some(StatusCode::SERVICE_UNAVAILABLE);
        self.wait = Some(CROWDED_PAUSE);
        self.say(CROWDED);
    }

    /// The error summary, with what is said at the fields.
    pub(super) fn errors(&self, of_fields: Vec<ErrorItem>) -> Vec<ErrorItem> {
        let general = self.general.iter().map(|words| ErrorItem::general(words.clone(), None));
        general.chain(of_fields).collect()
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
