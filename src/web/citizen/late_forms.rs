//! Forms in which nothing is typed that may be kept: whoever sends one after the session's end is told that it was not done.

use crate::app::drafts::{ClaimDraft, DraftOf};
use crate::app::unsent::{Unsent, UnsentDraft};
use crate::web::kit::posted::{FileField, Kind, Sent};

/// 有缺少 and 不是我的 of 承接清单; on 找回原账户 an old password of an account that was offered.
#[derive(Debug)]
pub(crate) struct ActForm;

impl Kind for ActForm {
    const FILE: Option<FileField> = None;

    fn typed(sent: &Sent<'_>) -> Option<Unsent> {
        // Of `/continuity/report` the page is `/continuity`.
        let (page, _) = sent.path.rsplit_once('/')?;
        Some(Unsent { address: page.to_owned(), draft: None })
    }
}

/// An account under another number. The number is kept, the password is not.
#[derive(Debug)]
pub(crate) struct ClaimForm;

impl Kind for ClaimForm {
    const FILE: Option<FileField> = None;

    fn typed(sent: &Sent<'_>) -> Option<Unsent> {
        let typed = ClaimDraft { old_number: sent.form.get("old_number").to_owned() };
        Some(Unsent { address: CLAIM_DRAFT.to_owned(), draft: UnsentDraft::new(DraftOf::Claim, &typed) })
    }
}

/// 找回原账户 with the number that was typed.
pub(super) const CLAIM_DRAFT: &str = "/link?draft=claim";

/// 找回原账户 with the request that was typed.
pub(super) const REQUEST_DRAFT: &str = "/link?draft=request";
