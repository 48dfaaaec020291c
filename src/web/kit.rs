//! What every page needs: who asks, what was posted, how often, and how an answer looks. It knows no page.

pub(super) mod challenge;
pub(super) mod client_address;
pub(super) mod cookies;
pub(super) mod doors;
pub(super) mod drafts;
pub(super) mod entity_tag;
pub(super) mod error;
pub(super) mod error_pages;
mod forwarded;
pub(super) mod given_back;
pub(super) mod headers;
pub mod listen;
pub(super) mod network;
pub(super) mod phone;
pub(super) mod picture;
pub(super) mod posted;
pub(super) mod request_log;
pub(super) mod return_path;
pub(super) mod slot;
pub(super) mod staff;
pub(super) mod throttle;
pub(super) mod timed_out;
pub(super) mod told;
pub(super) mod visitor;
pub(super) mod words;

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use std::sync::Arc;

use crate::app::App;
use crate::views::View;
use error::WebError;

pub(crate) type AppState = State<Arc<App>>;

pub(crate) fn page<V: View>(app: &App, view: &V) -> Result<Response, WebError> {
    let mut response = Html(app.views.render(view)?).into_response();
    if view.shows_blobs() {
        response.extensions_mut().insert(headers::ShowsBlobs);
    }
    if view.has_challenge() {
        response.extensions_mut().insert(headers::HasChallenge);
    }
    Ok(response)
}

/// "See other": what every successful POST answers.
pub(crate) fn see_other(path: &str) -> Response {
    axum::response::Redirect::to(path).into_response()
}
