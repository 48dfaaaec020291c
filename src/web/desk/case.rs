//! `GET /review/applications/{id}`: one application, what differs first.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};

use super::case_seen::{Said, Seen, Sight};
use super::case_view::view;
use crate::app::App;
use crate::app::review::Reader;
use crate::domain::staff::Place;
use crate::ids::ApplicationId;
use crate::web::kit::error::WebError;
use crate::web::kit::staff::{Staff, desk_with_told};
use crate::web::kit::{AppState, page};

pub(crate) async fn handle(State(app): AppState, staff: Staff, Path(id): Path<String>) -> Result<Response, WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let reader = reader(&app, &staff).await?;
    let looked = app.case(&reader, id, app.now()).await?;
    let seen = Seen { is_revealed: app.is_revealed(staff.id, id).await?, ..Seen::default() };
    let desk = desk_with_told(&app, &staff, Place::Queue.path()).await;
    page(&app, &view(&app, desk, &staff, Sight { looked: &looked, seen: &seen, said: None }))
}

pub(super) async fn reader(app: &App, staff: &Staff) -> Result<Reader, WebError> {
    Ok(app.reader(staff.id, &staff.user_name, &staff.roles).await?)
}

/// The page again, as the answer to something that was not done.
pub(super) async fn refused(
    app: &App,
    staff: &Staff,
    id: ApplicationId,
    said: Said,
    seen: Seen,
) -> Result<Response, WebError> {
    let looked = app.case(&reader(app, staff).await?, id, app.now()).await?;
    let view = view(
        app,
        staff.desk().at(Place::Queue.path()),
        staff,
        Sight { looked: &looked, seen: &seen, said: Some(&said) },
    );
    Ok((said.status, page(app, &view)?).into_response())
}
