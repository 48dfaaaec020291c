//! What a visitor posted from a page of ours. Its fields and its file are to be had only where the session and the session's CSRF token were
//! checked.

mod amount;
mod file;
mod form;
mod kind;
mod late;
mod metered;
mod read;
mod urlencoded;

use axum::extract::{FromRequest, FromRequestParts, Request};
use std::marker::PhantomData;
use std::sync::Arc;

use super::error::WebError;
use super::visitor::{HasSession, SignedIn};
use crate::app::App;
use crate::session::Session;

pub(crate) use file::{File, FileField};
pub(crate) use form::Form;
pub(crate) use kind::{Kind, Late};
use read::MAX_SENT;
pub(super) use read::{MAX_SENT_BY_ANYBODY, MAX_SENT_BY_PHONE, read};

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

/// A form without a file.
#[derive(Debug)]
pub(crate) struct Plain;

impl Kind for Plain {
    const FILE: Option<FileField> = None;
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
        let visitor = V::from_request_parts(&mut parts, app).await;
        let request = Request::from_parts(parts, body);
        let visitor = match visitor {
            Err(WebError::SignInNeeded(_)) => {
                late::keep::<K>(app, request).await?;
                return Err(WebError::SignInNeeded(None));
            }
            visitor => visitor?,
        };
        let path = request.uri().path().to_owned();
        let form = read(request, app, K::FILE, MAX_SENT).await?;
        let (session, csrf_token) = (visitor.session(), form.get("csrf_token"));
        if session.accepts(csrf_token) {
            return Ok(Self { visitor, form, kind: PhantomData });
        }
        match session.earlier(csrf_token) {
            Some(former) => Err(late::show::<K>(app, session, Late { former, path, form }).await?),
            None => Err(WebError::Csrf),
        }
    }
}
