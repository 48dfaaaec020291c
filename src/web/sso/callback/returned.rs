//! The parameters of a return from the portal.

use axum::http::Uri;
use sso::Callback;

use crate::app::App;
use crate::views::LoginFailure;
use crate::web::kit::error::WebError;
use crate::web::sso::login;

pub(super) const MAX_ANSWER: usize = 16 * 1024;

/// The fields of a form and the query of its address: some portals divide their parameters.
pub(super) fn posted(app: &App, uri: &Uri, body: &[u8]) -> Result<Callback, WebError> {
    let body = str::from_utf8(body).map_err(|_| WebError::BadRequest("an answer that is not UTF-8"))?;
    let parts = [uri.query().unwrap_or_default(), body];
    let query = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("&");
    read(app, tail(uri), &query)
}

/// The rest of the path after our callback address, as it was sent.
pub(super) fn tail(uri: &Uri) -> &str {
    uri.path().strip_prefix("/sso/callback").filter(|tail| *tail != "/").unwrap_or_default()
}

pub(super) fn read(app: &App, tail: &str, query: &str) -> Result<Callback, WebError> {
    app.portal.receive(tail, query).map_err(login::failed)
}

pub(super) fn handle_of(callback: &Callback) -> Result<String, WebError> {
    callback.handle().map(str::to_owned).ok_or_else(|| expired("a return without its one-time value"))
}

pub(super) fn expired(what: &str) -> WebError {
    WebError::login_failed(LoginFailure::Expired, what)
}
