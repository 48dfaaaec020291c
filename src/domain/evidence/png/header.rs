//! The header chunk: size, colour, and the passes of an interlaced picture.

use super::size;
use crate::domain::evidence::problem::EvidenceProblem::{self, Damaged};

/// Columns and rows of the seven passes of Adam7: (first column, step, first row, step).
const ADAM7: [(u32, u32, u32, u32); 7] =
    [(0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2)];

/// The header chunk (11.2.2).
pub(super) struct Header {
    width: u32,
    height: u32,
    depth: u8,
    pub(super) colour: u8,
    interlaced: bool,
}

impl Header {
    pub(super) fn read(data: &[u8]) -> Result<Self, EvidenceProblem> {
        let &[w3, w2, w1, w0, h3, h2, h1, h0, depth, colour, 0, 0, interlace @ (0 | 1)] = data else {
            return Err(Damaged("header"));
        };
        let (width, height) = (u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]));
        size(width, height)?;
        match (colour, depth) {
            (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) | (2 | 4 | 6, 8 | 16) => {}
            _ => return Err(Damaged("colour type")),
        }
        Ok(Self { width, height, depth, colour, interlaced: interlace == 1 })
    }

    /// Returns the number of entries.
    pub(super) fn palette(&self, data: &[u8]) -> Result<usize, EvidenceProblem> {
        let entries = data.len() / 3;
        let most = if self.colour == 3 { 1 << self.depth } else { 256 };
        let fits = data.len().is_multiple_of(3) && (1..=most).contains(&entries) && matches!(self.colour, 2 | 3 | 6);
        if fits { Ok(entries) } else { Err(Damaged("palette")) }
    }

    pub(super) fn transparency(&self, data: &[u8], palette: usize) -> Result<(), EvidenceProblem> {
        let fits = match self.colour {
            0 => data.len() == 2,
            2 => data.len() == 6,
            3 => !data.is_empty() && data.len() <= palette,
            _ => false,
        };
        if fits { Ok(()) } else { Err(Damaged("transparency")) }
    }

    /// Rows as (count, bytes of each with its filter), pass after pass.
    pub(super) fn passes(&self) -> Vec<(u32, usize)> {
        let samples = match self.colour {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        let bits = u64::from(self.depth) * samples;
        let bytes = |width: u32| usize::try_from((u64::from(width) * bits).div_ceil(8) + 1).unwrap_or(usize::MAX);
        if !self.interlaced {
            return vec![(self.height, bytes(self.width))];
        }
        let passes = ADAM7.map(|(x, dx, y, dy)| {
            (self.width.saturating_sub(x).div_ceil(dx), self.height.saturating_sub(y).div_ceil(dy))
        });
        // A pass without columns or rows has no data at all, not even filters.
        let full = passes.into_iter().filter(|(columns, rows)| *columns > 0 && *rows > 0);
        full.map(|(columns, rows)| (rows, bytes(columns))).collect()
    }
}
