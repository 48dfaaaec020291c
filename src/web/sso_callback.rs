//! `GET` and `POST /sso/callback`, `/sso/callback/{handle}`: the browser comes back from the portal.
//!
//! The path holds the sign-in's one-time value where the portal echoes no `state`. What stands behind it is read as the browser sent it:
//! some portals paste their parameters there.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use sso::Callback;
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq;

use super::client_address::ClientAddress;
use super::cookies::cookie_values;
use super::error::WebError;
use super::return_path::ReturnPath;
use super::visitor::{MaybeSignedIn, login_cookie_name, session_cookie_name, set_cookie};
use super::{AppState, page, see_other, sso_login};
use crate::app::App;
use crate::app::pending::{Returned, Starter};
use crate::app::sign_in::SignedIn;
use crate::domain::linking::{Refusal, Subject};
use crate::session::{Held, NewSession, Session, Visitor};
use crate::views::{Chrome, LoginFailure, LoginTried};

const MAX_ANSWER: usize = 16 * 1024;

/// `doctor --portal --try` in place of a service that does not run: the return of its one sign-in, and nothing else.
pub(super) async fn trial(
    State((app, handle)): State<(Arc<App>, String)>,
    method: Method,
    uri: Uri,
    body: Bytes,
) -> Result<Response, WebError> {
    if method == Method::HEAD || body.len() > MAX_ANSWER {
        return Err(WebError::BadRequest("no return from the portal"));
    }
    let returned = posted(&uri, &body)?;
    if read(&app, &returned)?.handle() != Some(handle.as_str()) {
        return Err(expired("no such sign-in is under way"));
    }
    app.take_pending(&handle).await?.ok_or_else(|| expired("no such sign-in is under way"))?;
    app.keep_trial(&handle, &returned).await?;
    page(&app, &LoginTried { chrome: Chrome::anonymous("") })
}

/// A portal that posts: a cross-site POST brings no `SameSite=Lax` cookie, so the answer is kept under a one-time handle and the browser
/// comes again with a GET of our own.
pub(super) async fn receive(
    State(app): AppState,
    ClientAddress(address): ClientAddress,
    uri: Uri,
    body: Bytes,
) -> Result<Response, WebError> {
    if body.len() > MAX_ANSWER {
        return Err(WebError::TooLarge);
    }
    let limit = app.config.throttle.posted_answers_per_minute;
    let counted = app.store.count(&format!("posted-answers:{address}"), limit, Duration::from_mins(1)).await?;
    counted.map_err(|exhausted| WebError::throttled("posted answers", exhausted))?;
    let returned = posted(&uri, &body)?;
    read(&app, &returned)?.handle().ok_or_else(|| expired("a return without its one-time value"))?;
    let name = app.keep_answer(&returned).await?;
    Ok(see_other(&format!("/sso/callback?answer={name}")))
}

/// What a form brought, and what stood in the address that it was sent to: some portals divide it.
fn posted(uri: &Uri, body: &[u8]) -> Result<Returned, WebError> {
    let body = str::from_utf8(body).map_err(|_| WebError::BadRequest("an answer that is not UTF-8"))?;
    let parts = [uri.query().unwrap_or_default(), body];
    let query = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("&");
    Ok(Returned { tail: tail(uri).to_owned(), query })
}

/// What follows our callback address in the path, as it was sent.
fn tail(uri: &Uri) -> &str {
    uri.path().strip_prefix("/sso/callback").filter(|tail| *tail != "/").unwrap_or_default()
}

fn read(app: &App, returned: &Returned) -> Result<Callback, WebError> {
    app.portal.receive(&returned.tail, &returned.query).map_err(sso_login::failed)
}

pub(super) async fn handle(
    State(app): AppState,
    MaybeSignedIn(former): MaybeSignedIn,
    uri: Uri,
    headers: HeaderMap,
    method: Method,
) -> Result<Response, WebError> {
    // A look without reading the answer (link scanners, proxies) must not use the sign-in up.
    if method == Method::HEAD {
        return Ok(StatusCode::METHOD_NOT_ALLOWED.into_response());
    }
    let (tail, query) = (tail(&uri), uri.query().unwrap_or_default());
    let returned = match query.strip_prefix("answer=").filter(|_| tail.is_empty()) {
        Some(name) => app.take_answer(name).await?.ok_or_else(|| expired("no such answer of the portal's"))?,
        None => Returned { tail: tail.to_owned(), query: query.to_owned() },
    };
    let callback = read(&app, &returned)?;
    let handle = callback.handle().ok_or_else(|| expired("a return without its one-time value"))?.to_owned();
    let pending = app.take_pending(&handle).await?.ok_or_else(|| expired("no such sign-in is under way"))?;
    let return_to = pending.return_to.as_deref().and_then(ReturnPath::parse);
    let outcome = match &pending.starter {
        Starter::Operator => {
            app.keep_trial(&handle, &returned).await?;
            return page(&app, &LoginTried { chrome: Chrome::anonymous("") });
        }
        Starter::Browser(browser) => {
            let mut here = cookie_values(&headers, login_cookie_name(&app));
            if here.any(|here| bool::from(browser.as_bytes().ct_eq(here.as_bytes()))) {
                finish(&app, former.as_ref(), (&pending.login, callback), return_to.as_ref()).await
            } else {
                Err(expired("the sign-in began in another browser"))
            }
        }
    };
    outcome.map_err(|error| error.on_the_way_to(return_to.as_ref()))
}

async fn finish(
    app: &App,
    former: Option<&Session>,
    (login, callback): (&[u8], Callback),
    return_to: Option<&ReturnPath>,
) -> Result<Response, WebError> {
    let now = app.now();
    let login = sso::PendingLogin::from_stored(login).map_err(sso_login::failed)?;
    let login_began_at = login.started_at();
    if let Some(digest) = callback.credential_digest() {
        let life = sso::PendingLogin::LIFETIME.to_std().unwrap_or_default();
        if !app.store.claim(&format!("credential:{digest}"), life).await? {
            return Err(expired("the code or ticket was used before"));
        }
    }
    let identity = app.portal.finish(login, callback, now).await.map_err(sso_login::failed)?;
    let (visitor, target) = match app.sign_in(&identity, now).await? {
        SignedIn::Person { id, name, first } => {
            let target = match return_to {
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
    let new = NewSession { former, visitor, identity: &identity, login_began_at };
    let begun = app.sessions.begin(new, now).await?;
    let cookie = begun.ok_or_else(|| expired("the portal has ended its session meanwhile"))?;
    let mut response = see_other(target);
    set_cookie(app, &mut response, session_cookie_name(app), cookie);
    Ok(response)
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
