//! `GET` and `POST /sso/callback`, `/sso/callback/{handle}`: the browser comes back from the portal.
//!
//! The path holds the sign-in's one-time value where the portal echoes no `state`. What stands behind it is read as the browser sent it:
//! some portals paste their parameters there.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use sso::{Callback, PortalIdentity};
use std::sync::Arc;
use tokio::sync::oneshot;
use tracing::Instrument;

use super::arrival::Arrival;
use super::login;
use crate::app::App;
use crate::app::pending::{Answer, Led, Outcome, Pending, Spent, Starter};
use crate::app::sign_in::SignedIn;
use crate::domain::linking::{Refusal, Subject};
use crate::session::{Held, NewSession, Session, Visitor};
use crate::views::{Chrome, LoginFailure, LoginTried};
use crate::web::kit::client_address::ClientAddress;
use crate::web::kit::error::WebError;
use crate::web::kit::return_path::ReturnPath;
use crate::web::kit::throttle::Limited;
use crate::web::kit::visitor::{session_cookie_name, set_cookie};
use crate::web::kit::{AppState, page, see_other};

const MAX_ANSWER: usize = 16 * 1024;

/// `doctor --portal --try` in place of a service that does not run: the return of its one sign-in, and nothing else.
pub(crate) async fn trial(
    State((app, handle)): State<(Arc<App>, String)>,
    method: Method,
    uri: Uri,
    body: Bytes,
) -> Result<Response, WebError> {
    if method == Method::HEAD || body.len() > MAX_ANSWER {
        return Err(WebError::BadRequest("no return from the portal"));
    }
    let callback = posted(&app, &uri, &body)?;
    if callback.handle() != Some(handle.as_str()) {
        return Err(expired("no such sign-in is under way"));
    }
    tried(&app, &handle, &callback).await
}

/// The return of a test sign-in goes to the operator.
async fn tried(app: &App, handle: &str, callback: &Callback) -> Result<Response, WebError> {
    if !app.take_trial_pending(handle).await? {
        return Err(expired("no such sign-in is under way"));
    }
    app.keep_trial(handle, callback).await?;
    page(app, &LoginTried { chrome: Chrome::anonymous("") })
}

/// A portal that posts: a cross-site POST brings no `SameSite=Lax` cookie, so the answer is kept under a one-time handle and the browser
/// comes again with a GET of our own.
pub(crate) async fn receive(
    State(app): AppState,
    ClientAddress(address): ClientAddress,
    uri: Uri,
    body: Bytes,
) -> Result<Response, WebError> {
    if body.len() > MAX_ANSWER {
        return Err(WebError::TooLarge);
    }
    Limited::PostedAnswer(address).count(&app).await?;
    let callback = posted(&app, &uri, &body)?;
    let handle = handle_of(&callback)?;
    let name = app.keep_answer(&Answer { handle, callback }).await?;
    let name = name.ok_or_else(|| expired("an answer for a sign-in that is not under way"))?;
    Ok(see_other(&format!("/sso/callback?answer={name}")))
}

/// What a form brought, and what stood in the address that it was sent to: some portals divide it.
fn posted(app: &App, uri: &Uri, body: &[u8]) -> Result<Callback, WebError> {
    let body = str::from_utf8(body).map_err(|_| WebError::BadRequest("an answer that is not UTF-8"))?;
    let parts = [uri.query().unwrap_or_default(), body];
    let query = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("&");
    read(app, tail(uri), &query)
}

/// What follows our callback address in the path, as it was sent.
fn tail(uri: &Uri) -> &str {
    uri.path().strip_prefix("/sso/callback").filter(|tail| *tail != "/").unwrap_or_default()
}

fn read(app: &App, tail: &str, query: &str) -> Result<Callback, WebError> {
    app.portal.receive(tail, query).map_err(login::failed)
}

fn handle_of(callback: &Callback) -> Result<String, WebError> {
    callback.handle().map(str::to_owned).ok_or_else(|| expired("a return without its one-time value"))
}

