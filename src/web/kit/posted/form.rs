//! The fields of a form, sent either way.

use axum::body::Bytes;
use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use std::sync::Arc;
use url::form_urlencoded;

use super::file::{File, FileField, refuse_part};
use crate::app::App;
use crate::domain::text::has_control;
use crate::web::kit::error::WebError;

/// Longest form without a file.
const MAX_FORM: usize = 64 * 1024;

/// Longer than any field may be; a longer one is refused, not cut.
const MAX_FIELD: usize = 16 * 1024;
const MAX_FIELDS: usize = 64;

/// The fields of a form and its file. Of fields with one name the first counts.
#[derive(Debug, Default)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    pub(crate) file: File,
}

impl Form {
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(in crate::web::kit) async fn read(
        request: Request,
        app: &Arc<App>,
        file: Option<FileField>,
    ) -> Result<Self, WebError> {
        match file {
            Some(file) if !is_urlencoded(&request) => Self::multipart(request, app, file).await,
            // A form without a file may come either way.
            Some(_) => Self::urlencoded(request, app).await,
            None => {
                let form = Self::urlencoded(request, app).await?;
                let is_odd = form.fields().any(|(name, value)| has_control(name) || has_control(value));
                if is_odd { Err(WebError::BadRequest("control characters in a form")) } else { Ok(form) }
            }
        }
    }

    async fn urlencoded(request: Request, app: &Arc<App>) -> Result<Self, WebError> {
        let body = Bytes::from_request(request, app).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => WebError::TooLarge,
            _ => WebError::BadRequest("a body that breaks off"),
        })?;
        if body.len() > MAX_FORM {
            return Err(WebError::TooLarge);
        }
        Ok(Self { fields: form_urlencoded::parse(&body).into_owned().collect(), file: File::default() })
    }

    async fn multipart(request: Request, app: &Arc<App>, file: FileField) -> Result<Self, WebError> {
        // A body that is no multipart form has no CSRF token.
        let mut multipart = Multipart::from_request(request, app).await.map_err(|_| WebError::Csrf)?;
        let mut form = Self::default();
        while let Some(part) = multipart.next_field().await.map_err(|error| refuse_part(&error))? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == file.name {
                form.file.put(File::take(part, file.most_bytes).await?);
                continue;
            }
            let bytes = part.bytes().await.map_err(|error| refuse_part(&error))?;
            if bytes.len() > MAX_FIELD || form.fields.len() >= MAX_FIELDS {
                return Err(WebError::TooLarge);
            }
            let text = String::from_utf8(bytes.into()).map_err(|_| WebError::BadRequest("a field is not UTF-8"))?;
            form.fields.push((name, text));
        }
        Ok(form)
    }
}

fn is_urlencoded(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default();
    kind.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}
