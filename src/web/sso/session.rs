//! `GET /sso/session`: asked by a page's script, prolongs the session as every request does, and tells when it ends.

use axum::Json;
use axum::response::{IntoResponse, Response};

use crate::session::{Session, Visitor};
use crate::web::kit::error::WebError;
use crate::web::kit::visitor::{MaybeSignedIn, ends_of};

/// JSON for a script. `user` is the person's public id, for another one may have signed in meanwhile; null where the session is over, or the portal's
/// person is not let in.
pub(crate) async fn handle(MaybeSignedIn(session): MaybeSignedIn) -> Result<Response, WebError> {
    let Some(Session { visitor: Visitor::SignedIn { person, .. }, .. }) = &session else {
        return Ok(Json(serde_json::json!({ "user": null, "ends": null })).into_response());
    };
    let ends = session.as_ref().map(ends_of);
    Ok(Json(serde_json::json!({ "user": person.to_string(), "ends": ends })).into_response())
}
