//! `POST /account/logout`: ends the session here; there is none at the portal.

use axum::extract::State;
use axum::response::Response;

use crate::web::kit::cookies::{remove_cookie, session_cookie_name};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Posted;
use crate::web::kit::visitor::HasSession;
use crate::web::kit::{AppState, see_other};

pub(crate) async fn handle(
    State(app): AppState,
    Posted { visitor: HasSession(session), .. }: Posted<HasSession>,
) -> Result<Response, WebError> {
    let mut response = see_other("/signed-out?way=account");
    app.sessions.end(&session).await?;
    remove_cookie(&app, &mut response, session_cookie_name(&app));
    Ok(response)
}
