//! `POST /applications/{id}`: saves 申请信息维护.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};

use super::application_form::{Answer, ApplicationForm, answer, confirmed_contact, edit_draft, input, with_overlong};
use super::application_show::{Typed, view};
use super::photo_judged::photo_name;
use super::photo_posted::{Handed, handed};
use super::photo_slot::{PhoneOffer, offer};
use crate::app::drafts::{ApplicationDraft, Cause, DraftOf, EditDraft, Kept};
use crate::app::maintain::Edit;
use crate::app::reissue::{Outcome, Refusal, Refused, Sent};
use crate::app::unsent::UnsentDraft;
use crate::domain::application::merge;
use crate::views::ApplicationShow;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Posted;
use crate::web::kit::throttle::Limited;
use crate::web::kit::told::{Told, told_at};
use crate::web::kit::visitor::SignedIn;
use crate::web::kit::{AppState, page};

pub(crate) async fn handle(
    State(app): AppState,
    Path(id): Path<String>,
    mut posted: Posted<SignedIn, ApplicationForm>,
) -> Result<Response, WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let version: i32 = posted.form.get("version").parse().map_err(|_| WebError::BadRequest("no version"))?;
    Limited::Submission(posted.visitor.person).count(&app).await?;
    let Handed { photo, kept: photo_token, proposal, lost: photo_lost } =
        handed(&app, &posted.visitor, &mut posted.form).await?;
    let Posted { visitor, form, kept: on_failure, .. } = posted;
    let photo_proposal = proposal.as_ref().map(|proposal| proposal.token.clone());
    let (input, confirmed_contact) = (input(&form), confirmed_contact(&form));
    let contact_confirmed = confirmed_contact.is_some();
    let mut draft = ApplicationDraft { input, photo_token, photo_proposal, photo_lost, confirmed_contact };
    let of = DraftOf::Edit(id);
    on_failure.hold(UnsentDraft::new(of.clone(), &EditDraft { version, form: draft.clone() }));
    if form.get("action") == "phone" {
        let shown = app.application(visitor.person, id).await?;
        let PhoneOffer { slot, general } = offer(&app, &visitor, proposal.is_some(), form.get("photo_slot")).await?;
        draft.input = merge(&shown.locked, draft.input);
        let typed = Typed { slot, general, ..Typed::of(draft, proposal, &shown) };
        let view = ApplicationShow { version: version.to_string(), ..view(&app, &visitor, shown, typed) };
        return page(&app, &view);
    }
    let sent = Sent { input: draft.input.clone(), photo, contact_confirmed };
    let refused = match app.edit(visitor.person, id, Edit { version, sent }, app.now()).await? {
        Outcome::Done(_) => {
            let photo = draft.photo_token.as_deref().map(photo_name);
            app.drop_draft(visitor.person, &of, photo.as_ref()).await;
            app.drop_proposal(visitor.person, form.get("photo_proposal")).await;
            return Ok(told_at(&app, &visitor, Told::Saved, "/applications").await);
        }
        Outcome::Refused(refused) => *refused,
    };
    let is_final = matches!(refused.why, Refusal::Conflict) && !refused.form.status.is_editable();
    let Refused { form: shown, input, why } = refused;
    let Answer { status, errors, general, conflict } = answer(why, &shown.exam.code);
    let errors = with_overlong(&form, errors);
    let view = if is_final {
        // Nothing can be saved any more: the page shows what is stored, not what was typed.
        let typed = Typed { photo_token: draft.photo_token, ..Typed::stored(&shown) };
        let mut view = view(&app, &visitor, shown, typed);
        view.chrome = view.chrome.with_notice("这份申请已审核通过，不能再修改。您刚才的修改没有保存。");
        view
    } else {
        draft.input = input;
        let kept = EditDraft { version: shown.version, form: draft.clone() };
        app.keep_draft(visitor.person, &of, &Kept { cause: Cause::Refused, typed: kept }).await?;
        let typed = Typed { errors: &errors, general, conflict, ..Typed::of(draft, proposal, &shown) };
        let mut view = view(&app, &visitor, shown, typed);
        view.chrome = view.chrome.with_address(edit_draft(id));
        view
    };
    Ok((status, page(&app, &view)?).into_response())
}
