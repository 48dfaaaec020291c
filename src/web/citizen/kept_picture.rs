//! `GET /kept/{kind}/{name}`: a picture that came with a form which was not yet submitted, to the person whose form it is.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::app::drafts::PictureName;
use crate::web::kit::AppState;
use crate::web::kit::error::WebError;
use crate::web::kit::visitor::SignedIn;

pub(crate) async fn handle(
    State(app): AppState,
    visitor: SignedIn,
    Path((kind, digest)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let name = PictureName::parse(&kind, &digest).ok_or(WebError::NotFound)?;
    let bytes = app.kept_picture(visitor.person, &name).await?.ok_or(WebError::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, if bytes.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" }),
        (header::CACHE_CONTROL, "no-store"),
        // The bytes came from outside: whatever they are, no browser runs them.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"picture\""),
    ];
    Ok((headers, bytes).into_response())
}
