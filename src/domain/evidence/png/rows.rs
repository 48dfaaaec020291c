//! The rows of the picture, counted off as the data inflates.

use flate2::{Decompress, FlushDecompress, Status};

use super::header::Header;
use crate::domain::evidence::problem::EvidenceProblem::{self, Damaged, Truncated};

/// The last of the five filters (9.2).
const LAST_FILTER: u8 = 4;

/// The rows that the compressed stream still has to produce.
pub(super) struct Rows {
    stream: Decompress,
    /// Remaining passes, the current one last.
    passes: Vec<(u32, usize)>,
    /// Remaining bytes of the current row.
    left: usize,
    pub(super) begun: bool,
    ended: bool,
}

impl Rows {
    pub(super) fn new(header: &Header) -> Self {
        let mut passes = header.passes();
        passes.reverse();
        Self { stream: Decompress::new(true), passes, left: 0, begun: false, ended: false }
    }

    pub(super) fn take(&mut self, mut data: &[u8]) -> Result<(), EvidenceProblem> {
        self.begun = true;
        let mut pixels = [0; 16 * 1024];
        while !data.is_empty() {
            if self.ended {
                return Err(Damaged("data behind the picture"));
            }
            let (read, written) = (self.stream.total_in(), self.stream.total_out());
            let status = self.stream.decompress(data, &mut pixels, FlushDecompress::None);
            let status = status.map_err(|_| Damaged("compressed data"))?;
            let moved = |total: u64, before: u64| usize::try_from(total - before).unwrap_or(usize::MAX);
            let (read, written) = (moved(self.stream.total_in(), read), moved(self.stream.total_out(), written));
            self.count(&pixels[..written])?;
            data = &data[read..];
            self.ended = status == Status::StreamEnd;
            if !self.ended && read == 0 && written == 0 {
                return Err(Damaged("compressed data"));
            }
        }
        // Output that the inflater still holds back exceeds this chunk's buffer: it comes with the next chunk, or with the end.
        Ok(())
    }

    /// Subtracts inflated bytes from the remaining rows.
    fn count(&mut self, mut pixels: &[u8]) -> Result<(), EvidenceProblem> {
        while let Some(filter) = pixels.first() {
            if self.left == 0 {
                let (rows, bytes) = self.passes.last_mut().ok_or(Damaged("more rows than promised"))?;
                if *filter > LAST_FILTER {
                    return Err(Damaged("filter"));
                }
                self.left = *bytes;
                *rows -= 1;
                if *rows == 0 {
                    self.passes.pop();
                }
            }
            let step = self.left.min(pixels.len());
            self.left -= step;
            pixels = &pixels[step..];
        }
        Ok(())
    }

    /// Checks that every row has come.
    pub(super) fn end(&mut self) -> Result<(), EvidenceProblem> {
        let mut pixels = [0; 16 * 1024];
        while !self.ended && self.begun {
            let written = self.stream.total_out();
            let status = self.stream.decompress(&[], &mut pixels, FlushDecompress::None).map_err(|_| Truncated)?;
            let written = usize::try_from(self.stream.total_out() - written).unwrap_or(usize::MAX);
            self.count(&pixels[..written])?;
            self.ended = status == Status::StreamEnd;
            if !self.ended && written == 0 {
                return Err(Truncated);
            }
        }
        if self.ended && self.left == 0 && self.passes.is_empty() { Ok(()) } else { Err(Truncated) }
    }
}
