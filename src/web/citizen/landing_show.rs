//! `GET /` where the portal is the only way in.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use crate::session::Visitor;
use crate::views::{Chrome, LandingShow};
use crate::web::kit::error::WebError;
use crate::web::kit::return_path::ReturnPath;
use crate::web::kit::timed_out::timed_out;
use crate::web::kit::visitor::MaybeSignedIn;
use crate::web::kit::{AppState, page, see_other};

#[derive(Deserialize)]
pub(crate) struct Wanted {
    return_to: Option<String>,
}

pub(crate) async fn handle(
    State(app): AppState,
    MaybeSignedIn(session): MaybeSignedIn,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let path = wanted.return_to.as_deref().and_then(ReturnPath::parse);
    // A held visitor gets the sign-in here, to try another account.
    if let Some(Visitor::SignedIn { .. }) = session.map(|session| session.visitor) {
        return Ok(see_other(path.as_ref().map_or("/reissue", ReturnPath::as_str)));
    }
    let path = path.as_ref().map(ReturnPath::as_str);
    let view = LandingShow {
        portal_is_silent: app.portal.is_silent(),
        timed_out: timed_out(&app, &headers).await,
        ..LandingShow::new(Chrome::anonymous(""), path)
    };
    page(&app, &view)
}
