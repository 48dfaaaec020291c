//! `GET /account/challenge/{id}.png`, `.wav` and `/account/challenge/{id}/words`: a challenge to be seen, heard or read, in its own session alone.

use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::db::DbError;
use crate::domain::challenge::Challenge;
use crate::web::kit::AppState;
use crate::web::kit::error::WebError;
use crate::web::kit::visitor::MaybeSession;

/// By the name of its file.
pub(crate) async fn file(
    State(app): AppState,
    session: MaybeSession,
    Path(file): Path<String>,
) -> Result<Response, WebError> {
    let (id, kind) = file.rsplit_once('.').ok_or(WebError::NotFound)?;
    let draw = match kind {
        "png" => Challenge::picture,
        "wav" => Challenge::recording,
        _ => return Err(WebError::NotFound),
    };
    let content_type = if kind == "png" { "image/png" } else { "audio/wav" };
    let challenge = asked(&app, session, id).await?;
    // Either takes some milliseconds of a core.
    let bytes = tokio::task::spawn_blocking(move || draw(&challenge)).await.map_err(DbError::from)?;
    Ok((shown_once(content_type), bytes).into_response())
}

pub(crate) async fn words(
    State(app): AppState,
    session: MaybeSession,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let challenge = asked(&app, session, &id).await?;
    Ok((shown_once("text/plain; charset=utf-8"), challenge.question()).into_response())
}

async fn asked(app: &App, MaybeSession(session): MaybeSession, id: &str) -> Result<Challenge, WebError> {
    let session = session.ok_or(WebError::NotFound)?;
    Ok(app.challenge_of(session.name(), id).await?)
}

fn shown_once(content_type: &'static str) -> [(HeaderName, &'static str); 3] {
    [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ]
}
