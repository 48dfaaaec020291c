//! What the form of 申请人工核实 brought.

use tokio::sync::Semaphore;

use crate::domain::evidence::{self, Evidence, EvidenceProblem};
use crate::domain::verification::{Field, Statement};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::{File, FileField, Form, Kind};

/// Pictures decoded at once: the largest keep a core busy, and take memory for their pixels.
static DECODERS: Semaphore = Semaphore::const_new(2);

/// A request and its picture.
#[derive(Debug)]
pub(crate) struct RequestForm;

impl Kind for RequestForm {
    const FILE: Option<FileField> = Some(FileField { name: Field::Evidence.as_str(), most_bytes: evidence::MAX_BYTES });
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

/// The picture, if any; or the sentence that refuses it.
pub(super) async fn picture(file: File) -> Result<Result<Option<Evidence>, String>, WebError> {
    let File { bytes, size, chosen, others } = file;
    if size == 0 && !chosen {
        return Ok(Ok(None));
    }
    if others {
        return Ok(Err("每次只能附一张证明图片。提交后可以再次填写，补充其他图片".to_owned()));
    }
    let checked = if size > bytes.len() {
        Err(EvidenceProblem::TooLarge { bytes: size })
    } else {
        let permit = DECODERS.acquire().await;
        // The work holds the permit: a visitor who leaves ends the request, and not the work.
        let checked = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            evidence::check(&bytes)
        });
        checked.await.map_err(|error| WebError::Internal(Box::new(error)))?
    };
    Ok(match checked {
        Ok(evidence) => Ok(Some(evidence)),
        Err(problem) => {
            tracing::info!(problem = problem.code(), "evidence refused");
            Err(problem.to_string())
        }
    })
}
