//! What an application form brought, and how one that was refused is shown again.

use axum::http::StatusCode;

use super::reissue_new::step1;
use crate::app::reissue::Refusal;
use crate::domain::form::{Field, FieldError, Input};
use crate::views::{ErrorItem, Link};
use crate::web::kit::posted::{FileField, Form, Kind};

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
    !form.get("contact_confirmed").is_empty()
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
        Refusal::Electronic(electronic) => {
            let link = Link::new(&electronic.url, "下载电子证书");
            unprocessable(Some(ErrorItem::general(electronic.sentence(), Some(link))))
        }
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
