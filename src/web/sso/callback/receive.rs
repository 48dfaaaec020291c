//! `POST /sso/callback`: the return of a portal that posts.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::returned::{MAX_ANSWER, expired, handle_of, posted};
use crate::app::pending::Answer;
use crate::web::kit::client_address::ClientAddress;
use crate::web::kit::error::WebError;
use crate::web::kit::throttle::Limited;
use crate::web::kit::{AppState, see_other};

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
