//! The JPEG decoder, set to read colours as browsers do.

use jpeg_decoder::{ColorTransform, Decoder, PixelFormat};

use super::problem::PhotoProblem;
use super::segments::{Clean, Colours};

/// What decoders refuse although the walk over the segments did not.
pub(super) const DAMAGED: PhotoProblem = PhotoProblem::Damaged("picture data");

/// A decoder that allocates `most_bytes` of pixels at most.
pub(super) fn open(clean: &Clean, most_bytes: usize) -> Result<(Decoder<&[u8]>, PixelFormat), PhotoProblem> {
    let mut decoder = Decoder::new(clean.bytes.as_slice());
    decoder.set_max_decoding_buffer_size(most_bytes);
    decoder.read_info().map_err(|_| DAMAGED)?;
    let format = decoder.info().ok_or(DAMAGED)?.pixel_format;
    if format == PixelFormat::RGB24 {
        // The decoder guesses from the components' numbers first, and browsers do not.
        decoder.set_color_transform(match clean.colours {
            Colours::YCbCr => ColorTransform::YCbCr,
            Colours::Rgb => ColorTransform::RGB,
        });
    }
    Ok((decoder, format))
}
