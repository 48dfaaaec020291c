//! `GET /applications/{id}/photo`: one's own photo.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::web::kit::AppState;
use crate::web::kit::error::WebError;
use crate::web::kit::visitor::SignedIn;

pub(crate) async fn handle(
    State(app): AppState,
    visitor: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    Ok(picture(app.application_photo(visitor.person, id).await?))
}

/// The answer with one's own photo.
pub(super) fn picture(bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, "no-store"),
        // The bytes came from outside: whatever they are, no browser runs them.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"photo.jpg\""),
    ];
    (headers, bytes).into_response()
}
