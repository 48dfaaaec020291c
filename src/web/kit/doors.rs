//! Which doors are open: of a closed one there are no pages.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

use super::error::WebError;
use crate::app::App;

/// Pages of old accounts.
pub(crate) async fn accounts(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    through(app.config.access.mode.has_accounts(), request, next).await
}

/// Pages by which one comes in through the portal.
pub(crate) async fn portal(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    through(app.config.access.mode.has_portal(), request, next).await
}

/// Pages that rest on mail.
pub(crate) async fn mail(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    through(app.config.access.mails(), request, next).await
}

async fn through(is_open: bool, request: Request, next: Next) -> Response {
    if is_open { next.run(request).await } else { WebError::NotFound.into_response() }
}
