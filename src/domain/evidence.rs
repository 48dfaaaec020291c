//! A picture that a citizen attaches to a request for manual verification: one JPEG or PNG, recognised by its content.
//!
//! The file is untrusted input, like the photo of an application ([`super::photo`]). Dimensions are checked before memory of that size is
//! allocated; then every code of the picture is walked; no data may follow the end. An accepted picture keeps its picture data byte for
//! byte and loses everything else: EXIF with its GPS position, text, thumbnails. Of EXIF only the orientation is kept, because phones
//! rotate pictures by that entry alone.

mod png;
mod problem;

use super::photo::segments::{self, Shape};
use super::photo::{FileKind, PhotoProblem};
use super::word::words;
pub use problem::EvidenceProblem;

/// 6 MB, at 1024 × 1024 bytes a MB, of the file as uploaded: above what phones make of a document.
pub const MAX_BYTES: usize = 6 * 1024 * 1024;

/// Pictures that may be attached to one request. The schema enforces this too.
pub const MAX_PICTURES: usize = 5;

/// In pixels, independent of the aspect ratio.
pub const MAX_PIXELS: u64 = 25_000_000;

words! {
    pub enum MediaType {
        Jpeg = "image/jpeg",
        Png = "image/png",
    }
}

/// A picture that passed every rule, without metadata. Only [`check`] constructs one.
#[derive(Clone, PartialEq, Eq)]
pub struct Evidence {
    media_type: MediaType,
    bytes: Vec<u8>,
}

impl Evidence {
    pub const fn media_type(&self) -> MediaType {
        self.media_type
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Evidence({}, {} bytes)", self.media_type.as_str(), self.bytes.len())
    }
}

/// Checks an uploaded file against every rule, and returns the first one broken.
///
/// A large picture occupies a core: call this off the async threads, few at a time.
pub fn check(bytes: &[u8]) -> Result<Evidence, EvidenceProblem> {
    if bytes.is_empty() {
        return Err(EvidenceProblem::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(EvidenceProblem::TooLarge { bytes: bytes.len() });
    }
    match FileKind::of(bytes) {
        FileKind::Jpeg => Ok(Evidence { media_type: MediaType::Jpeg, bytes: jpeg(bytes)? }),
        FileKind::Png => Ok(Evidence { media_type: MediaType::Png, bytes: png::clean(bytes)? }),
        kind => Err(EvidenceProblem::Kind { kind }),
    }
}

fn size(width: u32, height: u32) -> Result<(), EvidenceProblem> {
    match u64::from(width) * u64::from(height) {
        0 => Err(EvidenceProblem::Damaged("no pixels")),
        pixels if pixels > MAX_PIXELS => Err(EvidenceProblem::Pixels { width, height }),
        _ => Ok(()),
    }
}

/// Decodes nothing: the walk knows every code, and every table that a picture needs.
fn jpeg(bytes: &[u8]) -> Result<Vec<u8>, EvidenceProblem> {
    let clean = segments::clean(bytes, |&Shape { width, height, .. }| {
        let (width, height) = (width.into(), height.into());
        size(width, height).map_err(|_| PhotoProblem::Dimensions { width, height })
    })?;
    Ok(clean.bytes)
}

#[cfg(test)]
#[path = "evidence/tests.rs"]
mod tests;
