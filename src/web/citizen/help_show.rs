//! `GET /help`

use axum::extract::State;
use axum::response::Response;

use crate::views::{Chrome, HelpShow};
use crate::web::kit::error::WebError;
use crate::web::kit::visitor::{MaybeSignedIn, chrome_of};
use crate::web::kit::{AppState, page};

pub(crate) async fn handle(State(app): AppState, MaybeSignedIn(session): MaybeSignedIn) -> Result<Response, WebError> {
    let chrome = session.as_ref().map_or_else(|| Chrome::anonymous(""), chrome_of);
    let view = HelpShow {
        chrome,
        photo_required_through: app.config.reissue.photo_required_through,
        lock_minutes: app.config.throttle.password_lock.as_secs().div_ceil(60),
    };
    page(&app, &view)
}