/// The return: the browser is compared before anything is taken, so an address alone (a link scanner's, a stranger's) ends no sign-in.
pub(crate) async fn handle(
    State(app): AppState,
    arrival: Arrival,
    method: Method,
    uri: Uri,
) -> Result<Response, WebError> {
    // A look without reading the answer (link scanners, proxies) must not use the sign-in up.
    if method == Method::HEAD {
        return Ok(StatusCode::METHOD_NOT_ALLOWED.into_response());
    }
    let (tail, query) = (tail(&uri), uri.query().unwrap_or_default());
    let callback = match query.strip_prefix("answer=").filter(|_| tail.is_empty()) {
        Some(name) => app.answer(name).await?.ok_or_else(|| expired("no such answer of the portal's"))?.callback,
        None => read(&app, tail, query)?,
    };
    let handle = handle_of(&callback)?;
    let Some(Pending { starter, return_to, login }) = app.pending(&handle).await? else {
        return again(&app, &arrival, &callback).await;
    };
    let place = return_to.as_deref().and_then(ReturnPath::parse);
    arrival.slot.leads_to(place.as_ref());
    match starter {
        Starter::Operator => tried(&app, &handle, &callback).await,
        Starter::Browser(browser) if browser.is_among(&arrival.browsers) => {
            let spent =
                Spent { browser, return_to, credential: callback.credential_digest(), outcome: Outcome::UnderWay };
            if !app.take_pending(&handle, &spent).await? {
                return again(&app, &arrival, &callback).await;
            }
            let back = Back { handle, login, callback, former: arrival.former, place };
            let (answer, waiting) = oneshot::channel();
            // A task of its own: a visitor who reloads the page closes the connection, and the portal takes a code once.
            tokio::spawn(back.settle(app.clone(), spent, answer).in_current_span());
            let (cookie, target) = waiting.await.map_err(|ended| WebError::Unavailable(Box::new(ended)))??;
            Ok(led_on(&app, &target, cookie))
        }
        Starter::Browser(_) => Err(expired("the sign-in began in another browser")),
    }
}

/// A return that comes again, by a reload or the browser's history: it leads the browser on that it has signed in, and nobody else. One that
/// comes while the first is still with the portal waits for that one, and takes its place where its visitor has gone.
async fn again(app: &App, arrival: &Arrival, callback: &Callback) -> Result<Response, WebError> {
    let handle = handle_of(callback)?;
    let spent = app.spent(&handle).await?.filter(|spent| spent.browser.is_among(&arrival.browsers));
    let spent = spent.ok_or_else(|| expired("no such sign-in is under way"))?;
    arrival.slot.leads_to(spent.return_to.as_deref().and_then(ReturnPath::parse).as_ref());
    let is_same = spent.credential.is_some() && spent.credential == callback.credential_digest();
    let outcome = match spent.outcome {
        Outcome::UnderWay if is_same => app.outcome(&handle).await?,
        outcome => outcome,
    };
    let Outcome::Led(led) = outcome else { return Err(expired("the sign-in has come back before")) };
    if arrival.former.as_ref().map(Session::name) == Some(led.session.as_str()) {
        return Ok(see_other(&led.target));
    }
    let cookie = if is_same { app.take_over(&handle).await? } else { None };
    let cookie = cookie.ok_or_else(|| expired("the sign-in has come back before"))?;
    Ok(led_on(app, &led.target, cookie))
}

fn led_on(app: &App, target: &str, cookie: String) -> Response {
    let mut response = see_other(target);
    set_cookie(app, &mut response, session_cookie_name(app), cookie);
    response
}

/// The cookie of the session that began, and where its visitor goes.
type Finished = Result<(String, String), WebError>;

/// A return whose sign-in was taken.
struct Back {
    handle: String,
    login: Vec<u8>,
    callback: Callback,
    /// The session that the browser had before.
    former: Option<Session>,
    place: Option<ReturnPath>,
}

