//! A picture that a citizen attaches to a request for manual verification: one JPEG or PNG, told by content.
//!
//! Hostile until proven otherwise, as the photo of an application is ([`super::photo`]). Dimensions come first, before anything of
//! that size is set aside; then every code of the picture is walked; nothing may stand behind the end. What passes keeps its
//! picture data byte for byte and loses everything else: EXIF with its GPS position, text, thumbnails. Only the orientation of EXIF
//! stays, alone: telephones turn pictures by nothing else.

mod png;
mod problem;

use super::photo::segments::{self, Shape};
use super::photo::{FileKind, PhotoProblem};
use super::word::words;
pub use problem::EvidenceProblem;

/// 6 MB, at 1024 × 1024 bytes a MB, of the file as uploaded: above what phones make of a document.
pub const MAX_BYTES: usize = 6 * 1024 * 1024;

/// So many pictures may be attached to one request, one after the other. The schema holds this too.
pub const MAX_PICTURES: usize = 5;

/// In pixels, whatever the sides.
pub const MAX_PIXELS: u64 = 25_000_000;

words! {
    /// What kind of picture it is.
    pub enum MediaType {
        Jpeg = "image/jpeg",
        Png = "image/png",
    }
}

/// A picture that keeps all rules, without metadata. Only [`check`] makes one.
#[derive(Clone, PartialEq, Eq)]
pub struct Evidence {
    media_type: MediaType,
    bytes: Vec<u8>,
}

impl Evidence {
    /// What it is to be served as.
    pub const fn media_type(&self) -> MediaType {
        self.media_type
    }

    /// The file to store.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Evidence({}, {} bytes)", self.media_type.as_str(), self.bytes.len())
    }
}

/// Checks an uploaded file against every rule, and gives the first one broken.
///
/// A large picture keeps a core busy: call it off the async threads, few at a time.
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

/// Refuses pictures of no or too many pixels.
fn size(width: u32, height: u32) -> Result<(), EvidenceProblem> {
    match u64::from(width) * u64::from(height) {
        0 => Err(EvidenceProblem::Damaged("no pixels")),
        pixels if pixels > MAX_PIXELS => Err(EvidenceProblem::Pixels { width, height }),
        _ => Ok(()),
    }
}

/// Nothing is decoded: the walk knows every code, and every table that a picture needs.
fn jpeg(bytes: &[u8]) -> Result<Vec<u8>, EvidenceProblem> {
    let clean = segments::clean(bytes, |&Shape { width, height, .. }| {
        size(width.into(), height.into()).map_err(|_| PhotoProblem::Dimensions { width, height })
    })?;
    Ok(clean.bytes)
}

#[cfg(test)]
#[path = "evidence/tests.rs"]
mod tests;
