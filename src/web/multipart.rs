//! The application form as it arrives: text fields and a photo.

use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use std::sync::Arc;
use tokio::sync::Semaphore;

use super::error::WebError;
use super::forms::Form;
use crate::app::App;
use crate::app::reissue::Photo;
use crate::domain::form::{Field, Input};
use crate::domain::photo;
use crate::ids::PersonId;
use crate::session::Session;

/// Longer text than any field may hold; what is longer is cut by no one, it is refused.
const MAX_FIELD: usize = 16 * 1024;
const MAX_FIELDS: usize = 64;

/// Photos decoded at once: a decode takes a core for a few milliseconds, and a flood of them must not take them all.
static DECODERS: Semaphore = Semaphore::const_new(2);

/// The fields of an application form.
#[derive(Debug, Default)]
pub(super) struct ApplicationForm {
    fields: Vec<(String, String)>,
    photo: Vec<u8>,
}

impl ApplicationForm {
    pub(super) fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Refuses a form that this session did not hand out.
    pub(super) fn check(&self, session: &Session) -> Result<(), WebError> {
        if session.accepts(self.get("csrf_token")) { Ok(()) } else { Err(WebError::Csrf) }
    }

    /// The fields that the rules know; others do not count.
    pub(super) fn input(&self) -> Input {
        let mut input = Input::default();
        for (name, value) in &self.fields {
            if let Some(field) = Field::from_name(name) {
                input.set(field, value.as_str());
            }
        }
        input
    }

    /// The photo that came with the form, or that was kept from before, and the token that keeps it.
    pub(super) async fn photo(&self, app: &App, person: PersonId) -> Result<(Photo, Option<String>), WebError> {
        if self.photo.is_empty() {
            let token = self.get("photo_token");
            return Ok(match app.kept_photo(person, token).await? {
                Some(bytes) => (Photo::Good(bytes), Some(token.to_owned())),
                None => (Photo::None, None),
            });
        }
        let bytes = self.photo.clone();
        let permit = DECODERS.acquire().await;
        // The permit goes along: a visitor who leaves ends the request, and not the work.
        let checked = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            photo::check(&bytes)
        });
        match checked.await.map_err(|error| WebError::Internal(Box::new(error)))? {
            Ok(clean) => {
                let token = app.keep_photo(person, clean.bytes()).await?;
                Ok((Photo::Good(clean.into_bytes()), Some(token)))
            }
            Err(problem) => {
                tracing::info!(problem = problem.code(), "photo refused");
                Ok((Photo::Refused(problem.to_string()), None))
            }
        }
    }
}

impl FromRequest<Arc<App>> for ApplicationForm {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, WebError> {
        // A form without a file may come either way.
        if is_urlencoded(&request) {
            return Ok(Self { fields: Form::from_request(request, app).await?.into_fields(), photo: Vec::new() });
        }
        let (fields, photo) = read(request, app, (Field::Photo.as_str(), usize::MAX)).await?;
        Ok(Self { fields, photo: photo.bytes })
    }
}

pub(super) fn is_urlencoded(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default();
    kind.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

/// A file as it came: what is beyond the size that anybody wants is counted, and not kept.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    pub(super) size: usize,
    /// A browser sends a nameless, empty file where none was chosen.
    pub(super) chosen: bool,
    /// More than one came under this name; this is the first.
    pub(super) others: bool,
}

impl File {
    const fn is_there(&self) -> bool {
        self.chosen || self.size > 0
    }

    async fn take(mut part: axum::extract::multipart::Field<'_>, keep: usize) -> Result<Self, WebError> {
        let chosen = part.file_name().is_some_and(|name| !name.is_empty());
        let mut file = Self { chosen, ..Self::default() };
        while let Some(chunk) = part.chunk().await.map_err(|error| refuse_part(&error))? {
            let room = keep.saturating_sub(file.bytes.len()).min(chunk.len());
            file.bytes.extend_from_slice(&chunk[..room]);
            file.size += chunk.len();
        }
        Ok(file)
    }
}

/// The text fields of a form, and its one file: (its field, how many bytes of it are kept).
pub(super) async fn read(
    request: Request,
    app: &Arc<App>,
    (file_field, keep): (&str, usize),
) -> Result<(Vec<(String, String)>, File), WebError> {
    let mut multipart = Multipart::from_request(request, app).await.map_err(|rejection| refuse(&rejection))?;
    let (mut fields, mut file) = (Vec::new(), File::default());
    while let Some(part) = multipart.next_field().await.map_err(|error| refuse_part(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == file_field {
            let further = File::take(part, keep).await?;
            if !file.is_there() {
                file = further;
            } else if further.is_there() {
                file.others = true;
            }
            continue;
        }
        let bytes = part.bytes().await.map_err(|error| refuse_part(&error))?;
        if bytes.len() > MAX_FIELD || fields.len() >= MAX_FIELDS {
            return Err(WebError::TooLarge);
        }
        let text = String::from_utf8(bytes.into()).map_err(|_| WebError::BadRequest("a field is not UTF-8"))?;
        fields.push((name, text));
    }
    Ok((fields, file))
}

/// No form of ours was sent, so no token of the session's either.
fn refuse(_: &MultipartRejection) -> WebError {
    WebError::Csrf
}

fn refuse_part(error: &MultipartError) -> WebError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        WebError::TooLarge
    } else {
        WebError::BadRequest("a broken multipart form")
    }
}