impl Back {
    /// Ends the sign-in, and notes what became of it for returns that come again. A visitor who leaves meanwhile is signed in all the same, as
    /// one who leaves a moment later.
    async fn settle(self, app: Arc<App>, mut spent: Spent, answer: oneshot::Sender<Finished>) {
        let handle = self.handle.clone();
        let finished = self.finish(&app).await;
        spent.outcome = match &finished {
            Ok((cookie, target)) => {
                if answer.is_closed()
                    && let Err(error) = app.hand_over(&handle, cookie).await
                {
                    tracing::warn!(%error, "a page that was loaded again will not lead on");
                }
                Outcome::Led(Led { session: Session::name_of(cookie), target: target.clone() })
            }
            Err(_) => Outcome::Failed,
        };
        if let Err(error) = app.note_outcome(&handle, &spent).await {
            tracing::warn!(%error, "a return that comes again will not lead on");
        }
        if let Err(Err(error)) = answer.send(finished) {
            tracing::info!(error = &error as &dyn std::error::Error, "a sign-in failed whose visitor had gone");
        }
    }

    /// Begins the session.
    async fn finish(self, app: &App) -> Finished {
        let Self { login, callback, former, place, .. } = self;
        let now = app.now();
        let login = sso::PendingLogin::from_stored(&login).map_err(login::failed)?;
        let login_began_at = login.started_at();
        if let Some(digest) = callback.credential_digest() {
            let life = sso::PendingLogin::LIFETIME.to_std().unwrap_or_default();
            if !app.store.claim(&format!("credential:{digest}"), life).await? {
                return Err(expired("the code or ticket was used before"));
            }
        }
        let identity = app.portal.finish(login, callback, now).await.map_err(login::failed)?;
        let (visitor, target) = admitted(app, &identity, place.as_ref(), now).await?;
        let new = NewSession { former: former.as_ref(), visitor, identity: &identity, login_began_at };
        let begun = app.sessions.begin(new, now).await?;
        let cookie = begun.ok_or_else(|| expired("the portal has ended its session meanwhile"))?;
        Ok((cookie, target))
    }
}

/// Who comes, and where they go.
async fn admitted(
    app: &App,
    identity: &PortalIdentity,
    place: Option<&ReturnPath>,
    now: DateTime<Utc>,
) -> Result<(Visitor, String), WebError> {
    let (visitor, target) = match app.sign_in(identity, now).await? {
        SignedIn::Person { id, name, first } => {
            let target = match place {
                _ if first => "/continuity",
                Some(path) => path.as_str(),
                None => "/reissue",
            };
            let subject = Subject { issuer: identity.issuer.clone(), subject: identity.subject.clone() };
            (Visitor::SignedIn { person: id, name, first, subject }, target)
        }
        SignedIn::Review { task } => {
            // Who comes by this portal account is open: nobody goes on under it in another browser either (LINKING.md, rule 1).
            app.sessions.end_present(&identity.issuer, &identity.subject, now).await?;
            (Visitor::Held(Held::Review { task }), "/sso/held")
        }
        SignedIn::Refused(refusal) => (Visitor::Held(held(refusal)), "/sso/held"),
    };
    Ok((visitor, target.to_owned()))
}

fn expired(what: &str) -> WebError {
    WebError::login_failed(LoginFailure::Expired, what)
}

fn held(refusal: Refusal) -> Held {
    match refusal {
        Refusal::Corporate => Held::Corporate,
        Refusal::LevelTooLow | Refusal::LevelUnknown => Held::Level,
        Refusal::NumberMissing => Held::NumberMissing,
        Refusal::NumberInvalid => Held::NumberInvalid,
        Refusal::UserTypeUnknown | Refusal::DocumentTypeUnknown => Held::Unrecognised,
        Refusal::NameMissing => Held::NameMissing,
    }
}
