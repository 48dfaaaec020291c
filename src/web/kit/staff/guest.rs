//! Whoever looks at a page of the desk's sign-in: the CSRF token of its form belongs to a session, which begins where there is none.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::response::Response;
use std::sync::Arc;

use super::staff_session;
use crate::app::App;
use crate::session::{StaffBegun, StaffSession, Stage};
use crate::views::Desk;
use crate::web::kit::client_address::ClientAddress;
use crate::web::kit::cookies::set_staff_cookie;
use crate::web::kit::error::WebError;
use crate::web::kit::network::Network;
use crate::web::kit::posted::{Form, MAX_SENT_BY_ANYBODY, read};

#[derive(Debug)]
pub(crate) struct DeskGuest {
    pub(crate) session: StaffSession,
    /// By which rate limits count.
    pub(crate) network: Network,
    /// Of a session that has just begun.
    cookie: Option<String>,
}

impl DeskGuest {
    pub(crate) fn desk(&self) -> Desk {
        Desk::anonymous(&self.session.csrf_token)
    }

    /// Hands the cookie of a new session out with a page.
    pub(crate) fn welcomed(self, app: &App, mut response: Response) -> Response {
        if let Some(cookie) = self.cookie {
            set_staff_cookie(app, &mut response, cookie);
        }
        response
    }
}

impl FromRequestParts<Arc<App>> for DeskGuest {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, WebError> {
        let Ok(ClientAddress(network)) = ClientAddress::from_request_parts(parts, app).await;
        if let Some(session) = staff_session(app, &parts.headers).await? {
            return Ok(Self { session, network, cookie: None });
        }
        let now = app.now();
        match app.staff_sessions.begin(None, Stage::Nobody, now, now).await? {
            Some(StaffBegun { cookie, session }) => Ok(Self { session, network, cookie: Some(cookie) }),
            // Nobody's sessions are never ended together.
            None => Err(WebError::StaffSignInNeeded(None)),
        }
    }
}

/// What somebody posted from a page of the desk's sign-in.
#[derive(Debug)]
pub(crate) struct PostedByDeskGuest {
    pub(crate) guest: DeskGuest,
    pub(crate) form: Form,
}

impl FromRequest<Arc<App>> for PostedByDeskGuest {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let session = staff_session(app, &parts.headers).await?;
        let form = read(Request::from_parts(parts.clone(), body), app, None, MAX_SENT_BY_ANYBODY).await?;
        // A form that no session has handed out begins none.
        if !session.is_some_and(|session| session.accepts(form.get("csrf_token"))) {
            return Err(WebError::Csrf);
        }
        Ok(Self { guest: DeskGuest::from_request_parts(&mut parts, app).await?, form })
    }
}
