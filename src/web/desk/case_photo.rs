//! `GET /review/applications/{id}/photo`: the photo of an application that whoever looks may see.

use axum::extract::{Path, State};
use axum::response::Response;

use super::case::reader;
use crate::web::kit::AppState;
use crate::web::kit::error::WebError;
use crate::web::kit::picture::photo;
use crate::web::kit::staff::Staff;

pub(crate) async fn handle(State(app): AppState, staff: Staff, Path(id): Path<String>) -> Result<Response, WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    Ok(photo(app.case_photo(&reader(&app, &staff).await?, id).await?))
}
