//! `POST /review/applications/{id}/reveal`: the full number, for a while, audited.

use axum::extract::{Path, State};
use axum::response::Response;

use super::case::reader;
use super::words::address;
use crate::web::kit::error::WebError;
use crate::web::kit::staff::StaffPost;
use crate::web::kit::{AppState, see_other};

pub(crate) async fn handle(
    State(app): AppState,
    Path(id): Path<String>,
    StaffPost { staff, .. }: StaffPost,
) -> Result<Response, WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    app.reveal(&reader(&app, &staff).await?, id, app.now()).await?;
    Ok(see_other(&address(id)))
}
