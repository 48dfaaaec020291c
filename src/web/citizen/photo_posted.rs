//! The photo of a posted form: as it is, as its owner agreed to it, or as a proposal to look at.

use super::photo_judged::judged;
use crate::app::App;
use crate::app::reissue::Photo;
use crate::domain::photo::{self, Verdict};
use crate::ids::PersonId;
use crate::views::PhotoProposal;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Form;
use crate::web::kit::visitor::SignedIn;

const CONSENT: &str = "请核对下面的照片，确认使用后再提交";
const FROM_PHONE: &str = "已收到手机传来的照片，请核对是不是您要用的照片。";
pub(super) const MADE: &str = "照片已由系统自动裁剪，请核对头部是否完整、清楚。";

/// What came with a form.
pub(super) struct Handed {
    pub(super) photo: Photo,
    /// The token that keeps a photo which keeps all rules.
    pub(super) kept: Option<String>,
    /// What its owner has to agree to first.
    pub(super) proposal: Option<PhotoProposal>,
}

impl Handed {
    fn good(bytes: Vec<u8>, token: String) -> Self {
        Self { photo: Photo::Good(bytes), kept: Some(token), proposal: None }
    }

    fn refused(words: String) -> Self {
        Self { photo: Photo::Refused(words), kept: None, proposal: None }
    }

    fn proposed(token: String, words: impl Into<String>) -> Self {
        let proposal = Some(PhotoProposal::new(token, words));
        Self { photo: Photo::Refused(CONSENT.to_owned()), kept: None, proposal }
    }
}

/// A file that was chosen comes first; then a proposal of before, a phone's picture, and a photo of before.
pub(super) async fn handed(app: &App, visitor: &SignedIn, form: &mut Form) -> Result<Handed, WebError> {
    let bytes = std::mem::take(&mut form.file.bytes);
    if !bytes.is_empty() {
        return chosen(app, visitor.person, bytes).await;
    }
    let token = form.get("photo_proposal");
    if let Some(bytes) = app.proposed_photo(visitor.person, token).await? {
        if form.get("photo_consent") != "yes" {
            return Ok(Handed::proposed(token.to_owned(), MADE));
        }
        let kept = app.keep_photo(visitor.person, &bytes).await?;
        app.forget_proposal(visitor.person, token).await?;
        return Ok(Handed::good(bytes, kept));
    }
    if let Some((slot, Some(bytes))) = app.photo_slot(&visitor.session, form.get("photo_slot")).await? {
        let token = app.propose_photo(visitor.person, &bytes).await?;
        app.close_photo_slot(&slot).await?;
        return Ok(Handed::proposed(token, FROM_PHONE));
    }
    let token = form.get("photo_token");
    Ok(match app.kept_photo(visitor.person, token).await? {
        Some(bytes) => Handed::good(bytes, token.to_owned()),
        None => Handed { photo: Photo::None, kept: None, proposal: None },
    })
}

async fn chosen(app: &App, person: PersonId, bytes: Vec<u8>) -> Result<Handed, WebError> {
    Ok(match judged(bytes).await? {
        Verdict::Fits(clean) => {
            let token = app.keep_photo(person, clean.bytes()).await?;
            Handed::good(clean.into_bytes(), token)
        }
        Verdict::Made(made) => {
            let token = app.propose_photo(person, made.photo.bytes()).await?;
            let flaws = photo::mended(&made.flaws);
            let words = if flaws.is_empty() {
                MADE.to_owned()
            } else {
                format!("您上传的照片不符合要求（{flaws}）。{MADE}")
            };
            Handed::proposed(token, words)
        }
        Verdict::Refused(flaws) => Handed::refused(photo::refused(&flaws)),
    })
}
