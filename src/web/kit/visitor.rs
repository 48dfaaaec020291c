//! Who asks: cookies, the session, and what an extractor demands of it.

mod by_account;
mod guest;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use std::sync::Arc;

use super::cookies::{cookie_values, session_cookie_name};
use super::error::WebError;
use super::return_path::ReturnPath;
use super::slot::Slot;
use crate::app::App;
use crate::app::linking::Asker;
use crate::domain::linking::Way;
use crate::ids::PersonId;
use crate::session::{Former, Session, Visitor};
use crate::views::{Chrome, Ends, User};

pub(crate) use by_account::ByAccount;
pub(crate) use guest::Guest;

/// The session of a visitor, whatever it is for.
#[derive(Debug)]
pub(crate) struct MaybeSession(pub(crate) Option<Session>);

impl FromRequestParts<Arc<App>> for MaybeSession {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, WebError> {
        // A sibling application can plant worthless values of our name beside the real one.
        for value in cookie_values(&parts.headers, session_cookie_name(app)) {
            if let Some(session) = app.sessions.load(value, app.now()).await? {
                return Ok(Self(Some(session)));
            }
        }
        Ok(Self(None))
    }
}

/// The session of a visitor who has signed in, let in or held.
#[derive(Debug)]
pub(crate) struct MaybeSignedIn(pub(crate) Option<Session>);

impl FromRequestParts<Arc<App>> for MaybeSignedIn {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, WebError> {
        let MaybeSession(session) = MaybeSession::from_request_parts(parts, app).await?;
        let Some(mut session) = session else { return Ok(Self(None)) };
        if !counts(app, &mut session).await? {
            return Ok(Self(None));
        }
        if let Some(slot) = parts.extensions.get::<Slot>() {
            slot.fill(&session);
        }
        Ok(Self(Some(session)))
    }
}

/// Whether a session is of somebody who signed in, by a door that there is and that is open still. One by an account ends once a portal's person
/// has the account (LINKING.md, A6), or another password was chosen.
async fn counts(app: &App, session: &mut Session) -> Result<bool, WebError> {
    match session.visitor {
        Visitor::SignedIn { person, way: Way::Account(account), .. } => {
            if !app.config.access.mode.has_accounts() {
                return Ok(false);
            }
            let Some(door) = app.open_door(person, account, session.login_began_at).await? else {
                app.sessions.end(session).await?;
                return Ok(false);
            };
            session.holds_nothing = !door.holds;
            Ok(true)
        }
        Visitor::SignedIn { way: Way::Portal(_), .. } | Visitor::Held(_) => Ok(app.config.access.mode.has_portal()),
        Visitor::Anonymous => Ok(false),
    }
}

/// What the session of a browser's cookie left behind, whether or not it has ended.
pub(crate) async fn former(app: &App, headers: &HeaderMap) -> Result<Option<Former>, WebError> {
    for cookie in cookie_values(headers, session_cookie_name(app)) {
        if let Some(former) = app.sessions.former(cookie).await? {
            return Ok(Some(former));
        }
    }
    Ok(None)
}

/// A visitor who has a session, let in or held; without one, `/signed-out`.
#[derive(Debug)]
pub(crate) struct HasSession(pub(crate) Session);

impl FromRequestParts<Arc<App>> for HasSession {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, WebError> {
        let MaybeSignedIn(session) = MaybeSignedIn::from_request_parts(parts, app).await?;
        session.map(Self).ok_or(WebError::SignedOut)
    }
}

/// A person who is signed in; another visitor is sent to `/` and returns afterwards.
#[derive(Debug)]
pub(crate) struct SignedIn {
    pub(crate) person: PersonId,
    pub(crate) way: Way,
    pub(crate) session: Session,
    /// The request is a GET: its answer is looked at.
    pub(crate) reads: bool,
}

impl SignedIn {
    pub(crate) fn chrome(&self) -> Chrome {
        chrome_of(&self.session)
    }

    /// Who asks, as use cases about old accounts know it.
    pub(crate) fn asker(&self) -> Asker {
        Asker { person: self.person, way: self.way.clone() }
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, WebError> {
        let MaybeSignedIn(session) = MaybeSignedIn::from_request_parts(parts, app).await?;
        match session {
            Some(session) => match &session.visitor {
                Visitor::SignedIn { person, way, .. } => {
                    let reads = parts.method == Method::GET;
                    Ok(Self { person: *person, way: way.clone(), session, reads })
                }
                Visitor::Held(_) => Err(WebError::Held),
                Visitor::Anonymous => Err(WebError::SignInNeeded(wanted(parts))),
            },
            None => Err(WebError::SignInNeeded(wanted(parts))),
        }
    }
}

/// The page to return to after a sign-in: only what GET can repeat.
fn wanted(parts: &Parts) -> Option<ReturnPath> {
    let is_page = parts.method == Method::GET || parts.method == Method::HEAD;
    parts.uri.path_and_query().filter(|_| is_page).and_then(|path| ReturnPath::parse(path.as_str()))
}

/// When a session ends, as pages tell it.
pub(crate) const fn ends_of(session: &Session) -> Ends {
    Ends { idle: session.ends.idle.as_secs(), absolute: session.ends.absolute.as_secs() }
}

/// Header and menu for this visitor. A held visitor's page has a sign-out form of its own.
pub(crate) fn chrome_of(session: &Session) -> Chrome {
    match &session.visitor {
        Visitor::SignedIn { person, name, way, .. } => {
            let user = User {
                public_id: person.to_string(),
                name: name.clone(),
                way: way.as_str(),
                has_carried: !session.holds_nothing,
            };
            Chrome::signed_in(user, &session.csrf_token).ending(ends_of(session))
        }
        Visitor::Held(_) | Visitor::Anonymous => Chrome::anonymous(&session.csrf_token),
    }
}

/// Whether a visitor who came by an account has yet to give a registered detail.
pub(crate) async fn awaits_detail(app: &App, visitor: &SignedIn) -> Result<bool, WebError> {
    match visitor.way {
        Way::Account(_) => Ok(app.awaits_detail(visitor.person).await?),
        Way::Portal(_) => Ok(false),
    }
}
