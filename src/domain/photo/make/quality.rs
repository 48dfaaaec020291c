//! The highest JPEG quality whose file keeps the rule for the size.

use super::{MAX_BYTES, MIN_BYTES};

const LEAST: u8 = 40;
const MOST: u8 = 100;

/// Bisects: sizes are taken to grow with the quality. `None`: the best file is too small, or none is small enough.
pub(super) fn best<E>(mut size_at: impl FnMut(u8) -> Result<usize, E>) -> Result<Option<u8>, E> {
    let enough = |quality, size| (size >= MIN_BYTES).then_some(quality);
    let size = size_at(MOST)?;
    if size <= MAX_BYTES {
        return Ok(enough(MOST, size));
    }
    let (mut low, mut high) = (LEAST, MOST);
    let mut size_at_low = size_at(low)?;
    if size_at_low > MAX_BYTES {
        return Ok(None);
    }
    while high - low > 1 {
        let middle = u8::midpoint(low, high);
        match size_at(middle)? {
            size if size > MAX_BYTES => high = middle,
            size => (low, size_at_low) = (middle, size),
        }
    }
    Ok(enough(low, size_at_low))
}
