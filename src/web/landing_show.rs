//! `GET /`

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::error::WebError;
use super::return_path::ReturnPath;
use super::visitor::MaybeSignedIn;
use super::{AppState, page, see_other};
use crate::session::Visitor;
use crate::views::{Chrome, LandingShow, login_url};

#[derive(Deserialize)]
pub(super) struct Wanted {
    return_to: Option<String>,
}

pub(super) async fn handle(
    State(app): AppState,
    MaybeSignedIn(session): MaybeSignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    let path = wanted.return_to.as_deref().and_then(ReturnPath::parse);
    match session.map(|session| session.visitor) {
        Some(Visitor::SignedIn { .. }) => return Ok(see_other(path.as_ref().map_or("/reissue", ReturnPath::as_str))),
        Some(Visitor::Held(_)) => return Ok(see_other("/sso/held")),
        None => {}
    }
    let path = path.as_ref().map(ReturnPath::as_str);
    let view =
        LandingShow { chrome: Chrome::anonymous(""), login_url: login_url(path), sign_in_needed: path.is_some() };
    page(&app, &view)
}
