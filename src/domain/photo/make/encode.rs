//! The photo's file.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::{HEIGHT, PhotoProblem, WIDTH};

/// `quality` is that of the IJG's encoder, 1 to 100. Colours at half the resolution: the bytes go where the eye looks.
pub(super) fn jpeg(rgb: &[u8], quality: u8) -> Result<Vec<u8>, PhotoProblem> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(rgb, WIDTH, HEIGHT, ColorType::Rgb).map_err(|_| PhotoProblem::Damaged("encoder"))?;
    Ok(file)
}
