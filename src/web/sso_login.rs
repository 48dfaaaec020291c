//! `GET /sso/login`: begins a sign-in at the portal.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::time::Duration;

use super::client_address::ClientAddress;
use super::cookies::cookie_values;
use super::error::WebError;
use super::return_path::ReturnPath;
use super::visitor::{login_cookie_name, set_cookie};
use super::{AppState, see_other};
use crate::app::pending::{Pending, Starter, pending_of};
use crate::session::random_token;
use crate::views::LoginFailure;

#[derive(Deserialize)]
pub(super) struct Wanted {
    return_to: Option<String>,
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
    let return_to = wanted.return_to.as_deref().and_then(ReturnPath::parse);
    let browser = cookie_values(&headers, login_cookie_name(&app)).next().map_or_else(random_token, str::to_owned);
    let now = app.now();
    let begun = app.portal.begin(now).await;
    let (url, login) = begun.map_err(|error| failed(error).on_the_way_to(return_to.as_ref()))?;
    let handle = login.handle().to_owned();
    app.store
        .join(&pending_of(&browser), &handle, limits.pending_sign_ins_per_browser, (now, limits.pending_sign_in_counts))
        .await?
        .map_err(|exhausted| WebError::throttled("pending sign-ins", exhausted))?;
    let return_to = return_to.map(|path| path.to_string());
    let pending = Pending { starter: Starter::Browser(browser.clone()), return_to, login: login.into_stored() };
    app.keep_pending(&handle, &pending).await?;
    let mut response = see_other(url.as_str());
    set_cookie(&app, &mut response, login_cookie_name(&app), browser);
    Ok(response)
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
    WebError::login_failed(failure, error.to_string())
}
