//! Reads a form, sent either way: of each field and file the beginning is kept, and the rest is counted.

use axum::extract::multipart::Multipart;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use std::sync::Arc;

use super::file::{File, FileField, refuse_part};
use super::form::{Form, MAX_FIELD};
use super::urlencoded;
use crate::app::App;
use crate::domain::text::has_control;
use crate::web::kit::error::WebError;

/// What a form may send, file and all, that comes from whoever has a session, a session that was here, or a phone's slot. Most of it is counted and not
/// kept: a browser looks at no answer before it has sent everything. What is sent beyond it is not read, and the form is refused without its page (413).
pub(in crate::web::kit) const MAX_SENT: usize = 128 * 1024 * 1024;

/// The same of a form from anybody else.
pub(in crate::web::kit) const MAX_SENT_BY_ANYBODY: usize = 64 * 1024;

/// Reads a form of `most` bytes at most.
pub(in crate::web::kit) async fn read(
    mut request: Request,
    app: &Arc<App>,
    file: Option<FileField>,
    most: usize,
) -> Result<Form, WebError> {
    match file {
        Some(file) if !is_urlencoded(&request) => {
            DefaultBodyLimit::max(most).apply(&mut request);
            multipart(request, app, file).await
        }
        // A form without a file may come either way.
        Some(_) => urlencoded::read(request.into_body(), most).await,
        None => {
            let form = urlencoded::read(request.into_body(), most).await?;
            let is_odd = form.fields().any(|(name, value)| has_control(name) || has_control(value));
            if is_odd { Err(WebError::BadRequest("control characters in a form")) } else { Ok(form) }
        }
    }
}

async fn multipart(request: Request, app: &Arc<App>, file: FileField) -> Result<Form, WebError> {
    // A body that is no multipart form has no CSRF token.
    let mut multipart = Multipart::from_request(request, app).await.map_err(|_| WebError::Csrf)?;
    let mut form = Form::default();
    while let Some(part) = multipart.next_field().await.map_err(|error| refuse_part(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == file.name {
            form.file.put(File::take(part, file.most_bytes).await?);
            continue;
        }
        let File { bytes, size, .. } = File::take(part, MAX_FIELD).await?;
        form.put(name, bytes, size)?;
    }
    Ok(form)
}

fn is_urlencoded(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default();
    kind.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}
