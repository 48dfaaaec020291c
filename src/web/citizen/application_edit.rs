//! `POST /applications/{id}`: saves 申请信息维护.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::application_form::{ApplicationForm, input, photo};
use super::application_show::{Typed, view};
use super::reissue_create::{already_open, registered};
use crate::app::maintain::{Edit, Edited};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Posted;
use crate::web::kit::throttle::Limited;
use crate::web::kit::visitor::SignedIn;
use crate::web::kit::{AppState, page, see_other};

pub(crate) async fn handle(
    State(app): AppState,
    Path(id): Path<String>,
    mut posted: Posted<SignedIn, ApplicationForm>,
) -> Result<Response, WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let version = posted.form.get("version").parse().map_err(|_| WebError::BadRequest("no version"))?;
    Limited::Submission(posted.visitor.person).count(&app).await?;
    let (photo, photo_token) = photo(&app, &mut posted).await?;
    let Posted { visitor, form, .. } = posted;
    let edit = Edit { version, input: input(&form), photo };
    let typed = |input, errors, general, conflict| Typed { input, photo_token, errors, general, conflict };
    let (status, view) = match app.edit(visitor.person, id, edit, app.now()).await? {
        Edited::Done => return Ok(see_other("/applications?saved=1")),
        Edited::Invalid(shown, input, errors) => {
            (StatusCode::UNPROCESSABLE_ENTITY, view(&app, &visitor, shown, typed(input, &errors, None, false)))
        }
        Edited::AlreadyOpen(shown, input, open) => {
            let general = Some(already_open(&open));
            (StatusCode::UNPROCESSABLE_ENTITY, view(&app, &visitor, shown, typed(input, &[], general, false)))
        }
        // Nothing of it can be saved any more: the page shows what stands, not what was typed.
        Edited::Conflict(shown, _) if !shown.status.is_editable() => {
            let stored = shown.input.clone();
            let mut view = view(&app, &visitor, shown, typed(stored, &[], None, false));
            view.chrome = view.chrome.with_notice("这份申请已审核通过，不能再修改。您刚才的修改没有保存。");
            (StatusCode::CONFLICT, view)
        }
        Edited::Registered(shown, input) => {
            let general = Some(registered(&shown.exam.code));
            (StatusCode::UNPROCESSABLE_ENTITY, view(&app, &visitor, shown, typed(input, &[], general, false)))
        }
        Edited::Conflict(shown, input) => {
            (StatusCode::CONFLICT, view(&app, &visitor, shown, typed(input, &[], None, true)))
        }
    };
    Ok((status, page(&app, &view)?).into_response())
}
