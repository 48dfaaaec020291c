//! `POST /reissue`: 下一步 checks and submits, 上一步 keeps what was typed.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::application_form::{ApplicationForm, Told, input, is_contact_confirmed, told};
use super::photo_posted::{Handed, handed};
use super::photo_slot::{PhoneOffer, offer};
use super::reissue_new::{Filled, step1, target, view};
use crate::app::App;
use crate::app::drafts::Draft;
use crate::app::reissue::{Form, Outcome, Refusal, Refused, Sent, Submission, Target};
use crate::views::{Menu, ReissueDuplicate, query_value};
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
    let sent = Sent { input: draft.input.clone(), photo, contact_confirmed: is_contact_confirmed(&form) };
    let submission = Submission { target: target.clone(), sent, token };
    let Refused { form: shown, input, why } = match app.submit(visitor.person, submission, app.now()).await? {
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
    if let Refusal::AlreadyOpen(id) = why {
        app.keep_draft(visitor.person, &target, &draft).await?;
        return duplicate(&app, &visitor, &id, &shown);
    }
    let Told { status, errors, general, .. } = told(why, &shown.exam.code);
    let filled = Filled { draft, proposal, slot: None, submission: token, errors: &errors, general };
    let view = view(&app, &visitor, &shown, filled);
    Ok((status, page(&app, &view)?).into_response())
}

/// An application about the certificate is open: no form, and the way to that one first.
fn duplicate(app: &App, visitor: &SignedIn, id: &str, form: &Form) -> Result<Response, WebError> {
    let view = ReissueDuplicate {
        chrome: visitor.chrome().at(Menu::Reissue),
        application_url: format!("/applications/{id}"),
        form_url: match &form.target {
            Target::Certificate(_) => None,
            Target::Exam(_) => Some(step2(&form.exam.code)),
        },
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(app, &view)?).into_response())
}

fn step2(exam_code: &str) -> String {
    format!("/reissue/new?exam={}", query_value(exam_code))
}
