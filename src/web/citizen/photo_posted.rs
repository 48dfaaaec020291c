//! The photo of a posted form: as it is, as its owner agreed to it, or as a proposal to look at.

use super::photo_judged::{judged, too_large};
use crate::app::App;
use crate::app::drafts::{PictureKind, PictureName};
use crate::app::reissue::Photo;
use crate::domain::photo::{self, Verdict};
use crate::ids::PersonId;
use crate::views::PhotoProposal;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::{File, Form};
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
    if let Some(handed) = sent(app, visitor.person, form).await? {
        return Ok(handed);
    }
    if let Some((slot, Some(bytes))) = app.photo_slot(&visitor.session, form.get("photo_slot")).await? {
        let token = app.propose_photo(visitor.person, &bytes).await?;
        app.close_photo_slot(&slot).await?;
        return Ok(Handed::proposed(token, FROM_PHONE));
    }
    of_before(app, visitor.person, form).await
}

/// The same of a form whose session has ended, and with it the phone's slot.
pub(super) async fn handed_late(app: &App, person: PersonId, form: &mut Form) -> Result<Handed, WebError> {
    match sent(app, person, form).await? {
        Some(handed) => Ok(handed),
        None => of_before(app, person, form).await,
    }
}

/// A file that was chosen, or a proposal of before.
async fn sent(app: &App, person: PersonId, form: &mut Form) -> Result<Option<Handed>, WebError> {
    let File { bytes, size, .. } = std::mem::take(&mut form.file);
    if size > bytes.len() {
        tracing::info!(problem = "larger than an upload", "photo refused");
        return Ok(Some(Handed::refused(too_large(size))));
    }
    if !bytes.is_empty() {
        return Ok(Some(chosen(app, person, bytes).await?));
    }
    let token = form.get("photo_proposal");
    let Some(bytes) = app.proposed_photo(person, token).await? else { return Ok(None) };
    if form.get("photo_consent") != "yes" {
        return Ok(Some(Handed::proposed(token.to_owned(), MADE)));
    }
    let kept = app.keep_photo(person, &bytes).await?;
    app.forget_proposal(person, token).await?;
    Ok(Some(Handed::good(bytes, kept)))
}

/// A photo that came with an earlier form.
async fn of_before(app: &App, person: PersonId, form: &Form) -> Result<Handed, WebError> {
    let token = form.get("photo_token");
    Ok(match app.kept_picture(person, &PictureName::of(PictureKind::Photo, token)).await? {
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
