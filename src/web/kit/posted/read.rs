//! Reads a form, sent either way: of each field and file the beginning is kept, and the rest is counted.

use axum::extract::multipart::Multipart;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use std::sync::Arc;

use super::amount::Amount;
use super::file::{File, FileField, refuse_part};
use super::form::{Form, MAX_FIELD};
use super::metered::{Meter, Metered};
use super::urlencoded;
use crate::app::App;
use crate::domain::text::has_control;
use crate::web::kit::error::WebError;

/// What a form may send, file and all, that comes from whoever has a session, or a session that was here. Most of it is counted and not kept: a
/// browser looks at no answer before it has sent everything. What is sent beyond it is not read, and the form is refused without its page (413).
pub(super) const MAX_SENT: usize = 128 * 1024 * 1024;

/// What a phone may send for its slot: one picture, whose size is told on the form up to here.
pub(in crate::web::kit) const MAX_SENT_BY_PHONE: usize = 32 * 1024 * 1024;

/// What a form without a file may send that comes from a browser without a session.
pub(in crate::web::kit) const MAX_SENT_BY_ANYBODY: usize = 64 * 1024;

/// Parts of a multipart form, files among them: more than any page sends.
const MAX_PARTS: usize = 128;

/// Of a part.
const MAX_NAME: usize = 256;

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
            multipart(request, app, file, Amount::up_to(most)).await
        }
        // A form without a file may come either way.
        Some(_) => urlencoded::read(request.into_body(), Amount::up_to(most)).await,
        None => {
            let form = urlencoded::read(request.into_body(), Amount::up_to(most)).await?;
            sound(form, &[])
        }
    }
}

/// Reads a form without a file of which some fields may have several lines.
pub(in crate::web::kit) async fn read_lines(request: Request, most: usize, lines: &[&str]) -> Result<Form, WebError> {
    sound(urlencoded::read(request.into_body(), Amount::up_to(most)).await?, lines)
}

/// A form without control characters, but for line breaks in the fields of several lines.
fn sound(form: Form, lines: &[&str]) -> Result<Form, WebError> {
    let is_odd = |(name, value): (&str, &str)| {
        let breaks = |it: char| matches!(it, '\r' | '\n') && lines.contains(&name);
        has_control(name) || value.chars().any(|it| it.is_control() && !breaks(it))
    };
    if form.fields().any(is_odd) { Err(WebError::BadRequest("control characters in a form")) } else { Ok(form) }
}

async fn multipart(request: Request, app: &Arc<App>, file: FileField, mut amount: Amount) -> Result<Form, WebError> {
    let meter = Arc::new(Meter::default());
    let request = request.map(|body| Metered::of(body, meter.clone()));
    // A body that is no multipart form has no CSRF token.
    let mut multipart = Multipart::from_request(request, app).await.map_err(|_| WebError::Csrf)?;
    let (mut form, mut parts) = (Form::default(), 0);
    while let Some(part) = multipart.next_field().await.map_err(|error| refuse_part(&error))? {
        meter.has_parsed();
        parts += 1;
        if parts > MAX_PARTS {
            return Err(WebError::TooLarge);
        }
        let name = part.name().unwrap_or_default();
        if name.len() > MAX_NAME {
            return Err(WebError::BadRequest("a part with a long name"));
        }
        let name = name.to_owned();
        let is_file = name == file.name;
        let keep = if is_file { file.most_bytes } else { MAX_FIELD };
        let taken = File::take(part, keep, &mut amount, &meter).await?;
        if is_file {
            form.file.put(taken);
        } else {
            form.put(name, taken.bytes, taken.size)?;
        }
    }
    Ok(form)
}

fn is_urlencoded(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default();
    kind.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}
