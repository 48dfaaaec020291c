//! A photo made of any JPEG or PNG: upright, the middle part, on white, at the highest quality that fits.
//!
//! The picture is untrusted input. A JPEG is walked code by code before anything is decoded ([`segments`]); dimensions are judged before
//! memory of that size is allocated. What comes out has passed [`super::check`] like any other photo.

mod crop;
mod encode;
mod jpeg;
mod png;
mod quality;
mod raster;

use super::exif::Orientation;
use super::problem::{FileKind, PhotoProblem};
use super::segments::Shape;
use super::{CleanPhoto, HEIGHT, MAX_BYTES, MIN_BYTES, WIDTH, check};
use crop::Crop;
use raster::Raster;

/// In pixels, independent of the aspect ratio: above what phones make unless asked for more. Decoding so many takes up to 150 MB.
pub const MAX_PIXELS: u64 = 25_000_000;

/// A picture enlarged more than this often is too coarse to tell a face by.
const MOST_ENLARGED: u32 = 2;

/// What becomes of an uploaded file.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Keeps every rule: stays as it is.
    Fits(CleanPhoto),
    /// A photo was made of it, to be looked at by its owner before it counts.
    Made(Made),
    /// Every rule that it breaks; at least one is none that can be mended here.
    Refused(Vec<PhotoProblem>),
}

/// A photo made of a picture that broke rules.
#[derive(Debug, PartialEq, Eq)]
pub struct Made {
    pub photo: CleanPhoto,
    /// The rules that the picture broke.
    pub flaws: Vec<PhotoProblem>,
}

/// Judges an uploaded file, and makes a photo of it where it does not fit.
///
/// A large picture occupies a core for a good part of a second and up to 150 MB: call this off the async threads, few at a time.
pub fn judge(bytes: &[u8]) -> Verdict {
    if let Ok(clean) = check(bytes) {
        return Verdict::Fits(clean);
    }
    let mut flaws = Vec::new();
    let read = match FileKind::of(bytes) {
        _ if bytes.is_empty() => Err(PhotoProblem::Empty),
        FileKind::Jpeg => jpeg::read(bytes, &mut flaws),
        FileKind::Png => png::read(bytes, &mut flaws),
        kind => Err(PhotoProblem::NotJpeg { kind }),
    };
    match read.and_then(|picture| develop(&picture)) {
        Ok(photo) => Verdict::Made(Made { photo, flaws }),
        Err(problem) => {
            flaws.push(problem);
            Verdict::Refused(flaws)
        }
    }
}

/// The photo of a picture: its middle part.
fn develop(picture: &Picture) -> Result<CleanPhoto, PhotoProblem> {
    let (width, height) = picture.size;
    let crop = Crop::middle(width, height);
    if crop.width * MOST_ENLARGED < u32::from(WIDTH) || crop.height * MOST_ENLARGED < u32::from(HEIGHT) {
        return Err(PhotoProblem::TooFewPixels { width, height });
    }
    let (raster_width, raster_height) = picture.raster.size();
    let pixels = picture.raster.scaled(&Crop::middle(raster_width, raster_height));
    let at = |quality| encode::jpeg(&pixels, quality);
    let quality = quality::best(|quality| at(quality).map(|file| file.len()))?.ok_or(PhotoProblem::NoQuality)?;
    check(&at(quality)?)
}

/// A decoded picture.
struct Picture {
    /// Width and height as shown, in pixels of the file. The raster may have fewer.
    size: (u32, u32),
    raster: Raster,
}

/// The width and height in which a picture is shown.
fn shown((width, height): (u32, u32), orientation: Option<Orientation>) -> (u32, u32) {
    if orientation.is_some_and(Orientation::swaps_sides) { (height, width) } else { (width, height) }
}

/// Judges dimensions before memory of that size is allocated, and tells of those that are not the photo's.
fn measure(stored: (u32, u32), orientation: Option<Orientation>) -> Result<Option<PhotoProblem>, PhotoProblem> {
    let (width, height) = shown(stored, orientation);
    match u64::from(width) * u64::from(height) {
        0 => Err(PhotoProblem::Damaged("no pixels")),
        pixels if pixels > MAX_PIXELS => Err(PhotoProblem::TooManyPixels { width, height }),
        _ if (width, height) == (WIDTH.into(), HEIGHT.into()) => Ok(None),
        _ => Ok(Some(PhotoProblem::Dimensions { width, height })),
    }
}

/// The rule for the file's size that it breaks.
fn weigh(bytes: usize) -> Option<PhotoProblem> {
    if bytes > MAX_BYTES {
        return Some(PhotoProblem::TooLarge { bytes });
    }
    (bytes < MIN_BYTES).then_some(PhotoProblem::TooSmall { bytes })
}

#[cfg(test)]
mod tests;
