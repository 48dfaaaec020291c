//! `POST /review/next` and `/review/applications/{id}/take`, `/release`, `/renew`: who has an application in hand.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::case::{reader, refused};
use super::case_seen::{Said, Seen};
use super::words::address;
use crate::app::review::Taken;
use crate::domain::staff::Place;
use crate::ids::ApplicationId;
use crate::web::kit::error::WebError;
use crate::web::kit::staff::{StaffPost, told_at_desk};
use crate::web::kit::words::china_clock;
use crate::web::kit::{AppState, see_other};

pub(crate) async fn next(State(app): AppState, StaffPost { staff, .. }: StaffPost) -> Result<Response, WebError> {
    match app.next_case(&reader(&app, &staff).await?, app.now()).await? {
        Some(id) => Ok(see_other(&address(id))),
        None => Ok(told_at_desk(&app, &staff, "没有等待您审核的申请了。", Place::Queue.path()).await),
    }
}

pub(crate) async fn take(
    State(app): AppState,
    Path(id): Path<String>,
    StaffPost { staff, form }: StaffPost,
) -> Result<Response, WebError> {
    let id = parse(&id)?;
    let over = Some(form.get("over").to_owned()).filter(|over| !over.is_empty());
    let words = match app.take_case(&reader(&app, &staff).await?, id, over, app.now()).await? {
        Taken::Done => return Ok(see_other(&address(id))),
        Taken::Held { by, until } => format!("{by} 正在办理此件，至 {}。需要由您办理的，请接手。", china_clock(until)),
        Taken::NotTheirs => "此件现在不由您审核".to_owned(),
    };
    let seen = Seen { is_revealed: app.is_revealed(staff.id, id).await?, ..Seen::default() };
    refused(&app, &staff, id, Said::conflict(words), seen).await
}

pub(crate) async fn release(
    State(app): AppState,
    Path(id): Path<String>,
    StaffPost { staff, .. }: StaffPost,
) -> Result<Response, WebError> {
    let released = app.release_case(staff.id, parse(&id)?, app.now()).await?;
    let words = if released { "已放回队列。" } else { "此件已不在您手中。" };
    Ok(told_at_desk(&app, &staff, words, Place::Queue.path()).await)
}

/// By the page's script, while the page is open.
pub(crate) async fn renew(
    State(app): AppState,
    Path(id): Path<String>,
    StaffPost { staff, .. }: StaffPost,
) -> Result<Response, WebError> {
    let is_held = app.renew_case(staff.id, parse(&id)?, app.now()).await?;
    Ok(if is_held { StatusCode::NO_CONTENT } else { StatusCode::CONFLICT }.into_response())
}

fn parse(id: &str) -> Result<ApplicationId, WebError> {
    id.parse().map_err(|_| WebError::NotFound)
}
