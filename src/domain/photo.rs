//! The photo rules of the manual: JPEG, 295×413 pixels, 10 KB to 30 KB, white background.
//!
//! An uploaded file is untrusted input. The checks are ordered so that each one makes the next cheap: size, signature, marker segments with
//! the dimensions (before anything is decoded: a forged header would cost half a gigabyte), a clean end, a strict decode, the background.
//! An accepted photo keeps its picture data byte for byte and loses every segment that is not needed to show it (EXIF with its GPS position
//! and thumbnail, XMP, comments). An EXIF orientation is refused by name: without it the picture would lie on its side, and neither side of
//! the photo is a multiple of the blocks that could be rotated without re-encoding the picture.
//!
//! Of a picture that breaks rules, [`judge`] makes a photo that keeps them, for its owner to look at.

mod background;
mod decoder;
pub(super) mod exif;
mod huffman;
mod make;
mod problem;
mod scans;
pub(super) mod segments;

use jpeg_decoder::PixelFormat;

pub use exif::Orientation;
pub use make::{MAX_PIXELS, Made, Verdict, judge};
pub use problem::{Coding, FileKind, PhotoProblem, mended, refused};
use segments::Clean;

/// In pixels.
pub const WIDTH: u16 = 295;
/// In pixels.
pub const HEIGHT: u16 = 413;
const PIXELS: usize = WIDTH as usize * HEIGHT as usize;
/// 10 KB, at 1024 bytes a KB as file managers count, of the file as uploaded.
pub const MIN_BYTES: usize = 10 * 1024;
/// 30 KB, at 1024 bytes a KB, of the file as uploaded.
pub const MAX_BYTES: usize = 30 * 1024;

/// A photo that passed every rule, without metadata. Only [`check`] constructs one.
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

/// Checks an uploaded file against every rule, and returns the first one broken.
///
/// Costs milliseconds and a few megabytes, whatever the bytes; call it off the async threads. The minimum of 10 KB is checked after the
/// structure, because for a damaged file the damage is the better message than the size.
pub fn check(bytes: &[u8]) -> Result<CleanPhoto, PhotoProblem> {
    if bytes.is_empty() {
        return Err(PhotoProblem::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(PhotoProblem::TooLarge { bytes: bytes.len() });
    }
    let clean = segments::clean(bytes, |shape| match (shape.orientation, shape.width, shape.height) {
        (Some(orientation), ..) => Err(PhotoProblem::Orientation(orientation)),
        (None, WIDTH, HEIGHT) => Ok(()),
        (None, width, height) => Err(PhotoProblem::Dimensions { width: width.into(), height: height.into() }),
    })?;
    if bytes.len() < MIN_BYTES {
        return Err(PhotoProblem::TooSmall { bytes: bytes.len() });
    }
    // The cleaned file is decoded, not the uploaded one: the checked bytes are the stored ones.
    background::check(&decode(&clean)?)?;
    Ok(CleanPhoto(clean.bytes))
}

/// The pixels as rows of RGB.
fn decode(clean: &Clean) -> Result<Vec<u8>, PhotoProblem> {
    let (mut decoder, format) = decoder::open(clean, PIXELS * 3)?;
    let pixels = decoder.decode().map_err(|_| decoder::DAMAGED)?;
    match format {
        PixelFormat::RGB24 if pixels.len() == PIXELS * 3 => Ok(pixels),
        PixelFormat::L8 if pixels.len() == PIXELS => Ok(pixels.into_iter().flat_map(|grey| [grey; 3]).collect()),
        _ => Err(PhotoProblem::Damaged("pixel count")),
    }
}

#[cfg(test)]
#[path = "photo/tests.rs"]
mod tests;
