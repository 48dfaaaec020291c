//! `GET` and `POST /sso/callback`, `/sso/callback/{handle}`: the browser comes back from the portal.
//!
//! The path holds the sign-in's one-time value where the portal echoes no `state`. What stands behind it is read as the browser sent it:
//! some portals paste their parameters there.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use subtle::ConstantTimeEq;

use super::client_address::ClientAddress;
use super::error::WebError;
use super::return_path::ReturnPath;
use super::visitor::{MaybeSignedIn, cookie_value, login_cookie_name, session_cookie_name, set_cookie};
use super::{AppState, see_other, sso_login};
use crate::app::App;
use crate::app::sign_in::SignedIn;
use crate::domain::linking::{Refusal, Subject};
use crate::session::{Held, Visitor, random_token};
use crate::store::StoreError;
use crate::vault::Purpose;
use crate::views::LoginFailure;

const MAX_ANSWER: usize = 16 * 1024;
/// A browser follows a redirect at once.
const ANSWER_LIFE: Duration = Duration::from_mins(1);

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
    let body = str::from_utf8(&body).map_err(|_| WebError::BadRequest("an answer that is not UTF-8"))?;
    let posted = Posted { tail: tail(&uri).to_owned(), body: body.to_owned() };
    let callback = app.portal.receive(&posted.tail, &posted.body).map_err(sso_login::failed)?;
    callback.handle().ok_or_else(|| expired("a return without its one-time value"))?;
    let handle = random_token();
    let sealed = app.vault.seal_json(Purpose::PendingLogin, &posted).map_err(StoreError::from)?;
    app.store.put(&answer_key(&handle), &sealed, ANSWER_LIFE).await?;
    Ok(see_other(&format!("/sso/callback?answer={handle}")))
}

/// A posted answer that waits for the browser.
#[derive(Deserialize, Serialize)]
struct Posted {
    tail: String,
    body: String,
}

/// What follows our callback address in the path, as it was sent.
fn tail(uri: &Uri) -> &str {
    uri.path().strip_prefix("/sso/callback").unwrap_or_default()
}

pub(super) async fn handle(
    State(app): AppState,
    MaybeSignedIn(former): MaybeSignedIn,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let query = uri.query().unwrap_or_default();
    let callback = match query.strip_prefix("answer=").filter(|_| tail(&uri).is_empty()) {
        Some(handle) => {
            let Posted { tail, body } = posted(&app, handle).await?;
            app.portal.receive(&tail, &body)
        }
        None => app.portal.receive(tail(&uri), query),
    };
    let callback = callback.map_err(sso_login::failed)?;
    let handle = callback.handle().ok_or_else(|| expired("a return without its one-time value"))?;
    let pending = sso_login::take(&app, handle).await?.ok_or_else(|| expired("no such sign-in is under way"))?;
    let browser = cookie_value(&headers, login_cookie_name(&app)).unwrap_or_default();
    if !bool::from(browser.as_bytes().ct_eq(pending.browser.as_bytes())) {
        return Err(expired("the sign-in began in another browser"));
    }
    let now = app.now();
    let login = sso::PendingLogin::from_stored(&pending.login).map_err(sso_login::failed)?;
    let identity = app.portal.finish(login, callback, now).await.map_err(sso_login::failed)?;
    let (visitor, target) = match app.sign_in(&identity, now).await? {
        SignedIn::Person { id, name, first } => {
            let wanted = pending.return_to.as_deref().and_then(ReturnPath::parse);
            let target = match wanted {
                _ if first => "/continuity".to_owned(),
                Some(path) => path.to_string(),
                None => "/reissue".to_owned(),
            };
            let subject = Subject { issuer: identity.issuer.clone(), subject: identity.subject.clone() };
            (Visitor::SignedIn { person: id, name, first, subject }, target)
        }
        SignedIn::Review { task } => (Visitor::Held(Held::Review { task }), "/sso/held".to_owned()),
        SignedIn::Refused(refusal) => (Visitor::Held(held(refusal)), "/sso/held".to_owned()),
    };
    let cookie = app.sessions.begin(former.as_ref(), visitor, identity.session, now).await?;
    let mut response = see_other(&target);
    set_cookie(&app, &mut response, session_cookie_name(&app), cookie);
    Ok(response)
}

async fn posted(app: &App, handle: &str) -> Result<Posted, WebError> {
    let sealed = app.store.take(&answer_key(handle)).await?;
    let posted = sealed.and_then(|sealed| app.vault.open_json(Purpose::PendingLogin, &sealed).ok());
    posted.ok_or_else(|| expired("no such answer of the portal's"))
}

fn answer_key(handle: &str) -> String {
    format!("answer:{handle}")
}

fn expired(what: &str) -> WebError {
    WebError::LoginFailed(LoginFailure::Expired, what.to_owned())
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
