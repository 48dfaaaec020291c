//! `POST /reissue`: 下一步 checks and submits, 上一步 keeps what was typed.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::application_form::{Answer, ApplicationForm, answer, confirmed_contact, input, with_overlong};
use super::photo_judged::photo_name;
use super::photo_posted::{Handed, handed};
use super::photo_slot::{PhoneOffer, offer};
use super::reissue_new::{Filled, step1, step2, target, view};
use crate::app::App;
use crate::app::drafts::{ApplicationDraft, Cause, DraftOf, Kept};
use crate::app::reissue::{Form, Outcome, Refusal, Refused, Sent, Submission, Target};
use crate::app::unsent::UnsentDraft;
use crate::views::{Menu, ReissueDuplicate};
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
    // Who steps back submits nothing. A picture costs as much as in a submission.
    let steps_back = posted.form.get("action") == "back";
    if !steps_back || posted.form.file.size > 0 {
        Limited::Submission(posted.visitor.person).count(&app).await?;
    }
    let Handed { photo, kept, proposal, lost: photo_lost } = handed(&app, &posted.visitor, &mut posted.form).await?;
    let Posted { visitor, form, kept: on_failure, .. } = posted;
    let photo_proposal = proposal.as_ref().map(|proposal| proposal.token.clone());
    let of = DraftOf::Application(target.clone());
    let (input, confirmed_contact) = (input(&form), confirmed_contact(&form));
    let contact_confirmed = confirmed_contact.is_some();
    let mut draft = ApplicationDraft { input, photo_token: kept, photo_proposal, photo_lost, confirmed_contact };
    on_failure.hold(UnsentDraft::new(of.clone(), &draft));
    if steps_back {
        let exam = app.exam_of(visitor.person, target.clone()).await?;
        app.keep_draft(visitor.person, &of, &Kept { cause: Cause::Back, typed: draft }).await?;
        return Ok(see_other(&step1(&exam.code)));
    }
    let token: Uuid = form.get("submission").parse().map_err(|_| WebError::BadRequest("no submission token"))?;
    if form.get("action") == "phone" {
        let (shown, _) = app.step2(visitor.person, target).await?;
        let PhoneOffer { slot, general } = offer(&app, &visitor, proposal.is_some(), form.get("photo_slot")).await?;
        let filled = Filled { draft, proposal, slot, submission: token, errors: &[], general };
        return page(&app, &view(&app, &visitor, &shown, filled));
    }
    let sent = Sent { input: draft.input.clone(), photo, contact_confirmed };
    let submission = Submission { target: target.clone(), sent, token };
    let Refused { form: shown, input, why } = match app.submit(visitor.person, submission, app.now()).await? {
        Outcome::Done(id) => {
            let photo = draft.photo_token.as_deref().map(photo_name);
            app.drop_draft(visitor.person, &of, photo.as_ref()).await;
            app.drop_proposal(visitor.person, form.get("photo_proposal")).await;
            return Ok(see_other(&format!("/reissue/{id}/done")));
        }
        Outcome::Refused(refused) => *refused,
    };
    draft.input = input;
    let Answer { status, errors, general, .. } = match why {
        Refusal::AlreadyOpen(id) => {
            app.keep_draft(visitor.person, &of, &Kept { cause: Cause::Refused, typed: draft }).await?;
            return duplicate(&app, &visitor, &id, &shown);
        }
        why => answer(why, &shown.exam.code),
    };
    let errors = with_overlong(&form, errors);
    app.keep_draft(visitor.person, &of, &Kept { cause: Cause::Refused, typed: draft.clone() }).await?;
    let filled = Filled { draft, proposal, slot: None, submission: token, errors: &errors, general };
    let mut view = view(&app, &visitor, &shown, filled);
    view.chrome = view.chrome.with_address(step2(&target));
    Ok((status, page(&app, &view)?).into_response())
}

/// An application about the certificate is open: no form, and the way to that one first.
fn duplicate(app: &App, visitor: &SignedIn, id: &str, form: &Form) -> Result<Response, WebError> {
    let view = ReissueDuplicate {
        chrome: visitor.chrome().at(Menu::Reissue).with_address(step2(&form.target)),
        application_url: format!("/applications/{id}"),
        form_url: match &form.target {
            Target::Certificate(_) => None,
            Target::Exam(_) => Some(step2(&form.target)),
        },
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(app, &view)?).into_response())
}
