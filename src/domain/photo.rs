//! The photo rules of the manual: JPEG, 295×413 pixels, 10 KB to 30 KB, white background.
//!
//! An uploaded file is hostile until proven otherwise. It is read in an order in which each step makes the next one
//! cheap: size, signature, marker segments with the dimensions (before anything is decoded: a forged header would cost
//! half a gigabyte), a clean end, a strict decode, the background. What passes keeps its picture data byte for byte and
//! loses every segment that is not needed to show it (EXIF with its GPS position and thumbnail, XMP, comments). An EXIF
//! orientation is not obeyed: the pixels as stored must be upright.

mod background;
mod huffman;
mod problem;
mod scans;
pub(super) mod segments;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

pub use problem::{Coding, FileKind, PhotoProblem};

/// In pixels.
pub const WIDTH: u16 = 295;
/// In pixels.
pub const HEIGHT: u16 = 413;
/// 10 KB, at 1024 bytes a KB as file managers count, of the file as uploaded.
pub const MIN_BYTES: usize = 10 * 1024;
/// 30 KB, at 1024 bytes a KB, of the file as uploaded.
pub const MAX_BYTES: usize = 30 * 1024;

/// A photo that keeps all rules, without metadata. Only [`check`] makes one.
#[derive(Clone, PartialEq, Eq)]
pub struct CleanPhoto(Vec<u8>);

impl CleanPhoto {
    /// The JPEG file to store. It may be under [`MIN_BYTES`]: the rule is for the file as uploaded.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl std::fmt::Debug for CleanPhoto {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CleanPhoto({} bytes)", self.0.len())
    }
}

/// Checks an uploaded file against every rule, and gives the first one broken.
///
/// Costs milliseconds and a few megabytes, whatever the bytes; call it off the async threads. The floor of 10 KB is
/// measured after the structure, because a damaged file is told more about by its damage than by its size.
pub fn check(bytes: &[u8]) -> Result<CleanPhoto, PhotoProblem> {
    if bytes.is_empty() {
        return Err(PhotoProblem::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(PhotoProblem::TooLarge { bytes: bytes.len() });
    }
    let clean = segments::clean(bytes, |width, height| {
        if (width, height) == (WIDTH, HEIGHT) { Ok(()) } else { Err(PhotoProblem::Dimensions { width, height }) }
    })?;
    if bytes.len() < MIN_BYTES {
        return Err(PhotoProblem::TooSmall { bytes: bytes.len() });
    }
    // The cleaned file is decoded, not the uploaded one: what is stored is what was looked at.
    background::check(&decode(&clean)?)?;
    Ok(CleanPhoto(clean))
}

/// The pixels as rows of RGB.
fn decode(jpeg: &[u8]) -> Result<Vec<u8>, PhotoProblem> {
    let options = DecoderOptions::new_safe()
        .set_strict_mode(true)
        .set_max_width(usize::from(WIDTH))
        .set_max_height(usize::from(HEIGHT))
        .jpeg_set_max_scans(scans::MAX_SCANS)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let pixels = JpegDecoder::new_with_options(ZCursor::new(jpeg), options)
        .decode()
        .map_err(|_| PhotoProblem::Damaged("picture data"))?;
    if pixels.len() == usize::from(WIDTH) * usize::from(HEIGHT) * 3 {
        Ok(pixels)
    } else {
        Err(PhotoProblem::Damaged("pixel count"))
    }
}

#[cfg(test)]
#[path = "photo/tests.rs"]
mod tests;
