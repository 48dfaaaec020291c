//! A phone that sends a photo for somebody else's session. It has none of its own: a cookie of random bits tells it from other phones.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::response::Response;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::sync::Arc;
use subtle::ConstantTimeEq;

use super::cookies::{cookie_values, phone_cookie_name, set_cookie};
use super::error::WebError;
use super::posted::{Form, Kind};
use crate::app::App;
use crate::app::photo_slots::Phone;
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

/// A form that this very phone was given.
#[derive(Debug)]
pub(crate) struct PostedByPhone<K> {
    pub(crate) phone: Phone,
    pub(crate) form: Form,
    kind: PhantomData<K>,
}

impl<K: Kind> FromRequest<Arc<App>> for PostedByPhone<K> {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let Ok(Visit { phone, .. }) = Visit::from_request_parts(&mut parts, app).await;
        let form = Form::read(Request::from_parts(parts, body), app, K::FILE).await?;
        if phone.csrf_token.as_bytes().ct_eq(form.get("csrf_token").as_bytes()).into() {
            Ok(Self { phone, form, kind: PhantomData })
        } else {
            Err(WebError::Csrf)
        }
    }
}
