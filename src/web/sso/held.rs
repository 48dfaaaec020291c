//! `GET /sso/held`: identified by the portal, and not let in: why, and what to do.

use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::session::{Held, Visitor};
use crate::views::{LoginRefused, LoginReview, RefusedReason};
use crate::web::kit::error::WebError;
use crate::web::kit::request_log::RequestId;
use crate::web::kit::visitor::{MaybeSignedIn, chrome_of};
use crate::web::kit::{AppState, page, see_other};

pub(crate) async fn handle(
    State(app): AppState,
    MaybeSignedIn(session): MaybeSignedIn,
    Extension(request): Extension<RequestId>,
) -> Result<Response, WebError> {
    let Some(session) = session else { return Ok(see_other("/")) };
    let signs_out = app.portal.sign_out_url(&session.portal, &app.public_url, "").is_some();
    let Visitor::Held(held) = session.visitor else { return Ok(see_other("/reissue")) };
    let (chrome, reference) = (chrome_of(&session), request.reference());
    let reason = match held {
        Held::Review { task } => {
            let response = page(&app, &LoginReview { chrome, task, reference })?;
            return Ok((StatusCode::FORBIDDEN, response).into_response());
        }
        Held::Corporate => RefusedReason::Corporate,
        Held::Unrecognised => RefusedReason::Unrecognised,
        Held::Level => RefusedReason::LevelTooLow,
        Held::NumberMissing => RefusedReason::NumberMissing,
        Held::NumberInvalid => RefusedReason::NumberInvalid,
        Held::NameMissing => RefusedReason::NameMissing,
    };
    let response = page(&app, &LoginRefused::new(chrome, reason, signs_out, reference))?;
    Ok((StatusCode::FORBIDDEN, response).into_response())
}
