//! `GET /reissue/new` and a refused `POST /reissue`: step 2, 提交补证申请.

use serde::Serialize;

use super::{Chrome, Electronic, ErrorItem, FormField, PhotoField, View};

/// The application form, from a registered certificate or to be filled in by hand.
#[derive(Debug, Clone, Serialize)]
pub struct ReissueForm {
    pub chrome: Chrome,
    /// Hidden field `submission`: one value per form handed out, so that a double submission makes one application.
    pub submission: String,
    /// Hidden field `certificate`: the registered certificate's public id; `None` on the manual path.
    pub certificate: Option<String>,
    /// Hidden field `exam_code` (the visible `exam` shows the exam's name).
    pub exam_code: String,
    /// On the manual path: electronic certificates of the exam, of the year that is typed or, before one is, of all years.
    pub electronic: Vec<Electronic>,
    /// In the manual's order.
    #[serde(serialize_with = "super::field::sheet")]
    pub fields: Vec<FormField>,
    /// `None` where no photo belongs to the application (registered path, later years).
    pub photo: Option<PhotoField>,
    /// The error summary, see [`super::error_items`]; empty on a fresh form.
    pub errors: Vec<ErrorItem>,
}

impl View for ReissueForm {
    const TEMPLATE: &'static str = "reissue_form.html";

    fn shows_blobs(&self) -> bool {
        self.photo.is_some()
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::field::samples::{manual, registered};
        use super::photo_field::samples;
        use super::{KeptPhoto, Link, error_items};

        let chrome = super::chrome::samples::signed_in().at(super::Menu::Reissue);
        let fresh = Self {
            chrome,
            submission: "submission-sample".into(),
            certificate: Some("c-1".into()),
            exam_code: "cost".into(),
            electronic: Vec::new(),
            fields: registered(),
            photo: None,
            errors: Vec::new(),
        };
        let photo = |error: Option<&str>, kept| PhotoField { error: error.map(Into::into), kept, ..samples::empty() };
        let by_hand = |photo: Option<PhotoField>| Self {
            certificate: None,
            errors: error_items(&manual(), photo.as_ref()),
            fields: manual(),
            photo,
            ..fresh.clone()
        };
        let kept = |token: Option<&str>, url: Option<&str>| {
            Some(KeptPhoto { token: token.map(Into::into), url: url.map(Into::into) })
        };
        let electronic = Electronic {
            sentence: "2021 年及以后年度：该证书有电子证书，与纸质证书具有同等效力，可随时下载、打印。".into(),
            link: Link::new("https://cert.example.gov.cn/", "下载电子证书"),
        };
        let open = Link::new("/applications/a-1", "查看已提交的补证申请");
        let duplicate = ErrorItem::general("该证书已有未办结的补证申请。", Some(open));
        vec![
            fresh.clone(),
            by_hand(Some(photo(Some("照片尺寸应为 295 × 413 像素，现为 600 × 800 像素"), None))),
            by_hand(Some(photo(None, kept(Some("photo-token"), None)))),
            by_hand(Some(PhotoField { required: false, ..photo(None, None) })),
            Self { electronic: vec![electronic], ..by_hand(Some(samples::proposed())) },
            by_hand(Some(samples::waiting())),
            Self {
                errors: vec![duplicate],
                photo: Some(photo(None, kept(None, Some("/applications/a-1/photo")))),
                ..fresh
            },
        ]
    }
}
