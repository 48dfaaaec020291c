//! `/photo`: the page on the phone that sends a photo.

use serde::Serialize;

use super::{Chrome, ErrorItem, View};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneStep {
    /// The code is typed.
    Code,
    /// A picture is taken or chosen.
    Picture,
    /// It has been sent.
    Sent,
}

/// Knows no person: whoever finds the phone sees two words.
#[derive(Debug, Clone, Serialize)]
pub struct PhotoPhone {
    pub chrome: Chrome,
    pub step: PhoneStep,
    /// Two words that the computer shows too.
    pub words: Option<String>,
    /// What was typed.
    pub code: String,
    pub errors: Vec<ErrorItem>,
}

impl View for PhotoPhone {
    const TEMPLATE: &'static str = "photo_phone.html";

    fn shows_blobs(&self) -> bool {
        true
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::Link;

        let code = Self {
            chrome: super::chrome::samples::anonymous(),
            step: PhoneStep::Code,
            words: None,
            code: String::new(),
            errors: Vec::new(),
        };
        let error = |field: &str, message: &str| {
            let link = Some(Link::new("/help", "操作指南"));
            vec![ErrorItem { field: Some(field.into()), message: message.into(), link }]
        };
        let picture = Self { step: PhoneStep::Picture, words: Some("苹果 月亮".into()), ..code.clone() };
        vec![
            Self { code: "7K2M".into(), errors: error("code", "代码不正确或已失效"), ..code.clone() },
            code,
            Self {
                errors: error("photo", "这张照片是印刷格式，请用手机重新拍照"), ..picture.clone()
            },
            Self { step: PhoneStep::Sent, ..picture.clone() },
            picture,
        ]
    }
}
