//! What an application form brought, and how one that was refused is shown again.

use axum::http::StatusCode;

use super::photo_judged::MAX_PHOTO;
use super::photo_posted::{Handed, handed_late};
use super::reissue_new::{step1, step2, target};
use crate::app::App;
use crate::app::drafts::{ApplicationDraft, DraftOf, EditDraft};
use crate::app::reissue::Refusal;
use crate::app::unsent::{Unsent, UnsentDraft};
use crate::domain::form::{Field, FieldError, Input};
use crate::ids::ApplicationId;
use crate::views::{ErrorItem, Link};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::{FileField, Form, Kind, Late, Sent};

/// The form of step 2 and of 申请信息维护.
#[derive(Debug)]
pub(crate) struct ApplicationForm;

impl Kind for ApplicationForm {
    const FILE: Option<FileField> = Some(FileField { name: Field::Photo.as_str(), most_bytes: MAX_PHOTO });

    fn typed(sent: &Sent<'_>) -> Option<Unsent> {
        let token = |name| Some(sent.form.get(name).to_owned()).filter(|token| !token.is_empty());
        let typed = ApplicationDraft {
            input: input(sent.form),
            photo_token: token("photo_token"),
            photo_proposal: token("photo_proposal"),
            photo_lost: false,
            confirmed_contact: confirmed_contact(sent.form),
        };
        unsent(sent.path, sent.form, typed)
    }

    async fn unsent(app: &App, late: Late) -> Result<Option<Unsent>, WebError> {
        let Late { former, path, mut form } = late;
        let Handed { kept, proposal, lost: photo_lost, .. } = handed_late(app, former.person, &mut form).await?;
        let photo_proposal = proposal.map(|proposal| proposal.token);
        let (input, confirmed_contact) = (input(&form), confirmed_contact(&form));
        let typed = ApplicationDraft { input, photo_token: kept, photo_proposal, photo_lost, confirmed_contact };
        Ok(unsent(&path, &form, typed))
    }
}

/// What was typed, as its draft, and the page of that.
fn unsent(path: &str, form: &Form, typed: ApplicationDraft) -> Option<Unsent> {
    if let Some(id) = path.strip_prefix("/applications/") {
        let (id, version) = (id.parse().ok()?, form.get("version").parse().ok()?);
        let draft = UnsentDraft::new(DraftOf::Edit(id), &EditDraft { version, form: typed });
        return Some(Unsent { address: edit_draft(id), draft });
    }
    let target = target(Some(form.get("certificate")), Some(form.get("exam_code"))).ok()?;
    let address = step2(&target);
    Some(Unsent { address, draft: UnsentDraft::new(DraftOf::Application(target), &typed) })
}

/// 申请信息维护 with what was typed into it.
pub(super) fn edit_draft(id: ApplicationId) -> String {
    format!("/applications/{id}?draft=1")
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

/// What a box sends that its visitor has ticked.
const TICKED: &str = "1";

/// The contact that is in doubt, where whoever typed it stands by it.
pub(super) fn confirmed_contact(form: &Form) -> Option<String> {
    let (contact, tick) = (form.get(Field::Contact.as_str()), form.get("contact_confirmed"));
    // One that was given back ticked is about the contact of then.
    let is_confirmed = tick == TICKED || (!tick.is_empty() && tick == contact);
    is_confirmed.then(|| contact.to_owned())
}

/// The words for fields of which only the beginning was kept.
pub(super) fn with_overlong(form: &Form, errors: Vec<FieldError>) -> Vec<FieldError> {
    let worded = |error: FieldError| FieldError {
        message: form.overlong(error.field.as_str(), error.field.label()).unwrap_or(error.message),
        field: error.field,
    };
    errors.into_iter().map(worded).collect()
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) errors: Vec<FieldError>,
    /// An error that belongs to no field.
    pub(super) general: Option<ErrorItem>,
    /// An edit conflict: what another editor saved is shown beside what was typed.
    pub(super) conflict: bool,
}

/// Every reason in the words of the page.
pub(super) fn answer(why: Refusal, exam_code: &str) -> Answer {
    let unprocessable =
        |general| Answer { status: StatusCode::UNPROCESSABLE_ENTITY, errors: Vec::new(), general, conflict: false };
    let to_list = || Some(Link::new(step1(exam_code), "查看证书列表"));
    match why {
        Refusal::Electronic(electronic) => {
            let link = Link::new(&electronic.url, "下载电子证书");
            unprocessable(Some(ErrorItem::general(electronic.sentence(), Some(link))))
        }
        Refusal::Invalid(errors) => Answer { errors, ..unprocessable(None) },
        Refusal::NotEligible(sentence) => unprocessable(Some(ErrorItem::general(sentence, to_list()))),
        Refusal::Registered => {
            unprocessable(Some(ErrorItem::general("系统中已登记该证书，请从证书列表中选择，不必自行填写。", to_list())))
        }
        Refusal::AlreadyOpen(id) => {
            let link = Link::new(format!("/applications/{id}"), "查看已提交的补证申请");
            let words = "该证书已有未办结的补证申请，无需重复申请。需要修改的，请使用“申请信息维护”。";
            unprocessable(Some(ErrorItem::general(words, Some(link))))
        }
        Refusal::Conflict => Answer { status: StatusCode::CONFLICT, conflict: true, ..unprocessable(None) },
    }
}
