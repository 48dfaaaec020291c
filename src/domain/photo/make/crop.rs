//! The part of a picture that becomes the photo.

use super::{HEIGHT, WIDTH};

/// In pixels of the picture as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Crop {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Crop {
    /// The largest part in the middle that has the photo's proportions.
    pub(super) fn middle(width: u32, height: u32) -> Self {
        let (across, down) = (u64::from(WIDTH), u64::from(HEIGHT));
        let is_wide = u64::from(width) * down > u64::from(height) * across;
        let (cut_width, cut_height) = if is_wide {
            (rounded(u64::from(height) * across, down).min(width), height)
        } else {
            (width, rounded(u64::from(width) * down, across).min(height))
        };
        Self { x: (width - cut_width) / 2, y: (height - cut_height) / 2, width: cut_width, height: cut_height }
    }
}

/// The nearest whole number to the quotient; at least 1.
fn rounded(dividend: u64, divisor: u64) -> u32 {
    u32::try_from((2 * dividend + divisor) / (2 * divisor)).unwrap_or(u32::MAX).max(1)
}
