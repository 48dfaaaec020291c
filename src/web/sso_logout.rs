//! `POST /sso/logout` and `GET /signed-out`: ends the session here, then at the portal.

use axum::extract::State;
use axum::response::Response;

use super::error::WebError;
use super::forms::Form;
use super::visitor::{MaybeSignedIn, remove_cookie, session_cookie_name};
use super::{AppState, page, see_other};
use crate::session::random_token;
use crate::views::{Chrome, SignedOut};

pub(super) async fn handle(
    State(app): AppState,
    MaybeSignedIn(session): MaybeSignedIn,
    form: Form,
) -> Result<Response, WebError> {
    let Some(session) = session else { return Ok(see_other("/signed-out")) };
    form.check(&session)?;
    app.sessions.end(&session).await?;
    let back = app.public_url.join("/signed-out").ok();
    let portal = back.and_then(|back| app.portal.sign_out_url(&session.portal, &back, &random_token()));
    let mut response = see_other(portal.as_ref().map_or("/signed-out", |url| url.as_str()));
    remove_cookie(&app, &mut response, session_cookie_name(&app));
    Ok(response)
}

pub(super) async fn signed_out(State(app): AppState) -> Result<Response, WebError> {
    page(&app, &SignedOut { chrome: Chrome::anonymous(""), portal_logout_url: None })
}
