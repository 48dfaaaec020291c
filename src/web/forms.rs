//! Small forms: `application/x-www-form-urlencoded`, with the session's token.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use std::sync::Arc;
use url::form_urlencoded;

use super::error::WebError;
use crate::app::App;
use crate::domain::text::has_control;
use crate::session::Session;

const MAX_FORM: usize = 64 * 1024;

/// The fields of a small form; repeated names count once.
#[derive(Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub(super) fn into_fields(self) -> Vec<(String, String)> {
        self.0
    }

    /// Refuses a form that this session did not hand out.
    pub(super) fn check(&self, session: &Session) -> Result<(), WebError> {
        if session.accepts(self.get("csrf_token")) { Ok(()) } else { Err(WebError::Csrf) }
    }
}

impl FromRequest<Arc<App>> for Form {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, WebError> {
        let fields = read(request, app).await?;
        if fields.iter().any(|(name, value)| has_control(name) || has_control(value)) {
            return Err(WebError::BadRequest("control characters in a form"));
        }
        Ok(Self(fields))
    }
}

/// The fields as sent, control characters and all.
pub(super) async fn read(request: Request, app: &Arc<App>) -> Result<Vec<(String, String)>, WebError> {
    let body = Bytes::from_request(request, app).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => WebError::TooLarge,
        _ => WebError::BadRequest("a body that breaks off"),
    })?;
    if body.len() > MAX_FORM {
        return Err(WebError::TooLarge);
    }
    Ok(form_urlencoded::parse(&body).into_owned().collect())
}
