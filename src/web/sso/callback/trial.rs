//! The return of an operator's test sign-in (`doctor --portal --try`).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, Uri};
use axum::response::Response;
use sso::Callback;
use std::sync::Arc;

use super::returned::{MAX_ANSWER, expired, posted};
use crate::app::App;
use crate::views::{Chrome, LoginTried};
use crate::web::kit::error::WebError;
use crate::web::kit::page;

/// While no service runs: takes the return of the one test sign-in, and nothing else.
pub(crate) async fn trial(
    State((app, handle)): State<(Arc<App>, String)>,
    method: Method,
    uri: Uri,
    body: Bytes,
) -> Result<Response, WebError> {
    if method == Method::HEAD || body.len() > MAX_ANSWER {
        return Err(WebError::BadRequest("no return from the portal"));
    }
    let callback = posted(&app, &uri, &body)?;
    if callback.handle() != Some(handle.as_str()) {
        return Err(expired("no such sign-in is under way"));
    }
    tried(&app, &handle, &callback).await
}

/// The return of a test sign-in goes to the operator.
pub(super) async fn tried(app: &App, handle: &str, callback: &Callback) -> Result<Response, WebError> {
    if !app.take_trial_pending(handle).await? {
        return Err(expired("no such sign-in is under way"));
    }
    app.keep_trial(handle, callback).await?;
    page(app, &LoginTried { chrome: Chrome::anonymous("") })
}
