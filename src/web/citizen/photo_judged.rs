//! Judging uploaded pictures, off the async threads and few at a time; and the name under which a photo is kept.

use tokio::sync::Semaphore;

use crate::app::drafts::{PictureKind, PictureName};
use crate::domain::photo::{self, Verdict};
use crate::web::kit::error::WebError;

/// Bytes of a photo that are kept while it arrives: what phones make of a portrait. More is counted.
pub(super) const MAX_PHOTO: usize = 8 * 1024 * 1024;

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

/// The sentence for a file of which not all was kept.
pub(super) fn too_large(bytes: usize) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1024 * 1024);
    format!("照片文件不能超过 8MB，您上传的是 {}.{}MB，请更换较小的照片", tenths / 10, tenths % 10)
}

/// Of a photo that is kept with a draft.
pub(super) fn photo_name(token: &str) -> PictureName {
    PictureName::of(PictureKind::Photo, token)
}
