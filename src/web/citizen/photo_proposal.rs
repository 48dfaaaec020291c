//! `GET /photo/proposals/{token}`: a photo that its owner has not agreed to yet.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::web::kit::AppState;
use crate::web::kit::error::WebError;
use crate::web::kit::picture::photo;
use crate::web::kit::visitor::SignedIn;

pub(crate) async fn handle(
    State(app): AppState,
    visitor: SignedIn,
    Path(token): Path<String>,
) -> Result<Response, WebError> {
    let bytes = app.proposed_photo(visitor.person, &token).await?;
    Ok(photo(bytes.ok_or(WebError::NotFound)?))
}
