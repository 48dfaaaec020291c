//! The fields of a form, sent either way.

use axum::body::Bytes;
use axum::extract::multipart::Multipart;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use std::sync::Arc;
use url::form_urlencoded;

use super::file::{File, FileField, refuse_part};
use crate::app::App;
use crate::domain::text::{has_control, is_blank};
use crate::web::kit::error::WebError;

/// Longest form without a file.
const MAX_FORM: usize = 64 * 1024;

/// Longer than any field may be. Of a longer one the beginning is kept, and the rest is counted.
const MAX_FIELD: usize = 16 * 1024;
const MAX_FIELDS: usize = 64;

/// What is left of a field that was cut must be longer than any rule allows, so that the rules refuse it: blanks at its ends do not count.
const LONGER_THAN_ANY_RULE: usize = 4 * 1024;

/// The fields of a form and its file. Of fields with one name the first counts.
#[derive(Debug, Default)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    overlong: Vec<Overlong>,
    pub(crate) file: File,
}

/// A field of which only the beginning was kept.
#[derive(Debug)]
struct Overlong {
    name: String,
    /// Of all of it.
    bytes: usize,
}

impl Form {
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// What to say of a field of which only the beginning was kept.
    pub(crate) fn overlong(&self, name: &str, label: &str) -> Option<String> {
        let found = self.overlong.iter().find(|overlong| overlong.name == name)?;
        let kilobytes = found.bytes.div_ceil(1024);
        Some(format!("{label}填写的内容过长（约 {kilobytes}KB），只保留了开头部分，请删减后重新提交"))
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

    async fn urlencoded(mut request: Request, app: &Arc<App>) -> Result<Self, WebError> {
        DefaultBodyLimit::max(MAX_FORM).apply(&mut request);
        let body = Bytes::from_request(request, app).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => WebError::TooLarge,
            _ => WebError::BadRequest("a body that breaks off"),
        })?;
        Ok(Self { fields: form_urlencoded::parse(&body).into_owned().collect(), ..Self::default() })
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
            if form.fields.len() >= MAX_FIELDS {
                return Err(WebError::TooLarge);
            }
            let File { bytes, size, .. } = File::take(part, MAX_FIELD).await?;
            form.put(name, bytes, size)?;
        }
        Ok(form)
    }

    fn put(&mut self, name: String, mut bytes: Vec<u8>, size: usize) -> Result<(), WebError> {
        let is_cut = size > bytes.len();
        if is_cut
            && let Err(error) = str::from_utf8(&bytes)
            && error.error_len().is_none()
        {
            // The cut went through a character.
            bytes.truncate(error.valid_up_to());
        }
        let text = String::from_utf8(bytes).map_err(|_| WebError::BadRequest("a field is not UTF-8"))?;
        if is_cut {
            if text.trim_matches(is_blank).len() < LONGER_THAN_ANY_RULE {
                return Err(WebError::TooLarge);
            }
            self.overlong.push(Overlong { name: name.clone(), bytes: size });
        }
        self.fields.push((name, text));
        Ok(())
    }
}

fn is_urlencoded(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default();
    kind.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}
