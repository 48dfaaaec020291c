//! What the form of 申请人工核实 brought.

use tokio::sync::Semaphore;

use super::late_forms::REQUEST_DRAFT;
use crate::app::App;
use crate::app::drafts::{Chosen, DraftOf, PictureKind, PictureName, RequestDraft};
use crate::app::unsent::{Unsent, UnsentDraft};
use crate::domain::evidence::{self, Evidence, EvidenceProblem};
use crate::domain::verification::{Field, Statement};
use crate::ids::PersonId;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::{File, FileField, Form, Kind, Late, Sent};

/// Pictures decoded at once: the largest keep a core busy, and take memory for their pixels.
static DECODERS: Semaphore = Semaphore::const_new(2);

/// Of a picture that a form stood for and that is no longer there.
pub(super) const LOST: &str = "图片已失效，请重新选择";

/// A request and its picture.
#[derive(Debug)]
pub(crate) struct RequestForm;

impl Kind for RequestForm {
    const FILE: Option<FileField> = Some(FileField { name: Field::Evidence.as_str(), most_bytes: evidence::MAX_BYTES });

    async fn unsent(app: &App, late: Late) -> Result<Option<Unsent>, WebError> {
        let Late { former, mut form, .. } = late;
        let draft = draft(&former.csrf_token, &form);
        let picture = picture(app, former.person, &mut form).await?;
        // One that is gone is told where the form is shown.
        let picture_token = picture.map_or(draft.picture_token, |picture| picture.token);
        Ok(Some(unsent(&RequestDraft { picture_token, ..draft })))
    }

    fn typed(sent: &Sent<'_>) -> Option<Unsent> {
        Some(unsent(&draft(sent.csrf_token, sent.form)))
    }
}

fn unsent(draft: &RequestDraft) -> Unsent {
    Unsent { address: REQUEST_DRAFT.to_owned(), draft: UnsentDraft::new(DraftOf::Request, draft) }
}

/// What a session's form says, its picture as it was kept before.
pub(super) fn draft(csrf_token: &str, form: &Form) -> RequestDraft {
    let text = |name| Some(form.get(name).to_owned()).filter(|text| !text.is_empty());
    let chosen = text(Field::Account.as_str());
    RequestDraft {
        ask: form.get("ask").to_owned(),
        again: form.get("again").parse().ok(),
        chosen: chosen.map(|handle| Chosen { csrf_token: csrf_token.to_owned(), handle }),
        statement: statement(form),
        picture_token: text("evidence_token"),
    }
}

/// The picture of a request, if any, kept for its next form.
#[derive(Default)]
pub(super) struct Picture {
    pub(super) evidence: Option<Evidence>,
    /// Stands for it in a form.
    pub(super) token: Option<String>,
}

impl Picture {
    /// Where it is kept.
    pub(super) fn name(&self) -> Option<PictureName> {
        self.token.as_deref().map(|token| PictureName::of(PictureKind::Evidence, token))
    }
}

pub(super) fn statement(form: &Form) -> Statement {
    let text = |field: Field| form.get(field.as_str()).to_owned();
    Statement {
        system: text(Field::System),
        old_number: text(Field::OldNumber),
        old_name: text(Field::OldName),
        exam: text(Field::Exam),
        year: text(Field::Year),
        note: text(Field::Note),
    }
}

/// The picture that came with the form, or that was kept from before; or the sentence that refuses it.
pub(super) async fn picture(app: &App, person: PersonId, form: &mut Form) -> Result<Result<Picture, String>, WebError> {
    let File { bytes, size, chosen, others } = std::mem::take(&mut form.file);
    if size == 0 && !chosen {
        let token = form.get("evidence_token");
        if token.is_empty() {
            return Ok(Ok(Picture::default()));
        }
        let kept = app.kept_picture(person, &PictureName::of(PictureKind::Evidence, token)).await?;
        let Some(kept) = kept else { return Ok(Err(LOST.to_owned())) };
        // Only the rules construct evidence.
        let evidence = checked(kept).await?.map_err(|problem| problem.to_string());
        return Ok(evidence.map(|evidence| Picture { evidence: Some(evidence), token: Some(token.to_owned()) }));
    }
    if others {
        return Ok(Err("每次只能附一张证明图片。提交后可以再次填写，补充其他图片".to_owned()));
    }
    let checked =
        if size > bytes.len() { Err(EvidenceProblem::TooLarge { bytes: size }) } else { checked(bytes).await? };
    Ok(match checked {
        Ok(evidence) => {
            let token = app.keep_evidence(person, evidence.bytes()).await?;
            Ok(Picture { evidence: Some(evidence), token: Some(token) })
        }
        Err(problem) => {
            tracing::info!(problem = problem.code(), "evidence refused");
            Err(problem.to_string())
        }
    })
}

async fn checked(bytes: Vec<u8>) -> Result<Result<Evidence, EvidenceProblem>, WebError> {
    let permit = DECODERS.acquire().await;
    // The work holds the permit: a visitor who leaves ends the request, and not the work.
    let checked = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        evidence::check(&bytes)
    });
    checked.await.map_err(|error| WebError::Internal(Box::new(error)))
}
