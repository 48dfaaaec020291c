//! `POST /reissue`: 下一步 checks and submits, 上一步 keeps what was typed.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::application_form::{ApplicationForm, Told, input, told};
use super::photo_posted::{Handed, handed};
use super::photo_slot::{PhoneOffer, offer};
use super::reissue_new::{Filled, step1, target, view};
use crate::app::drafts::Draft;
use crate::app::reissue::{Outcome, Refused, Sent, Submission};
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
    let Handed { photo, kept, proposal } = handed(&app, &posted.visitor, &mut posted.form).await?;
    let Posted { visitor, form, .. } = posted;
    let photo_proposal = proposal.as_ref().map(|proposal| proposal.token.clone());
    let mut draft = Draft { input: input(&form), photo_token: kept, photo_proposal };
    if form.get("action") == "back" {
        let exam = app.exam_of(visitor.person, target.clone()).await?;
        app.keep_draft(visitor.person, &target, &draft).await?;
        return Ok(see_other(&step1(&exam.code)));
    }
    let token: Uuid = form.get("submission").parse().map_err(|_| WebError::BadRequest("no submission token"))?;
    if form.get("action") == "phone" {
        let (step2, _) = app.step2(visitor.person, target).await?;
        let PhoneOffer { slot, general } = offer(&app, &visitor, proposal.is_some(), form.get("photo_slot")).await?;
        let filled = Filled { draft, proposal, slot, submission: token, errors: &[], general };
        return page(&app, &view(&app, &visitor, &step2, filled));
    }
    let sent = Sent { input: draft.input.clone(), photo };
    let submission = Submission { target: target.clone(), sent, token };
    let Refused { form: step2, input, why } = match app.submit(visitor.person, submission, app.now()).await? {
        Outcome::Done(id) => {
            // The application is stored; a draft that stays behind expires.
            if let Err(error) = app.forget_draft(visitor.person, &target, &draft).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "a draft stays behind");
            }
            return Ok(see_other(&format!("/reissue/{id}/done")));
        }
        Outcome::Refused(refused) => *refused,
    };
    draft.input = input;
    let Told { status, errors, general, .. } = told(why, &step2.exam.code);
    let view = view(
        &app,
        &visitor,
        &step2,
        Filled { draft, proposal, slot: None, submission: token, errors: &errors, general },
    );
    Ok((status, page(&app, &view)?).into_response())
}
