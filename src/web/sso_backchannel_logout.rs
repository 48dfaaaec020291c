//! `POST /sso/backchannel-logout`: the portal's server says whose session has ended (OpenID Connect Back-Channel Logout 1.0 §2.5-2.8).
//!
//! For machines: answers are JSON without a page, and no cookie or form token is looked at. The token itself is what is believed.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use sha2::{Digest, Sha256};
use sso::LoginError;
use std::time::Duration;
use url::form_urlencoded;

use super::AppState;
use super::client_address::ClientAddress;
use crate::app::App;
use crate::store::StoreError;

/// Far above a form that holds one token.
const MAX_FORM: usize = 32 * 1024;

pub(super) async fn handle(State(app): AppState, ClientAddress(address): ClientAddress, body: Bytes) -> Response {
    let limit = app.config.throttle.logout_tokens_per_minute;
    match app.store.count(&format!("logout-tokens:{address}"), limit, Duration::from_mins(1)).await {
        Ok(Ok(())) => {}
        Ok(Err(exhausted)) => {
            let wait = exhausted.retry_after.as_secs() + 1;
            let busy = answer(StatusCode::TOO_MANY_REQUESTS, "too many logout tokens");
            return ([(header::RETRY_AFTER, wait.to_string())], busy).into_response();
        }
        Err(error) => return unavailable(&error),
    }
    let Some(token) = token(&body) else { return answer(StatusCode::BAD_REQUEST, "no logout token") };
    end(&app, &token).await
}

/// The one `logout_token`; further fields are ignored (§2.5).
fn token(body: &[u8]) -> Option<String> {
    if body.len() > MAX_FORM {
        return None;
    }
    let mut tokens = form_urlencoded::parse(body).filter(|(name, _)| name == "logout_token");
    let (_, token) = tokens.next()?;
    tokens.next().is_none().then(|| token.into_owned())
}

async fn end(app: &App, token: &str) -> Response {
    let now = app.now();
    let notice = match app.portal.logout_notice(token, now).await {
        Ok(notice) => notice,
        Err(error @ LoginError::Unavailable { .. }) => {
            tracing::warn!(%error, "a logout token cannot be checked");
            return answer(StatusCode::SERVICE_UNAVAILABLE, "the keys cannot be had");
        }
        Err(error) => {
            tracing::info!(%error, "a logout token is refused");
            return answer(StatusCode::BAD_REQUEST, "the logout token is not acceptable");
        }
    };
    let seen = format!("logout-token:{}", hex::encode(Sha256::digest(notice.id.as_bytes())));
    let life = (notice.good_until - now).to_std().unwrap_or_default() + Duration::from_secs(1);
    match app.store.claim(&seen, life).await {
        Ok(true) => {}
        Ok(false) => {
            tracing::info!("a logout token is refused: it came before");
            return answer(StatusCode::BAD_REQUEST, "the logout token came before");
        }
        Err(error) => return unavailable(&error),
    }
    match app.sessions.end_announced(&notice, now).await {
        Ok(sessions) => {
            tracing::info!(sessions, by_session = notice.sid.is_some(), "the portal has signed a visitor out");
            ([(header::CACHE_CONTROL, "no-store")], StatusCode::OK).into_response()
        }
        Err(error) => {
            // The portal may send it again. Where that cannot be said to Redis either, the next one has another id.
            if let Err(error) = app.store.delete(&seen).await {
                tracing::warn!(%error, "a logout token that could not be obeyed counts as seen");
            }
            unavailable(&error)
        }
    }
}

fn unavailable(error: &StoreError) -> Response {
    tracing::warn!(%error, "a logout token cannot be obeyed");
    answer(StatusCode::SERVICE_UNAVAILABLE, "try again")
}

/// RFC 6749 §5.2's shape, as §2.8 asks for.
fn answer(status: StatusCode, description: &'static str) -> Response {
    let error = if status == StatusCode::BAD_REQUEST { "invalid_request" } else { "temporarily_unavailable" };
    let body = Json(json!({ "error": error, "error_description": description }));
    (status, [(header::CACHE_CONTROL, "no-store")], body).into_response()
}
