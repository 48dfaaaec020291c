//! What an application form brought, and how one that was refused is shown again.

use axum::http::StatusCode;
use tokio::sync::Semaphore;

use super::form_fields::CONFIRM_CONTACT;
use super::reissue_new::step1;
use crate::app::App;
use crate::app::reissue::{Photo, Refusal};
use crate::domain::form::{Field, FieldError, Input};
use crate::domain::photo;
use crate::views::{ErrorItem, Link};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::{FileField, Form, Kind, Posted};
use crate::web::kit::visitor::SignedIn;

/// Photos decoded at once: a decode takes a core for a few milliseconds, and a flood of them must not take them all.
static DECODERS: Semaphore = Semaphore::const_new(2);

/// The form of step 2 and of 申请信息维护.
#[derive(Debug)]
pub(crate) struct ApplicationForm;

impl Kind for ApplicationForm {
    const FILE: Option<FileField> = Some(FileField { name: Field::Photo.as_str(), most_bytes: usize::MAX });
}

/// The fields that the rules know; others do not count.
pub(super) fn input(form: &Form) -> Input {
    let mut input = Input::default();
    for (name, value) in form.fields() {
        if let Some(field) = Field::from_word(name) {
            input.set(field, value);
        }
    }
    input
}

/// Whether whoever typed a contact that is in doubt stands by it.
pub(super) fn is_contact_confirmed(form: &Form) -> bool {
    !form.get(CONFIRM_CONTACT).is_empty()
}

/// The photo that came with the form, or that was kept from before, and the token that keeps it.
pub(super) async fn photo(
    app: &App,
    posted: &mut Posted<SignedIn, ApplicationForm>,
) -> Result<(Photo, Option<String>), WebError> {
    let (person, form) = (posted.visitor.person, &mut posted.form);
    let bytes = std::mem::take(&mut form.file.bytes);
    if bytes.is_empty() {
        let token = form.get("photo_token");
        return Ok(match app.kept_photo(person, token).await? {
            Some(bytes) => (Photo::Good(bytes), Some(token.to_owned())),
            None => (Photo::None, None),
        });
    }
    let permit = DECODERS.acquire().await;
    // The work holds the permit: a visitor who leaves ends the request, and not the work.
    let checked = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        photo::check(&bytes)
    });
    match checked.await.map_err(|error| WebError::Internal(Box::new(error)))? {
        Ok(clean) => {
            let token = app.keep_photo(person, clean.bytes()).await?;
            Ok((Photo::Good(clean.into_bytes()), Some(token)))
        }
        Err(problem) => {
            tracing::info!(problem = problem.code(), "photo refused");
            Ok((Photo::Refused(problem.to_string()), None))
        }
    }
}

pub(super) struct Told {
    pub(super) status: StatusCode,
    pub(super) errors: Vec<FieldError>,
    /// An error that belongs to no field.
    pub(super) general: Option<ErrorItem>,
    /// An edit conflict: what another editor saved is shown beside what was typed.
    pub(super) conflict: bool,
}

/// Every reason in the words of the page.
pub(super) fn told(why: Refusal, exam_code: &str) -> Told {
    let unprocessable =
        |general| Told { status: StatusCode::UNPROCESSABLE_ENTITY, errors: Vec::new(), general, conflict: false };
    let to_list = || Some(Link::new(step1(exam_code), "查看证书列表"));
    match why {
        Refusal::Invalid(errors) => Told { errors, ..unprocessable(None) },
        Refusal::NotEligible(sentence) => unprocessable(Some(ErrorItem::general(sentence, to_list()))),
        Refusal::Registered => {
            unprocessable(Some(ErrorItem::general("系统中已登记该证书，请从证书列表中选择，不必自行填写。", to_list())))
        }
        Refusal::AlreadyOpen(id) => {
            let link = Link::new(format!("/applications/{id}"), "查看已提交的补证申请");
            let words = "该证书已有未办结的补证申请，无需重复申请。需要修改的，请使用“申请信息维护”。";
            unprocessable(Some(ErrorItem::general(words, Some(link))))
        }
        Refusal::Conflict => Told { status: StatusCode::CONFLICT, conflict: true, ..unprocessable(None) },
    }
}
