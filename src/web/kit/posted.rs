//! What a visitor posted from a page of ours. Its fields and its file are to be had only where the session and the session's CSRF token were
//! checked.

use axum::body::Bytes;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use std::marker::PhantomData;
use std::sync::Arc;
use url::form_urlencoded;

use super::error::WebError;
use super::visitor::{HasSession, SignedIn};
use crate::app::App;
use crate::domain::text::has_control;
use crate::session::Session;

/// Longest form without a file.
const MAX_FORM: usize = 64 * 1024;

/// Longer text than any field may hold; what is longer is cut by no one, it is refused.
const MAX_FIELD: usize = 16 * 1024;
const MAX_FIELDS: usize = 64;

/// Who may post a form.
pub(crate) trait Poster: FromRequestParts<Arc<App>, Rejection = WebError> + Send {
    /// The session that handed the form out.
    fn session(&self) -> &Session;
}

impl Poster for SignedIn {
    fn session(&self) -> &Session {
        &self.session
    }
}

impl Poster for HasSession {
    fn session(&self) -> &Session {
        &self.0
    }
}

/// Which form it is.
pub(crate) trait Kind {
    /// The field of its file, and how many bytes of that are kept; without a file a form is `application/x-www-form-urlencoded`, and holds no
    /// control character.
    const FILE: Option<(&'static str, usize)>;
}

/// A form without a file.
#[derive(Debug)]
pub(crate) struct Plain;

impl Kind for Plain {
    const FILE: Option<(&'static str, usize)> = None;
}

/// A form that the visitor's session handed out.
#[derive(Debug)]
pub(crate) struct Posted<V, K = Plain> {
    pub(crate) visitor: V,
    pub(crate) form: Form,
    kind: PhantomData<K>,
}

impl<V: Poster, K: Kind> FromRequest<Arc<App>> for Posted<V, K> {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let visitor = V::from_request_parts(&mut parts, app).await?;
        let form = Form::read(Request::from_parts(parts, body), app, K::FILE).await?;
        if visitor.session().accepts(form.get("csrf_token")) {
            Ok(Self { visitor, form, kind: PhantomData })
        } else {
            Err(WebError::Csrf)
        }
    }
}

/// The fields of a form and its file. Of fields with one name the first counts.
#[derive(Debug, Default)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    pub(crate) file: File,
}

/// A file as it came: what is beyond the size that anybody wants is counted, and not kept.
#[derive(Debug, Default)]
pub(crate) struct File {
    pub(crate) bytes: Vec<u8>,
    pub(crate) size: usize,
    /// A browser sends a nameless, empty file where none was chosen.
    pub(crate) chosen: bool,
    /// More than one came under this name; this is the first.
    pub(crate) others: bool,
}

impl Form {
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    async fn read(request: Request, app: &Arc<App>, file: Option<(&str, usize)>) -> Result<Self, WebError> {
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

    async fn multipart(request: Request, app: &Arc<App>, (file_field, keep): (&str, usize)) -> Result<Self, WebError> {
        // What is no multipart form is none of ours, so it holds no token either.
        let mut multipart = Multipart::from_request(request, app).await.map_err(|_| WebError::Csrf)?;
        let mut form = Self::default();
        while let Some(part) = multipart.next_field().await.map_err(|error| refuse_part(&error))? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == file_field {
                form.file.put(File::take(part, keep).await?);
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

impl File {
    const fn is_there(&self) -> bool {
        self.chosen || self.size > 0
    }

    /// The first counts.
    fn put(&mut self, further: Self) {
        if !self.is_there() {
            *self = further;
        } else if further.is_there() {
            self.others = true;
        }
    }

    async fn take(mut part: Field<'_>, keep: usize) -> Result<Self, WebError> {
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

fn is_urlencoded(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default();
    kind.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

fn refuse_part(error: &MultipartError) -> WebError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        WebError::TooLarge
    } else {
        WebError::BadRequest("a broken multipart form")
    }
}
