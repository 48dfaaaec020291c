//! `GET /applications/{id}`: 申请信息维护, or a look at what is approved.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::application_list::{self, feedback};
use super::form_fields::Fields;
use super::photo_posted::{LOST, left};
use crate::app::App;
use crate::app::drafts::{ApplicationDraft, DraftOf, EditDraft, Kept};
use crate::app::maintain::{Shown, Step, StepWord};
use crate::domain::application::merge;
use crate::domain::case::Level;
use crate::domain::form::{FieldError, Input};
use crate::views::{
    ApplicationShow, ApplicationStep, Conflict, ErrorItem, KeptPhoto, Menu, PhotoField, PhotoProposal, PhotoSlot,
    error_items,
};
use crate::web::kit::drafts::{kept_photo, with_draft};
use crate::web::kit::error::WebError;
use crate::web::kit::told::application_chrome;
use crate::web::kit::visitor::SignedIn;
use crate::web::kit::words::{china_time, system_name};
use crate::web::kit::{AppState, page};

pub(crate) async fn handle(
    State(app): AppState,
    visitor: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let mut shown = app.application(visitor.person, id).await?;
    let kept = match wanted.draft {
        Some(_) if shown.status.is_editable() => app.draft::<EditDraft>(visitor.person, &DraftOf::Edit(id)).await?,
        _ => None,
    };
    let Some(Kept { cause, typed: EditDraft { version, mut form } }) = kept else {
        let typed = Typed::stored(&shown);
        let mut view = view(&app, &visitor, shown, typed);
        view.chrome = application_chrome(&app, &visitor).await;
        return page(&app, &view);
    };
    // What was saved elsewhere meanwhile is told when this is saved.
    shown.version = version;
    let proposal = left(&app, visitor.person, &mut form).await?;
    form.input = merge(&shown.locked, form.input);
    let typed = Typed::of(form, proposal, &shown);
    let mut view = view(&app, &visitor, shown, typed);
    view.chrome = with_draft(application_chrome(&app, &visitor).await, cause);
    page(&app, &view)
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    /// What was typed and not saved, in place of what is stored.
    draft: Option<String>,
}

pub(super) struct Typed<'a> {
    pub(super) input: Input,
    pub(super) photo_token: Option<String>,
    /// A photo that was handed in is no longer there.
    pub(super) photo_lost: bool,
    pub(super) proposal: Option<PhotoProposal>,
    /// The contact by which whoever typed it stands.
    pub(super) confirmed_contact: Option<String>,
    /// A slot that was opened for a phone.
    pub(super) slot: Option<PhotoSlot>,
    pub(super) errors: &'a [FieldError],
    pub(super) general: Option<ErrorItem>,
    /// An edit conflict: what another editor saved is shown beside what was typed.
    pub(super) conflict: bool,
}

impl Typed<'_> {
    pub(super) fn of(draft: ApplicationDraft, proposal: Option<PhotoProposal>, shown: &Shown) -> Self {
        let ApplicationDraft { input, photo_token, photo_lost, confirmed_contact, .. } = draft;
        Self { input, photo_token, photo_lost, proposal, confirmed_contact, ..Self::stored(shown) }
    }

    pub(super) fn stored(shown: &Shown) -> Self {
        Self {
            input: shown.input.clone(),
            photo_token: None,
            photo_lost: false,
            proposal: None,
            confirmed_contact: None,
            slot: None,
            errors: &[],
            general: None,
            conflict: false,
        }
    }
}

pub(super) fn view(app: &App, visitor: &SignedIn, shown: Shown, typed: Typed<'_>) -> ApplicationShow {
    let url = format!("/applications/{}", shown.id);
    let fields = Fields {
        door: visitor.way.door(),
        exam_code: &shown.exam.code,
        locked: &shown.locked,
        catalogue: &shown.catalogue,
        input: &typed.input,
        errors: typed.errors,
        reasons: &shown.story.reasons,
        saved: typed.conflict.then_some(&shown.input),
        photo_required_through: app.config.reissue.photo_required_through,
        confirmed_contact: typed.confirmed_contact.as_deref(),
    };
    let kept = match typed.photo_token {
        Some(token) => Some(kept_photo(token)),
        None => shown.has_photo.then(|| KeptPhoto { token: None, url: Some(format!("{url}/photo")) }),
    };
    let (texts, photo) = (fields.texts(), fields.photo(kept));
    let lost = typed.photo_lost.then(|| LOST.to_owned());
    let photo = photo.map(|photo| PhotoField {
        proposal: typed.proposal,
        slot: typed.slot,
        error: photo.error.or(lost),
        ..photo
    });
    let errors = typed.general.into_iter().chain(error_items(&texts, photo.as_ref())).collect();
    ApplicationShow {
        chrome: visitor.chrome().at(Menu::Applications),
        url,
        reference: shown.reference,
        system: shown.system.as_deref().map(system_name),
        status: application_list::shown(shown.status),
        feedback: feedback(shown.status, &shown.feedback),
        editable: shown.status.is_editable(),
        steps: shown.story.steps.iter().map(step).collect(),
        waits_at: shown.story.waits_at.map(waits),
        version: shown.version.to_string(),
        fields: texts,
        photo,
        errors,
        conflict: typed.conflict.then(|| Conflict { saved_at: shown.saved_at.map(china_time).unwrap_or_default() }),
    }
}

fn step(step: &Step) -> ApplicationStep {
    let words = match step.what {
        StepWord::Submitted => "提交",
        StepWord::Edited => "修改申请信息",
        StepWord::Examined => "市级审核完成，报省级审核",
        StepWord::Approved => "省级审核：审核通过",
        StepWord::Rejected => "省级审核：审核未过",
        StepWord::Reopened => "省级重新审核",
    };
    ApplicationStep { at: china_time(step.at), words }
}

const fn waits(level: Level) -> &'static str {
    match level {
        Level::City => "正在市级审核",
        Level::Province => "正在省级审核",
    }
}
