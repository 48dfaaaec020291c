//! The photo of a posted form: as it is, as its owner agreed to it, or as a proposal to look at.

use super::photo_judged::{judged, photo_name, too_large};
use crate::app::App;
use crate::app::drafts::ApplicationDraft;
use crate::app::reissue::Photo;
use crate::domain::photo::{self, Verdict};
use crate::ids::PersonId;
use crate::views::PhotoProposal;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::{File, Form};
use crate::web::kit::visitor::SignedIn;

const CONSENT: &str = "请核对下面的照片，选择是否使用后再提交";
const FROM_PHONE: &str = "已收到手机传来的照片，请核对是不是您要用的照片。";
const MADE: &str = "照片已由系统自动裁剪，请核对头部是否完整、清楚。";
/// Of a proposal that is shown once more, wherever it came from.
const AGAIN: &str = "请核对是不是您要用的照片，头部是否完整、清楚。";
/// Of a photo that a form stood for and that is no longer there.
pub(super) const LOST: &str = "照片已失效，请重新选择";

/// What came with a form.
pub(super) struct Handed {
    pub(super) photo: Photo,
    /// The token that keeps a photo which keeps all rules.
    pub(super) kept: Option<String>,
    /// What its owner has to agree to first.
    pub(super) proposal: Option<PhotoProposal>,
    /// What the form stood for is no longer there.
    pub(super) lost: bool,
}

impl Handed {
    const NOTHING: Self = Self { photo: Photo::None, kept: None, proposal: None, lost: false };

    fn good(bytes: Vec<u8>, token: String) -> Self {
        Self { photo: Photo::Good(bytes), kept: Some(token), ..Self::NOTHING }
    }

    fn refused(words: String) -> Self {
        Self { photo: Photo::Refused(words), ..Self::NOTHING }
    }

    fn proposed(token: String, words: impl Into<String>) -> Self {
        let proposal = Some(PhotoProposal::new(token, words));
        Self { proposal, ..Self::refused(CONSENT.to_owned()) }
    }

    fn lost(self) -> Self {
        Self { photo: Photo::Refused(LOST.to_owned()), lost: true, ..self }
    }

    /// A photo of before stays where nothing takes its place yet.
    fn over(self, before: Self) -> Self {
        let kept = if self.proposal.is_some() || self.lost { before.kept } else { self.kept };
        Self { kept, ..self }
    }
}

/// A file that was chosen comes first; then a proposal of before, a phone's picture, and a photo of before.
pub(super) async fn handed(app: &App, visitor: &SignedIn, form: &mut Form) -> Result<Handed, WebError> {
    let before = of_before(app, visitor.person, form).await?;
    if let Some(handed) = sent(app, visitor.person, form).await? {
        return Ok(handed.over(before));
    }
    let id = form.get("photo_slot");
    match app.photo_slot(&visitor.session, id).await? {
        Some((slot, Some(bytes))) => {
            let token = app.propose_photo(visitor.person, &bytes).await?;
            app.close_photo_slot(&slot).await?;
            Ok(Handed::proposed(token, FROM_PHONE).over(before))
        }
        // Who asks for a phone's picture gets a new slot.
        None if !id.is_empty() && !asks_for_phone(form) => Ok(before.lost()),
        _ => Ok(before),
    }
}

/// The photo that came with a form whose session has ended, and with it the phone's slot, or the one that was kept before.
pub(super) async fn handed_late(app: &App, person: PersonId, form: &mut Form) -> Result<Handed, WebError> {
    let before = of_before(app, person, form).await?;
    Ok(match sent(app, person, form).await? {
        Some(handed) => handed.over(before),
        None if !form.get("photo_slot").is_empty() => before.lost(),
        None => before,
    })
}

/// Finds what a draft's photo stands for now: the proposal to be shown, and in the draft whether a photo was lost.
pub(super) async fn left(
    app: &App,
    person: PersonId,
    draft: &mut ApplicationDraft,
) -> Result<Option<PhotoProposal>, WebError> {
    if let Some(token) = &draft.photo_token
        && !app.has_picture(person, &photo_name(token)).await?
    {
        draft.photo_token = None;
        draft.photo_lost = true;
    }
    if let Some(token) = &draft.photo_proposal
        && !app.has_proposal(person, token).await?
    {
        draft.photo_proposal = None;
        draft.photo_lost = true;
    }
    Ok(draft.photo_proposal.clone().map(|token| PhotoProposal::new(token, AGAIN)))
}

/// The form asks for a phone's picture.
fn asks_for_phone(form: &Form) -> bool {
    form.get("action") == "phone"
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
    let (token, consent) = (form.get("photo_proposal"), form.get("photo_consent"));
    let is_agreed = consent == "yes";
    // Another picture of the phone is to take the place of a proposal that nobody agreed to.
    let is_declined = consent == "no" || (!is_agreed && asks_for_phone(form));
    if token.is_empty() || is_declined {
        return Ok(None);
    }
    let Some(bytes) = app.proposed_photo(person, token).await? else { return Ok(Some(Handed::NOTHING.lost())) };
    if !is_agreed {
        return Ok(Some(Handed::proposed(token.to_owned(), AGAIN)));
    }
    let kept = app.keep_photo(person, &bytes).await?;
    Ok(Some(Handed::good(bytes, kept)))
}

/// A photo that came with an earlier form.
async fn of_before(app: &App, person: PersonId, form: &Form) -> Result<Handed, WebError> {
    let token = form.get("photo_token");
    if token.is_empty() {
        return Ok(Handed::NOTHING);
    }
    Ok(match app.kept_picture(person, &photo_name(token)).await? {
        Some(bytes) => Handed::good(bytes, token.to_owned()),
        None => Handed::NOTHING.lost(),
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
