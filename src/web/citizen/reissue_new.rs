//! `GET /reissue/new`: step 2, from a registered certificate or filled in by hand.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::form_fields::Fields;
use super::photo_posted::{LOST, left};
use crate::app::App;
use crate::app::drafts::{ApplicationDraft, DraftOf};
use crate::app::reissue::{Form, Target};
use crate::domain::application::merge;
use crate::domain::certificate;
use crate::domain::day::year_digits;
use crate::domain::form::{Field, FieldError, parse_year};
use crate::domain::text::has_control;
use crate::views::{
    Electronic, ErrorItem, Link, Menu, PhotoField, PhotoProposal, PhotoSlot, ReissueForm, error_items, query_value,
};
use crate::web::kit::drafts::{kept_photo, with_draft};
use crate::web::kit::error::WebError;
use crate::web::kit::told::chrome_with_told;
use crate::web::kit::visitor::SignedIn;
use crate::web::kit::{AppState, page, see_other};

#[derive(Deserialize)]
pub(crate) struct Wanted {
    certificate: Option<String>,
    exam: Option<String>,
}

pub(crate) async fn handle(
    State(app): AppState,
    visitor: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    let target = target(wanted.certificate.as_deref(), wanted.exam.as_deref())?;
    let (form, eligibility) = app.step2(visitor.person, target).await?;
    if !eligibility.is_eligible() {
        return Ok(see_other(&step1(&form.exam.code)));
    }
    let kept = app.draft::<ApplicationDraft>(visitor.person, &DraftOf::Application(form.target.clone())).await?;
    let cause = kept.as_ref().map(|kept| kept.cause);
    let mut draft = kept.map(|kept| kept.typed).unwrap_or_default();
    let proposal = left(&app, visitor.person, &mut draft).await?;
    let filled = Filled { draft, proposal, slot: None, submission: Uuid::new_v4(), errors: &[], general: None };
    let mut view = view(&app, &visitor, &form, filled);
    view.chrome = chrome_with_told(&app, &visitor, Menu::Reissue).await;
    if let Some(cause) = cause {
        view.chrome = with_draft(view.chrome, cause);
    }
    page(&app, &view)
}

/// What an application is about, as query or hidden fields name it.
pub(super) fn target(certificate: Option<&str>, exam: Option<&str>) -> Result<Target, WebError> {
    match (certificate.filter(|id| !id.is_empty()), exam.filter(|code| !code.is_empty())) {
        (Some(id), _) => Ok(Target::Certificate(id.parse().map_err(|_| WebError::NotFound)?)),
        (None, Some(code)) if !has_control(code) => Ok(Target::Exam(code.to_owned())),
        (None, _) => Err(WebError::NotFound),
    }
}

pub(super) fn step1(exam_code: &str) -> String {
    format!("/reissue?exam={}", query_value(exam_code))
}

pub(super) fn step2(target: &Target) -> String {
    match target {
        Target::Certificate(id) => format!("/reissue/new?certificate={id}"),
        Target::Exam(code) => format!("/reissue/new?exam={}", query_value(code)),
    }
}

pub(super) struct Filled<'a> {
    pub(super) draft: ApplicationDraft,
    pub(super) proposal: Option<PhotoProposal>,
    /// A slot that was opened for a phone.
    pub(super) slot: Option<PhotoSlot>,
    pub(super) submission: Uuid,
    pub(super) errors: &'a [FieldError],
    /// An error that belongs to no field.
    pub(super) general: Option<ErrorItem>,
}

pub(super) fn view(app: &App, visitor: &SignedIn, form: &Form, filled: Filled<'_>) -> ReissueForm {
    let input = merge(&form.locked, filled.draft.input);
    let fields = Fields {
        reasons: &[],
        door: visitor.way.door(),
        exam_code: &form.exam.code,
        locked: &form.locked,
        catalogue: &form.catalogue,
        input: &input,
        errors: filled.errors,
        saved: None,
        photo_required_through: app.config.reissue.photo_required_through,
        confirmed_contact: filled.draft.confirmed_contact.as_deref(),
    };
    let electronic = match &form.target {
        Target::Certificate(_) => Vec::new(),
        Target::Exam(_) => app.policy.electronic_by_hand(&form.exam, input.get(Field::Year)),
    };
    let electronic = electronic.into_iter().map(|known| by_hand(known, input.get(Field::Year))).collect();
    let kept = filled.draft.photo_token.map(kept_photo);
    let (texts, photo) = (fields.texts(), fields.photo(kept));
    let lost = filled.draft.photo_lost.then(|| LOST.to_owned());
    let photo = photo.map(|photo| PhotoField {
        proposal: filled.proposal,
        slot: filled.slot,
        error: photo.error.or(lost),
        ..photo
    });
    let errors = filled.general.into_iter().chain(error_items(&texts, photo.as_ref())).collect();
    ReissueForm {
        chrome: visitor.chrome().at(Menu::Reissue),
        submission: filled.submission.to_string(),
        certificate: match &form.target {
            Target::Certificate(id) => Some(id.to_string()),
            Target::Exam(_) => None,
        },
        exam_code: form.exam.code.clone(),
        electronic,
        fields: texts,
        photo,
        errors,
    }
}

/// An electronic certificate, told before the year is known or of the year that is typed.
fn by_hand(known: &certificate::Electronic, year: &str) -> Electronic {
    let sentence = match parse_year(year_digits(year)) {
        Some(_) => known.sentence().to_owned(),
        None => format!("{} 年及以后年度：{}", known.since, known.sentence()),
    };
    Electronic { sentence, link: Link::new(&known.url, "下载电子证书") }
}
