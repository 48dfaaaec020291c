//! `GET /applications/{id}/photo`: one's own photo.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::web::kit::AppState;
use crate::web::kit::error::WebError;
use crate::web::kit::picture::photo;
use crate::web::kit::visitor::SignedIn;

pub(crate) async fn handle(
    State(app): AppState,
    visitor: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    Ok(photo(app.application_photo(visitor.person, id).await?))
}
