//! `GET /sso/login`: begins a sign-in at the portal.
//!
//! What must be known when the browser returns lies in Redis under the sign-in's one-time value, sealed, with the browser's cookie beside
//! it: a return is only good in the browser that began it.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::client_address::ClientAddress;
use super::error::WebError;
use super::return_path::ReturnPath;
use super::visitor::{cookie_value, login_cookie_name, set_cookie};
use super::{AppState, see_other};
use crate::app::App;
use crate::session::random_token;
use crate::vault::Purpose;
use crate::views::LoginFailure;

/// A sign-in that nobody finishes counts against its browser for this long; it can be finished for longer.
const COUNTED_FOR: Duration = Duration::from_mins(10);

#[derive(Deserialize)]
pub(super) struct Wanted {
    return_to: Option<String>,
}

/// A sign-in under way.
#[derive(Deserialize, Serialize)]
pub(super) struct Pending {
    /// The browser that began it: the value of its cookie.
    pub(super) browser: String,
    /// Where to go afterwards.
    pub(super) return_to: Option<String>,
    /// The driver's part.
    pub(super) login: Vec<u8>,
}

pub(super) async fn handle(
    State(app): AppState,
    ClientAddress(address): ClientAddress,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let limits = &app.config.throttle;
    let starts = format!("sign-in-starts:{address}");
    app.store
        .count(&starts, limits.sign_in_starts_per_minute, Duration::from_mins(1))
        .await?
        .map_err(|exhausted| WebError::throttled("sign-in starts", exhausted))?;
    let browser = cookie_value(&headers, login_cookie_name(&app)).unwrap_or_else(random_token);
    let now = app.now();
    let (url, login) = app.portal.begin(now).await.map_err(failed)?;
    let handle = login.handle().to_owned();
    app.store
        .join(&pending_of(&browser), &handle, limits.pending_sign_ins_per_browser, (now, COUNTED_FOR))
        .await?
        .map_err(|exhausted| WebError::throttled("pending sign-ins", exhausted))?;
    let return_to = wanted.return_to.as_deref().and_then(ReturnPath::parse).map(|path| path.to_string());
    let pending = Pending { browser: browser.clone(), return_to, login: login.into_stored() };
    keep(&app, &handle, &pending).await?;
    let mut response = see_other(url.as_str());
    set_cookie(&app, &mut response, login_cookie_name(&app), browser);
    Ok(response)
}

async fn keep(app: &App, handle: &str, pending: &Pending) -> Result<(), WebError> {
    let sealed = app.vault.seal_json(Purpose::PendingLogin, pending).map_err(crate::store::StoreError::from)?;
    Ok(app.store.put(&pending_key(handle), &sealed, life()).await?)
}

/// Hands the sign-in out: once, to whoever asks first.
pub(super) async fn take(app: &App, handle: &str) -> Result<Option<Pending>, WebError> {
    let sealed = app.store.take(&pending_key(handle)).await?;
    let pending: Option<Pending> = sealed.and_then(|sealed| app.vault.open_json(Purpose::PendingLogin, &sealed).ok());
    if let Some(pending) = &pending {
        app.store.leave(&pending_of(&pending.browser), handle).await?;
    }
    Ok(pending)
}

/// What a failed sign-in tells the visitor. The error's own text is made for logs.
pub(super) fn failed(error: sso::LoginError) -> WebError {
    use sso::LoginError as E;
    let failure = match error {
        E::Unavailable { .. } => LoginFailure::Unavailable,
        E::Denied => LoginFailure::Cancelled,
        E::Expired { .. } | E::StateMismatch | E::BadCallback { .. } => LoginFailure::Expired,
        _ => LoginFailure::Rejected,
    };
    WebError::LoginFailed(failure, error.to_string())
}

fn life() -> Duration {
    sso::PendingLogin::LIFETIME.to_std().unwrap_or(Duration::from_mins(30))
}

fn pending_key(handle: &str) -> String {
    format!("pending:{handle}")
}

fn pending_of(browser: &str) -> String {
    format!("pending-of:{browser}")
}
