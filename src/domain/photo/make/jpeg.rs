//! Pictures as cameras make them.

use jpeg_decoder::PixelFormat;
use std::cell::Cell;

use super::raster::{Channels, Raster};
use super::{Crop, HEIGHT, MAX_PIXELS, PhotoProblem, Picture, Shape, WIDTH, measure, shown, weigh};
use crate::domain::photo::decoder::{self, DAMAGED};
use crate::domain::photo::segments::{self, Clean};

/// Reads the first picture of a file; what phones write behind it (a film, a second picture) is none of ours.
pub(super) fn read(bytes: &[u8], flaws: &mut Vec<PhotoProblem>) -> Result<Picture, PhotoProblem> {
    flaws.extend(weigh(bytes.len()));
    let seen = Cell::new(None);
    let walked = segments::first_picture(bytes, |shape| {
        seen.set(Some(*shape));
        measure(stored(*shape), shape.orientation).map(drop)
    });
    if let Some(shape) = seen.get() {
        flaws.extend(shape.orientation.map(PhotoProblem::Orientation));
        flaws.extend(measure(stored(shape), shape.orientation).ok().flatten());
    }
    let (clean, rest) = walked?;
    flaws.extend(segments::check_tail(rest).err());
    let shape = seen.get().ok_or(PhotoProblem::Truncated)?;
    let raster = decode(&clean, shape)?;
    Ok(Picture { size: shown(stored(shape), shape.orientation), raster })
}

fn stored(shape: Shape) -> (u32, u32) {
    (shape.width.into(), shape.height.into())
}

/// At a half, a quarter or an eighth of its size where that is still twice what the photo needs.
fn decode(clean: &Clean, shape: Shape) -> Result<Raster, PhotoProblem> {
    let most_bytes = usize::try_from(MAX_PIXELS * 3).unwrap_or(usize::MAX);
    let (mut decoder, format) = decoder::open(clean, most_bytes)?;
    let (width, height) = wanted(shape);
    let (width, height) = decoder.scale(width, height).map_err(|_| DAMAGED)?;
    let channels = match format {
        PixelFormat::RGB24 => Channels::Rgb,
        PixelFormat::L8 => Channels::Grey,
        _ => return Err(DAMAGED),
    };
    let pixels = decoder.decode().map_err(|_| DAMAGED)?;
    Raster::new((width.into(), height.into()), channels, pixels, shape.orientation).ok_or(DAMAGED)
}

/// The stored size in which the middle part is twice the photo.
fn wanted(shape: Shape) -> (u16, u16) {
    let (width, height) = shown(stored(shape), shape.orientation);
    let crop = Crop::middle(width, height);
    let (needed, there) = (2 * u64::from(WIDTH.max(HEIGHT)), u64::from(crop.width.max(crop.height)));
    let part = |side: u16| u16::try_from((u64::from(side) * needed).div_ceil(there)).unwrap_or(side).min(side).max(1);
    (part(shape.width), part(shape.height))
}
