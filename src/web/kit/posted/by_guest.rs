//! A form of a page that needs no sign-in.

use axum::extract::{FromRequest, FromRequestParts, Request};
use std::sync::Arc;

use super::form::Form;
use super::read::{MAX_SENT_BY_ANYBODY, read};
use crate::app::App;
use crate::web::kit::error::WebError;
use crate::web::kit::visitor::Guest;

/// What somebody posted from a page that needs no sign-in.
#[derive(Debug)]
pub(crate) struct PostedByGuest {
    pub(crate) guest: Guest,
    pub(crate) form: Form,
    /// The session that handed the form out is over, or is another one since: the form is shown again and never obeyed.
    pub(crate) is_stale: bool,
}

impl FromRequest<Arc<App>> for PostedByGuest {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let is_ours = is_of_our_page(&parts.headers);
        let guest = Guest::from_request_parts(&mut parts, app).await?;
        let form = read(Request::from_parts(parts, body), app, None, MAX_SENT_BY_ANYBODY).await?;
        let is_stale = !guest.session.accepts(form.get("csrf_token"));
        // No other site has this one show what it made up.
        if is_stale && !is_ours {
            return Err(WebError::Csrf);
        }
        Ok(Self { guest, form, is_stale })
    }
}

/// Whether a browser says that a page of this origin sent the request (Fetch Metadata): a header that no page can set.
fn is_of_our_page(headers: &axum::http::HeaderMap) -> bool {
    let mut sites = headers.get_all("sec-fetch-site").iter();
    sites.next().is_some_and(|site| site.as_bytes() == b"same-origin") && sites.next().is_none()
}
