//! The browser and session of a return, and requests that are a prefetch.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

use crate::app::App;
use crate::app::pending::Browser;
use crate::session::{Former, Session};
use crate::views::{Chrome, LoginAhead};
use crate::web::kit::cookies::login_browsers;
use crate::web::kit::error::WebError;
use crate::web::kit::page;
use crate::web::kit::slot::Slot;
use crate::web::kit::visitor::{self, MaybeSession};

/// A browser that comes back from the portal.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(super) former: Option<Session>,
    /// What that session, or one that has ended, left behind.
    pub(super) before: Option<Former>,
    /// By its login cookies.
    pub(super) browsers: Vec<Browser>,
    /// For the error page that may follow.
    pub(super) slot: Slot,
}

impl FromRequestParts<Arc<App>> for Arrival {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, WebError> {
        let MaybeSession(former) = MaybeSession::from_request_parts(parts, app).await?;
        let slot = parts.extensions.get::<Slot>().cloned().unwrap_or_default();
        let before = match &former {
            Some(session) => Former::of(session),
            None => visitor::former(app, &parts.headers).await?,
        };
        Ok(Self { former, before, browsers: login_browsers(app, &parts.headers), slot })
    }
}

/// A browser that fetches a page ahead of its visitor takes nothing, and gets a page that asks again once it is looked at. Whatever it may do
/// with an answer of another status, it shows this one only to the visitor.
pub(crate) async fn not_ahead(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET || !is_ahead(request.headers()) {
        return next.run(request).await;
    }
    page(&app, &LoginAhead { chrome: Chrome::anonymous("") }).unwrap_or_else(IntoResponse::into_response)
}

/// Headers of a prefetch: Chromium and Firefox, older Chromium and Safari, older Firefox.
const AHEAD: [&str; 4] = ["sec-purpose", "purpose", "x-purpose", "x-moz"];

fn is_ahead(headers: &HeaderMap) -> bool {
    let values = AHEAD.iter().flat_map(|name| headers.get_all(*name));
    let mut words = values.flat_map(|value| value.as_bytes().split(|byte| b";, \t".contains(byte)));
    words.any(|word| [&b"prefetch"[..], b"prerender", b"preview"].iter().any(|ahead| word.eq_ignore_ascii_case(ahead)))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn what_browsers_fetch_ahead_is_told_by_its_headers() {
        let is_ahead = |name: &'static str, value: &[u8]| {
            let value = HeaderValue::from_bytes(value).unwrap();
            is_ahead(&HeaderMap::from_iter([(HeaderName::from_static(name), value)]))
        };
        for (name, value) in [
            ("sec-purpose", &b"prefetch"[..]),
            ("sec-purpose", b"prefetch;prerender"),
            ("sec-purpose", b"prefetch; anonymous-client-ip"),
            ("sec-purpose", b"\xff, Prerender"),
            ("purpose", b"prefetch"),
            ("purpose", b"preview"),
            ("x-purpose", b"PREVIEW"),
            ("x-moz", b"prefetch"),
        ] {
            assert!(is_ahead(name, value), "{name}: {value:?}");
        }
        for (name, value) in [("sec-purpose", &b""[..]), ("purpose", b"prefetched"), ("sec-fetch-mode", b"prefetch")] {
            assert!(!is_ahead(name, value), "{name}: {value:?}");
        }
    }
}
