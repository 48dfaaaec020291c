//! A phone that sends a photo for somebody else's session. It has none of its own: a cookie of random bits tells it from other phones.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::response::Response;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::cookies::{cookie_values, phone_cookie_name, set_cookie};
use super::error::WebError;
use super::posted::{Form, Kind, MAX_SENT_BY_ANYBODY, MAX_SENT_BY_PHONE, read};
use crate::app::App;
use crate::app::photo_slots::{Phone, PhoneSlot};
use crate::app::turns::Turn;
use crate::session::random_token;

/// A phone, known or new.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) phone: Phone,
    /// The cookie of a phone that has none yet.
    new: Option<String>,
}

impl Visit {
    /// Lets a new phone be known again.
    pub(crate) fn remember(self, app: &App, mut response: Response) -> Response {
        if let Some(cookie) = self.new {
            set_cookie(app, &mut response, phone_cookie_name(app), cookie);
        }
        response
    }
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let known = cookie_values(&parts.headers, phone_cookie_name(app)).next().map(str::to_owned);
        if let Some(cookie) = known {
            return Ok(Self { phone: app.phone(&cookie), new: None });
        }
        let cookie = random_token();
        Ok(Self { phone: app.phone(&cookie), new: Some(cookie) })
    }
}

/// A form without a file that this very phone was given.
#[derive(Debug)]
pub(crate) struct PostedByPhone {
    pub(crate) phone: Phone,
    pub(crate) form: Form,
}

impl FromRequest<Arc<App>> for PostedByPhone {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let Ok(Visit { phone, .. }) = Visit::from_request_parts(&mut parts, app).await;
        let form = read(Request::from_parts(parts, body), app, None, MAX_SENT_BY_ANYBODY).await?;
        given_to(&phone, &form)?;
        Ok(Self { phone, form })
    }
}

/// Pictures of phones that are held in memory at once: whoever sends them has no session. Others wait, no longer than any request may.
static UPLOADS: Semaphore = Semaphore::const_new(16);

/// A form with a picture. It is read only where a slot of the phone's waits for one, and no other is on its way: nobody takes all the places.
#[derive(Debug)]
pub(crate) enum PictureByPhone<K> {
    /// Nothing waits for a picture.
    Unasked {
        visit: Visit,
        slot: Option<PhoneSlot>,
    },
    /// Another picture for a slot of the same session is on its way.
    OneByOne {
        phone: Phone,
        slot: PhoneSlot,
    },
    /// Too many came for the slot, which has ended.
    TooMany {
        phone: Phone,
    },
    Sent(SentPicture<K>),
}

/// A picture's form that this very phone was given, for the slot that it has.
#[derive(Debug)]
pub(crate) struct SentPicture<K> {
    pub(crate) phone: Phone,
    pub(crate) slot: PhoneSlot,
    pub(crate) form: Form,
    /// To be kept as long as the picture is.
    pub(crate) held: Held,
    kind: PhantomData<K>,
}

/// Lets others send theirs once it is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    _place: SemaphorePermit<'static>,
    _turn: Turn,
}

impl<K: Kind> FromRequest<Arc<App>> for PictureByPhone<K> {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let Ok(visit) = Visit::from_request_parts(&mut parts, app).await;
        let slot = match visit.new {
            Some(_) => None,
            None => app.slot_of_phone(&visit.phone).await?,
        };
        let Some(slot) = slot.clone().filter(|slot| !slot.is_full) else { return Ok(Self::Unasked { visit, slot }) };
        let phone = visit.phone;
        let Some(turn) = app.picture_turn(&slot) else { return Ok(Self::OneByOne { phone, slot }) };
        if !app.count_photo_try(&slot).await? {
            return Ok(Self::TooMany { phone });
        }
        let place = UPLOADS.acquire().await.map_err(|closed| WebError::Internal(Box::new(closed)))?;
        let held = Held { _place: place, _turn: turn };
        let form = read(Request::from_parts(parts, body), app, K::FILE, MAX_SENT_BY_PHONE).await?;
        given_to(&phone, &form)?;
        Ok(Self::Sent(SentPicture { phone, slot, form, held, kind: PhantomData }))
    }
}

fn given_to(phone: &Phone, form: &Form) -> Result<(), WebError> {
    let is_given = phone.csrf_token.as_bytes().ct_eq(form.get("csrf_token").as_bytes());
    if is_given.into() { Ok(()) } else { Err(WebError::Csrf) }
}
