//! `GET /applications/{id}` and a refused `POST` to it: 申请信息维护, or a look at what is approved.

use serde::Serialize;

use super::{Chrome, ErrorItem, FormField, PhotoField, Status, View};

#[derive(Debug, Clone, Serialize)]
pub struct ApplicationShow {
    pub chrome: Chrome,
    /// `/applications/ID`, where the form goes.
    pub url: String,
    /// 受理号; `None` for an old application that has none.
    pub reference: Option<String>,
    /// The old system it comes from.
    pub system: Option<String>,
    pub status: Status,
    /// 审核结果反馈; empty where there is none.
    pub feedback: String,
    /// What was done with it, oldest first.
    pub steps: Vec<ApplicationStep>,
    /// Such as 正在市级审核.
    pub waits_at: Option<&'static str>,
    /// False: everything is shown as text and nothing can be saved.
    pub editable: bool,
    /// Hidden field `version`: the version that this form was made from.
    pub version: String,
    /// In the manual's order.
    #[serde(serialize_with = "super::field::sheet")]
    pub fields: Vec<FormField>,
    /// `None` where no photo belongs to the application.
    pub photo: Option<PhotoField>,
    pub errors: Vec<ErrorItem>,
    /// 409: what another editor saved is in each field's [`FormField::saved`].
    pub conflict: Option<Conflict>,
}

/// A step on the way to the answer.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationStep {
    /// Such as 2026年9月20日 10:24.
    pub at: String,
    pub words: &'static str,
}

/// An edit conflict.
#[derive(Debug, Clone, Serialize)]
pub struct Conflict {
    /// When the other one was saved, such as 2026年9月20日 10:24.
    pub saved_at: String,
}

impl View for ApplicationShow {
    const TEMPLATE: &'static str = "application_show.html";

    fn shows_blobs(&self) -> bool {
        self.editable && self.photo.is_some()
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::field::samples::{manual, registered};
        use super::photo_field::samples;
        use super::{KeptPhoto, Link, error_items};

        let chrome = super::chrome::samples::signed_in().at(super::Menu::Applications);
        let kept = KeptPhoto { token: None, url: Some("/applications/a-1/photo".into()) };
        let photo = PhotoField { kept: Some(kept), ..samples::empty() };
        let pending = Self {
            chrome,
            url: "/applications/a-1".into(),
            reference: Some("BZ20260920-4K7M2P".into()),
            system: None,
            status: Status { code: "pending", word: "等待审核" },
            feedback: String::new(),
            steps: vec![ApplicationStep { at: "2026年9月20日 10:24".into(), words: "提交" }],
            waits_at: Some("正在市级审核"),
            editable: true,
            version: "3".into(),
            fields: registered(),
            photo: None,
            errors: Vec::new(),
            conflict: None,
        };
        let mut conflicting = registered();
        if let Some(contact) = conflicting.last_mut() {
            *contact = FormField::new("contact", "联系方式", "13800000000").saved("13900000000");
        }
        let duplicate = ErrorItem {
            field: Some("certificate_number".into()),
            message: "该证书已有未办结的补证申请。".into(),
            link: Some(Link::new("/applications/a-2", "查看已提交的补证申请")),
        };
        vec![
            Self { errors: vec![duplicate], fields: manual(), photo: Some(photo.clone()), ..pending.clone() },
            Self {
                status: Status { code: "rejected", word: "审核未过" },
                waits_at: None,
                feedback: "照片底色不是白色，请重新上传。".into(),
                system: Some("原证书补办系统".into()),
                reference: None,
                steps: Vec::new(),
                errors: error_items(&manual(), Some(&photo)),
                fields: manual(),
                photo: Some(photo.clone()),
                ..pending.clone()
            },
            Self {
                fields: conflicting,
                conflict: Some(Conflict { saved_at: "2026年9月20日 10:24".into() }),
                ..pending.clone()
            },
            Self {
                status: Status { code: "approved", word: "审核通过" },
                editable: false,
                photo: Some(photo),
                ..pending.clone()
            },
            Self { fields: manual(), photo: Some(samples::proposed()), ..pending.clone() },
            Self { fields: manual(), photo: Some(samples::waiting()), ..pending.clone() },
            pending,
        ]
    }
}
