//! `POST /sso/backchannel-logout`: the portal's server says whose session has ended (OpenID Connect Back-Channel Logout 1.0 §2.5-2.8).
//!
//! For machines: answers are JSON without a page. Cookies and CSRF tokens do not count; the logout token is the proof.

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use sso::LoginError;
use url::form_urlencoded;

use crate::app::App;
use crate::store::{Ended, StoreError};
use crate::web::kit::AppState;
use crate::web::kit::client_address::ClientAddress;
use crate::web::kit::throttle::Limited;

/// Far above a form that holds one token.
const MAX_FORM: usize = 32 * 1024;

/// Each try is counted before anything is read, and a good one is taken back: a portal that ends thousands of sessions at once is heard.
pub(crate) async fn handle(State(app): AppState, ClientAddress(address): ClientAddress, request: Request) -> Response {
    let tries = Limited::LogoutToken(address);
    match tries.try_count(&app).await {
        Ok(Ok(())) => {}
        Ok(Err(exhausted)) => {
            let wait = exhausted.retry_after.as_secs() + 1;
            let busy = answer(StatusCode::TOO_MANY_REQUESTS, "too many logout tokens");
            return ([(header::RETRY_AFTER, wait.to_string())], busy).into_response();
        }
        Err(error) => return unavailable(&error),
    }
    let Ok(body) = to_bytes(request.into_body(), MAX_FORM).await else {
        return answer(StatusCode::PAYLOAD_TOO_LARGE, "the form is too long");
    };
    let Some(token) = token(&body) else { return answer(StatusCode::BAD_REQUEST, "no logout token") };
    let response = end(&app, &token).await;
    if response.status().is_success()
        && let Err(error) = tries.take_back(&app).await
    {
        tracing::warn!(%error, "a good logout token counts as a try");
    }
    response
}

/// The one `logout_token`; further fields are ignored (§2.5).
fn token(body: &[u8]) -> Option<String> {
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
    match app.sessions.end_announced(&notice, now).await {
        Ok(Ended::Values(sessions)) => {
            tracing::info!(sessions, by_session = notice.sid.is_some(), "the portal has signed a visitor out");
            ([(header::CACHE_CONTROL, "no-store")], StatusCode::OK).into_response()
        }
        Ok(Ended::Before) => {
            tracing::info!("a logout token is refused: it came before");
            answer(StatusCode::BAD_REQUEST, "the logout token came before")
        }
        Ok(Ended::Elsewhere) => {
            tracing::warn!("a logout token is refused: the portal's session that it names is another subject's");
            answer(StatusCode::BAD_REQUEST, "the logout token names another subject's session")
        }
        Err(error) => unavailable(&error),
    }
}

fn unavailable(error: &StoreError) -> Response {
    tracing::warn!(%error, "a logout token cannot be obeyed");
    answer(StatusCode::SERVICE_UNAVAILABLE, "try again")
}

/// RFC 6749 §5.2's shape, as §2.8 asks for.
fn answer(status: StatusCode, description: &'static str) -> Response {
    let error = match status {
        StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE => "invalid_request",
        _ => "temporarily_unavailable",
    };
    let body = Json(json!({ "error": error, "error_description": description }));
    (status, [(header::CACHE_CONTROL, "no-store")], body).into_response()
}
