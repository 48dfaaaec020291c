//! `POST /reissue`: 下一步 checks and submits, 上一步 keeps what was typed.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::application_form::{ApplicationForm, input, photo};
use super::reissue_new::{Filled, step1, target, view};
use crate::app::drafts::Draft;
use crate::app::reissue::{Submission, Submitted};
use crate::views::{ErrorItem, Link};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Posted;
use crate::web::kit::throttle::Limited;
use crate::web::kit::visitor::SignedIn;
use crate::web::kit::{AppState, page, see_other};

pub(crate) async fn handle(
    State(app): AppState,
    mut posted: Posted<SignedIn, ApplicationForm>,
) -> Result<Response, WebError> {
    let target = target(Some(posted.form.get("certificate")), Some(posted.form.get("exam_code")))?;
    Limited::Submission(posted.visitor.person).count(&app).await?;
    let (photo, photo_token) = photo(&app, &mut posted).await?;
    let Posted { visitor, form, .. } = posted;
    let mut draft = Draft { input: input(&form), photo_token };
    if form.get("action") == "back" {
        let (step2, _) = app.step2(visitor.person, target).await?;
        app.keep_draft(visitor.person, &step2.target, &draft).await?;
        return Ok(see_other(&step1(&step2.exam.code)));
    }
    let token: Uuid = form.get("submission").parse().map_err(|_| WebError::BadRequest("no submission token"))?;
    let submission = Submission { target: target.clone(), input: draft.input.clone(), photo, token };
    let (step2, errors, general) = match app.submit(visitor.person, submission, app.now()).await? {
        Submitted::Done(id) => {
            // The application is taken, whatever becomes of its draft, which ends by itself.
            if let Err(error) = app.forget_draft(visitor.person, &target, &draft).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "a draft stays behind");
            }
            return Ok(see_other(&format!("/reissue/{id}/done")));
        }
        Submitted::NotEligible(step2, input, sentence) => {
            draft.input = input;
            let link = Link::new(step1(&step2.exam.code), "查看证书列表");
            (step2, Vec::new(), Some(ErrorItem::general(sentence, Some(link))))
        }
        Submitted::Invalid(step2, input, errors) => {
            draft.input = input;
            (step2, errors, None)
        }
        Submitted::Registered(step2, input) => {
            draft.input = input;
            let general = registered(&step2.exam.code);
            (step2, Vec::new(), Some(general))
        }
        Submitted::AlreadyOpen(step2, input, open) => {
            draft.input = input;
            (step2, Vec::new(), Some(already_open(&open)))
        }
    };
    let view = view(&app, &visitor, &step2, Filled { draft, submission: token, errors: &errors, general });
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&app, &view)?).into_response())
}

/// Another application for the same certificate is open.
pub(super) fn already_open(id: &str) -> ErrorItem {
    let link = Link::new(format!("/applications/{id}"), "查看已提交的补证申请");
    ErrorItem::general("该证书已有未办结的补证申请，无需重复申请。需要修改的，请使用“申请信息维护”。", Some(link))
}

/// What was filled in by hand is registered.
pub(super) fn registered(exam_code: &str) -> ErrorItem {
    let link = Link::new(step1(exam_code), "查看证书列表");
    ErrorItem::general("系统中已登记该证书，请从证书列表中选择，不必自行填写。", Some(link))
}
