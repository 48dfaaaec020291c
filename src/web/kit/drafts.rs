//! Forms that are shown as they were left.

use crate::app::drafts::{Cause, PictureKind, PictureName};
use crate::views::{Chrome, KeptPhoto};

/// Says that the form holds what was typed before, and that it is not submitted. Who stepped back knows.
pub(crate) fn with_draft(chrome: Chrome, cause: Cause) -> Chrome {
    match cause {
        Cause::Back => chrome,
        Cause::Refused => chrome.with_notice("下面是您上次填写的内容，尚未提交。"),
        Cause::Failed => chrome.with_notice(
            "上次提交时系统出错。您填写的内容已保留在下面，请核对后重新提交；实际已经受理的，不会重复受理。",
        ),
        Cause::SignedInAgain => {
            chrome.with_notice("您刚才填写的页面是重新登录之前打开的。填写的内容已保留在下面，尚未提交。请核对后提交。")
        }
        Cause::Expired => chrome.with_notice("登录超时前您填写的内容已保留在下面，尚未提交。请核对后提交。"),
    }
}

/// A photo that is kept with a form.
pub(crate) fn kept_photo(token: String) -> KeptPhoto {
    kept(PictureKind::Photo, token)
}

/// A picture of evidence that is kept with a form.
pub(crate) fn kept_evidence(token: String) -> KeptPhoto {
    kept(PictureKind::Evidence, token)
}

fn kept(kind: PictureKind, token: String) -> KeptPhoto {
    KeptPhoto { url: Some(PictureName::of(kind, &token).address()), token: Some(token) }
}
