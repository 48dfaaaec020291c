//! What a visitor posted from a page of ours. Its fields and its file are to be had only where the session and the session's CSRF token were
//! checked.

mod amount;
mod by_guest;
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
use super::slot::{Slot, Typed};
use super::visitor::{ByAccount, HasSession, SignedIn};
use crate::app::App;
use crate::app::unsent::UnsentDraft;
use crate::session::{Session, Visitor};

pub(crate) use by_guest::PostedByGuest;
pub(crate) use file::{File, FileField};
pub(crate) use form::Form;
pub(crate) use kind::{Kind, Late, Sent};
use read::MAX_SENT;
pub(super) use read::{MAX_SENT_BY_ANYBODY, MAX_SENT_BY_PHONE, read, read_lines};

pub(crate) trait Poster: FromRequestParts<Arc<App>, Rejection = WebError> + Send {
    /// The session that handed the form out.
    fn session(&self) -> &Session;
}

impl Poster for SignedIn {
    fn session(&self) -> &Session {
        &self.session
    }
}

impl Poster for ByAccount {
    fn session(&self) -> &Session {
        &self.visitor.session
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
    /// What is kept of the form where it is not taken in.
    pub(crate) kept: KeptForm,
    kind: PhantomData<K>,
}

/// What [`error_pages`](super::error_pages) keeps of a form whose answer is a failure of ours or a rate limit: what was typed. Its handler adds the
/// pictures that it has found to be in order.
#[derive(Debug)]
pub(crate) struct KeptForm(Slot);

impl KeptForm {
    pub(crate) fn hold(&self, draft: Option<UnsentDraft>) {
        self.0.update(draft);
    }
}

impl<V: Poster, K: Kind> FromRequest<Arc<App>> for Posted<V, K> {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let visitor = V::from_request_parts(&mut parts, app).await;
        let request = Request::from_parts(parts, body);
        let visitor = match visitor {
            Err(error @ (WebError::SignInNeeded(_) | WebError::Held)) => {
                late::keep::<K>(app, request).await?;
                // What was posted is no page to return to.
                return Err(if matches!(error, WebError::Held) { error } else { WebError::SignInNeeded(None) });
            }
            visitor => visitor?,
        };
        let slot = request.extensions().get::<Slot>().cloned().unwrap_or_default();
        let path = request.uri().path().to_owned();
        let form = read(request, app, K::FILE, MAX_SENT).await?;
        let (session, csrf_token) = (visitor.session(), form.get("csrf_token"));
        if session.accepts(csrf_token) {
            if let Visitor::SignedIn { person, .. } = session.visitor {
                let unsent = K::typed(&Sent { csrf_token, path: &path, form: &form });
                slot.hold(Typed::of(person, unsent));
            }
            return Ok(Self { visitor, form, kept: KeptForm(slot), kind: PhantomData });
        }
        let Some(former) = session.earlier(csrf_token) else { return Err(WebError::Csrf) };
        let late = Late { former, path, form };
        slot.hold(Typed::of(late.former.person, K::typed(&late.sent())));
        Err(late::show::<K>(app, session, late).await?)
    }
}
