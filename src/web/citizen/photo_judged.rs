//! Judging uploaded pictures, off the async threads and few at a time.

use tokio::sync::Semaphore;

use crate::domain::photo::{self, Verdict};
use crate::web::kit::error::WebError;

/// Pictures judged at once. A phone's takes a core for a good part of a second and up to 150 MB (`domain::photo::MAX_PIXELS`): a flood of them
/// must take neither all cores nor the memory.
static JUDGES: Semaphore = Semaphore::const_new(2);

pub(super) async fn judged(bytes: Vec<u8>) -> Result<Verdict, WebError> {
    let permit = JUDGES.acquire().await;
    // The work holds the permit: a visitor who leaves ends the request, and not the work.
    let judged = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        photo::judge(&bytes)
    });
    let verdict = judged.await.map_err(|error| WebError::Internal(Box::new(error)))?;
    if let Verdict::Refused(flaws) = &verdict {
        let problems: Vec<_> = flaws.iter().map(photo::PhotoProblem::code).collect();
        tracing::info!(?problems, "photo refused");
    }
    Ok(verdict)
}
