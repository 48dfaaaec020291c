//! Who asks: cookies, the session, and what an extractor demands of it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use cookie::{Cookie, SameSite};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cookies::cookie_values;
use super::error::WebError;
use super::return_path::ReturnPath;
use crate::app::App;
use crate::app::linking::Asker;
use crate::app::pending::Browser;
use crate::domain::linking::Subject;
use crate::ids::PersonId;
use crate::session::{Session, Visitor};
use crate::views::{Chrome, User};

/// What a request turned out to be about, for the error page that may follow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slot(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    session: Option<Session>,
    return_to: Option<ReturnPath>,
}

impl Slot {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn session(&self) -> Option<Session> {
        self.known().session.clone()
    }

    fn fill(&self, session: &Session) {
        self.known().session = Some(session.clone());
    }

    /// Where the sign-in that the request is about was to lead.
    pub(crate) fn return_to(&self) -> Option<ReturnPath> {
        self.known().return_to.clone()
    }

    /// Notes where the sign-in is to lead.
    pub(crate) fn leads_to(&self, place: Option<&ReturnPath>) {
        self.known().return_to = place.cloned();
    }
}

/// A visitor who may or may not have a session.
#[derive(Debug)]
pub(crate) struct MaybeSignedIn(pub(crate) Option<Session>);

impl FromRequestParts<Arc<App>> for MaybeSignedIn {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, WebError> {
        // A sibling application can plant worthless values of our name beside the real one.
        for value in cookie_values(&parts.headers, session_cookie_name(app)) {
            if let Some(session) = app.sessions.load(value, app.now()).await? {
                if let Some(slot) = parts.extensions.get::<Slot>() {
                    slot.fill(&session);
                }
                return Ok(Self(Some(session)));
            }
        }
        Ok(Self(None))
    }
}

/// A visitor who has a session, let in or held; anyone else is signed out already.
#[derive(Debug)]
pub(crate) struct HasSession(pub(crate) Session);

impl FromRequestParts<Arc<App>> for HasSession {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, WebError> {
        let MaybeSignedIn(session) = MaybeSignedIn::from_request_parts(parts, app).await?;
        session.map(Self).ok_or(WebError::SignedOut)
    }
}

/// A person who is signed in; anyone else is sent to `/` and comes back afterwards.
#[derive(Debug)]
pub(crate) struct SignedIn {
    pub(crate) person: PersonId,
    /// The portal account they came by.
    pub(crate) subject: Subject,
    pub(crate) session: Session,
}

impl SignedIn {
    pub(crate) fn chrome(&self) -> Chrome {
        chrome_of(&self.session)
    }

    /// Who asks, as use cases about old accounts know it.
    pub(crate) fn asker(&self) -> Asker {
        Asker { person: self.person, subject: self.subject.clone() }
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, WebError> {
        let MaybeSignedIn(session) = MaybeSignedIn::from_request_parts(parts, app).await?;
        match session {
            Some(session) => match &session.visitor {
                Visitor::SignedIn { person, subject, .. } => {
                    Ok(Self { person: *person, subject: subject.clone(), session })
                }
                Visitor::Held(_) => Err(WebError::Held),
            },
            None => Err(WebError::SignInNeeded(wanted(parts))),
        }
    }
}

/// The page that was asked for, if it can be asked for again.
fn wanted(parts: &Parts) -> Option<ReturnPath> {
    let is_page = parts.method == Method::GET || parts.method == Method::HEAD;
    parts.uri.path_and_query().filter(|_| is_page).and_then(|path| ReturnPath::parse(path.as_str()))
}

/// What stands around a page for this visitor. One who is held has a sign-out form of its own on the page.
pub(crate) fn chrome_of(session: &Session) -> Chrome {
    match &session.visitor {
        Visitor::SignedIn { person, name, .. } => {
            Chrome::signed_in(User { public_id: person.to_string(), name: name.clone() }, &session.csrf_token)
        }
        Visitor::Held(_) => Chrome::anonymous(&session.csrf_token),
    }
}

/// `__Host-` binds a cookie to this very origin; over plain http on loopback browsers refuse the prefix.
pub(crate) fn session_cookie_name(app: &App) -> &'static str {
    if is_https(app) { "__Host-bz_session" } else { "bz_session" }
}

/// Binds sign-ins under way to the browser that began them.
pub(crate) fn login_cookie_name(app: &App) -> &'static str {
    if is_https(app) { "__Host-bz_login" } else { "bz_login" }
}

/// The browser, by each login cookie that it sends.
pub(crate) fn login_browsers(app: &App, headers: &HeaderMap) -> Vec<Browser> {
    cookie_values(headers, login_cookie_name(app)).map(|value| app.browser(value)).collect()
}

fn is_https(app: &App) -> bool {
    app.public_url.scheme() == "https"
}

/// Sets a cookie for the life of the browser's session.
pub(crate) fn set_cookie(app: &App, response: &mut Response, name: &'static str, value: String) {
    append(app, response, Cookie::new(name, value));
}

/// Removes a cookie.
pub(crate) fn remove_cookie(app: &App, response: &mut Response, name: &'static str) {
    let mut cookie = Cookie::new(name, "");
    cookie.make_removal();
    append(app, response, cookie);
}

fn append(app: &App, response: &mut Response, mut cookie: Cookie<'static>) {
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(is_https(app));
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
