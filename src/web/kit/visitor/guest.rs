//! Whoever looks at a page with a form that needs no sign-in: its CSRF token and its challenge belong to a session, which begins where there is none.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use std::sync::Arc;

use super::{MaybeSession, chrome_of, former};
use crate::app::App;
use crate::ids::PersonId;
use crate::session::{Begun, Session, Visitor};
use crate::views::Chrome;
use crate::web::kit::client_address::ClientAddress;
use crate::web::kit::cookies::{session_cookie_name, set_cookie};
use crate::web::kit::error::WebError;
use crate::web::kit::network::Network;
use crate::web::kit::slot::Slot;

#[derive(Debug)]
pub(crate) struct Guest {
    pub(crate) session: Session,
    /// By which rate limits count.
    pub(crate) network: Network,
    /// Of a session that has just begun.
    cookie: Option<String>,
}

impl Guest {
    pub(crate) fn chrome(&self) -> Chrome {
        chrome_of(&self.session)
    }

    /// The person, where one has signed in.
    pub(crate) const fn person(&self) -> Option<PersonId> {
        match self.session.visitor {
            Visitor::SignedIn { person, .. } => Some(person),
            Visitor::Held(_) | Visitor::Anonymous => None,
        }
    }

    pub(crate) const fn is_signed_in(&self) -> bool {
        self.person().is_some()
    }

    /// The same visitor after an act that may have ended their session: then in a new one.
    pub(crate) async fn after_ending(mut self, app: &App) -> Result<Self, WebError> {
        if !self.is_signed_in() || super::counts(app, &mut self.session).await? {
            return Ok(self);
        }
        let Begun { cookie, session } = app.sessions.anonymous(None, &self.network.to_string(), app.now()).await?;
        Ok(Self { session, network: self.network, cookie: Some(cookie) })
    }

    /// Hands the cookie of a new session out with a page.
    pub(crate) fn welcomed(self, app: &App, mut response: Response) -> Response {
        if let Some(cookie) = self.cookie {
            set_cookie(app, &mut response, session_cookie_name(app), cookie);
        }
        response
    }
}

impl FromRequestParts<Arc<App>> for Guest {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, WebError> {
        let Ok(ClientAddress(network)) = ClientAddress::from_request_parts(parts, app).await;
        let MaybeSession(session) = MaybeSession::from_request_parts(parts, app).await?;
        if let Some(mut session) = session {
            let counts = super::counts(app, &mut session).await?;
            if let Some(slot) = parts.extensions.get::<Slot>().filter(|_| counts) {
                slot.fill(&session);
            }
            if counts || matches!(session.visitor, Visitor::Anonymous) {
                return Ok(Self { session, network, cookie: None });
            }
        }
        let before = former(app, &parts.headers).await?;
        let Begun { cookie, session } = app.sessions.anonymous(before, &network.to_string(), app.now()).await?;
        Ok(Self { session, network, cookie: Some(cookie) })
    }
}
