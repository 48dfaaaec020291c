//! The photo's field: 考生照片.

use serde::Serialize;

/// 考生照片.
#[derive(Debug, Clone, Serialize)]
pub struct PhotoField {
    /// Demanded for the year that stands in the form now.
    pub required: bool,
    /// The last year whose certificates need a photo (`reissue.photo_required_through`).
    pub required_through: i32,
    pub error: Option<String>,
    /// Why it was refused, in the reviewers' words.
    pub remark: Option<String>,
    /// A photo that keeps all rules and was handed in before.
    pub kept: Option<KeptPhoto>,
    /// A photo that its owner has to agree to first.
    pub proposal: Option<PhotoProposal>,
    /// A slot that waits for a picture from a phone.
    pub slot: Option<PhotoSlot>,
}

/// A photo that was made of a picture that did not fit, or came from a phone. Counts once `photo_consent` is sent with it.
#[derive(Debug, Clone, Serialize)]
pub struct PhotoProposal {
    /// Hidden field `photo_proposal`.
    pub token: String,
    /// Where it can be looked at.
    pub url: String,
    /// Where it comes from, and what to look at.
    pub words: String,
}

impl PhotoProposal {
    pub fn new(token: String, words: impl Into<String>) -> Self {
        Self { url: format!("/photo/proposals/{token}"), token, words: words.into() }
    }
}

/// How a phone hands a picture over.
#[derive(Debug, Clone, Serialize)]
pub struct PhotoSlot {
    /// Hidden field `photo_slot`.
    pub id: String,
    /// To be typed on the phone, in two groups.
    pub code: String,
    /// Two words that the phone shows too.
    pub words: String,
    /// Where the code is typed.
    pub address: String,
    /// The same as a picture for the phone's camera.
    pub qr_url: String,
    pub minutes: u64,
    /// What became of the question whether a picture has come.
    pub note: Option<&'static str>,
}

/// A photo that need not be chosen again.
#[derive(Debug, Clone, Serialize)]
pub struct KeptPhoto {
    /// Hidden field `photo_token`: finds a photo that came with a form refused for other reasons. `None` where the photo
    /// already belongs to the application.
    pub token: Option<String>,
    /// Where the photo can be looked at; `None` where it cannot yet.
    pub url: Option<String>,
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    pub(in crate::views) fn empty() -> PhotoField {
        PhotoField {
            required: true,
            required_through: 2016,
            error: None,
            remark: None,
            kept: None,
            proposal: None,
            slot: None,
        }
    }

    pub(in crate::views) fn proposed() -> PhotoField {
        let proposal = PhotoProposal::new("proposal-token".into(), "照片已由系统自动裁剪，请核对。");
        PhotoField { error: Some("请核对下面的照片".into()), proposal: Some(proposal), ..empty() }
    }

    pub(in crate::views) fn waiting() -> PhotoField {
        let slot = PhotoSlot {
            id: "slot-1".into(),
            code: "7K2M 9PXQ".into(),
            words: "苹果 月亮".into(),
            address: "https://bz.example.gov.cn/photo".into(),
            qr_url: "/photo/slots/slot-1/qr.svg".into(),
            minutes: 10,
            note: Some("还没有收到手机传来的照片。"),
        };
        PhotoField { slot: Some(slot), ..empty() }
    }
}
