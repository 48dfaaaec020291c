//! White background, measured outside the head: a band along the top edge, and the upper parts of both sides.

use super::problem::PhotoProblem;
use super::{HEIGHT, WIDTH};

/// A standard portrait leaves 20 to 40 rows above the hair.
const TOP_ROWS: usize = 16;
/// Hair and shoulders reach the edge below the middle; above it, rarely within this many columns.
const SIDE_COLUMNS: usize = 16;
const SIDE_ROWS: usize = HEIGHT as usize * 2 / 5;

/// The darkest channel of a white that is slightly grey from a scanner or a lamp, and of JPEG noise around it.
const LEAST_CHANNEL: u8 = 220;
/// The largest difference between the channels of such a white: a light blue (200,220,245) is not one.
const MOST_SPREAD: u8 = 24;
/// Tolerates stray hair, a thin frame line left by cutting, and dust.
const LEAST_WHITE_PERCENT: usize = 85;

/// Measures rows of RGB pixels of the right dimensions.
pub(super) fn check(pixels: &[u8]) -> Result<(), PhotoProblem> {
    let mut white = 0;
    let mut others = [const { Vec::new() }; 3];
    for (index, pixel) in pixels.as_chunks::<3>().0.iter().enumerate() {
        let (row, column) = (index / usize::from(WIDTH), index % usize::from(WIDTH));
        if !is_background(row, column) {
            continue;
        }
        if is_white(*pixel) {
            white += 1;
        } else {
            others.iter_mut().zip(pixel).for_each(|(channel, value)| channel.push(*value));
        }
    }
    let share = white * 100 / (white + others[0].len()).max(1);
    if share >= LEAST_WHITE_PERCENT {
        return Ok(());
    }
    let [red, green, blue] = others.map(median);
    Err(PhotoProblem::Background { white_percent: u8::try_from(share).unwrap_or(100), colour: (red, green, blue) })
}

fn is_background(row: usize, column: usize) -> bool {
    let at_side = column < SIDE_COLUMNS || column >= usize::from(WIDTH) - SIDE_COLUMNS;
    row < TOP_ROWS || (row < SIDE_ROWS && at_side)
}

fn is_white([red, green, blue]: [u8; 3]) -> bool {
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    least >= LEAST_CHANNEL && most - least <= MOST_SPREAD
}

/// The median of the pixels that are not white, so that the refusal names the wrong colour, not a mixture.
fn median(mut values: Vec<u8>) -> u8 {
    let middle = values.len() / 2;
    if values.is_empty() { 0 } else { *values.select_nth_unstable(middle).1 }
}

#[cfg(test)]
mod tests;
