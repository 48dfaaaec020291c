//! Pictures as screens and scanners make them.

use png::{ColorType, Decoder, Limits, Transformations};
use std::io::Cursor;

use super::raster::{Channels, Raster};
use super::{FileKind, MAX_PIXELS, Orientation, PhotoProblem, Picture, measure, shown, weigh};

const DAMAGED: PhotoProblem = PhotoProblem::Damaged("png");
/// Colour and transparency, 8 bits each.
const MOST_BYTES: u64 = MAX_PIXELS * 4;

/// Reads a PNG; of a moving one the still picture.
pub(super) fn read(bytes: &[u8], flaws: &mut Vec<PhotoProblem>) -> Result<Picture, PhotoProblem> {
    flaws.push(PhotoProblem::NotJpeg { kind: FileKind::Png });
    flaws.extend(weigh(bytes.len()));
    let most = usize::try_from(MOST_BYTES).unwrap_or(usize::MAX);
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: most });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let header = decoder.read_header_info().map_err(|_| DAMAGED)?;
    let stored = (header.width, header.height);
    measure(stored, None)?;
    let mut reader = decoder.read_info().map_err(|_| DAMAGED)?;
    let exif = reader.info().exif_metadata.as_deref().and_then(Orientation::of_tiff);
    let orientation = exif.filter(|orientation| !orientation.is_upright());
    flaws.extend(orientation.map(PhotoProblem::Orientation));
    flaws.extend(measure(stored, orientation)?);
    let channels = match reader.output_color_type().0 {
        ColorType::Grayscale => Channels::Grey,
        ColorType::GrayscaleAlpha => Channels::GreyAlpha,
        ColorType::Rgb => Channels::Rgb,
        ColorType::Rgba => Channels::RgbAlpha,
        ColorType::Indexed => return Err(DAMAGED),
    };
    let size = reader.output_buffer_size().filter(|size| *size <= most).ok_or(DAMAGED)?;
    let mut pixels = vec![0; size];
    reader.next_frame(&mut pixels).map_err(|_| DAMAGED)?;
    let raster = Raster::new(stored, channels, pixels, orientation).ok_or(DAMAGED)?;
    Ok(Picture { size: shown(stored, orientation), raster })
}
