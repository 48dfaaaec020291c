//! Whether a JPEG's scans hold the whole picture, code by code (ITU-T T.81, annexes F and G).
//!
//! Decoders fill what is missing with grey and report success: of a photo cut anywhere and closed with an end marker, zune-jpeg 0.5.15 in
//! strict mode refused not one of 4,500 variants. So the codes are counted here: each scan must hold exactly the blocks that its header
//! promises, and all scans together every coefficient to its last bit.

mod band;
mod header;
mod interval;
mod tables;

use super::huffman::{Huffman, restart_intervals};
use super::problem::{Coding, PhotoProblem};
use header::SCAN_HEADER;

/// libjpeg writes 10 scans in a progressive colour file. Each scan walks the whole picture, so a file of nothing but scans is a denial of
/// service.
pub(super) const MAX_SCANS: usize = 24;

/// The standard's own limit (B.2.3).
const MAX_BLOCKS_IN_MCU: usize = 10;

const DATA: PhotoProblem = PhotoProblem::Damaged("scan data");

pub(super) struct Frame<'a> {
    pub(super) progressive: bool,
    /// In pixels.
    pub(super) width: u16,
    /// In pixels.
    pub(super) height: u16,
    /// The components' specifications, three bytes each.
    pub(super) specifications: &'a [u8],
}

/// State of the picture so far: tables may come before the frame and between scans.
#[derive(Default)]
pub(super) struct Scans<'a> {
    progressive: bool,
    /// Empty until the frame header.
    components: Vec<Component>,
    seen: usize,
    dc_tables: [Option<Huffman<'a>>; 4],
    ac_tables: [Option<Huffman<'a>>; 4],
    quantisation_tables: [bool; 4],
    /// In MCUs; 0: no restart markers.
    restart_interval: usize,
    /// MCUs across and down, where several components are interleaved.
    mcus: usize,
}

struct Component {
    id: u8,
    quantisation_table: u8,
    /// Blocks of this component in one MCU of an interleaved scan.
    blocks_in_mcu: usize,
    /// For each block, a bit for each coefficient known to be nonzero: a refining scan has one more bit for those.
    nonzero: Vec<u64>,
    /// For each coefficient, how many low bits are missing; `None` before its first scan.
    missing_bits: [Option<u8>; 64],
}

impl Scans<'_> {
    /// Walks one scan to its last bit.
    pub(super) fn scan(&mut self, header: &[u8], data: &[u8]) -> Result<(), PhotoProblem> {
        self.seen += 1;
        if self.seen > MAX_SCANS {
            return Err(PhotoProblem::Unsupported(Coding::Scans(MAX_SCANS)));
        }
        let header = self.header(header)?;
        let &[(first, ..), ref others @ ..] = header.components.as_slice() else { return Err(SCAN_HEADER) };
        let units = if others.is_empty() { self.components[first].nonzero.len() } else { self.mcus };
        let step = if self.restart_interval == 0 { units } else { self.restart_interval };
        let mut intervals = restart_intervals(data);
        for (number, from) in (0u8..8).cycle().zip((0..units).step_by(step)) {
            let (interval, restart) = intervals.next().ok_or(PhotoProblem::Truncated)?;
            let to = units.min(from + step);
            if restart != (to < units).then_some(number) {
                // Fewer intervals than the picture has: the file is truncated.
                return Err(if restart.is_none() { PhotoProblem::Truncated } else { DATA });
            }
            let bits = self.interval(&header, from..to, interval)?;
            if !(if to < units { bits.is_used_up() } else { bits.ends_scan() }) {
                return Err(DATA);
            }
        }
        Ok(())
    }

    /// Whether every coefficient of every component is complete to its last bit.
    pub(super) fn is_complete(&self) -> bool {
        !self.components.is_empty()
            && self.components.iter().all(|component| component.missing_bits.iter().all(|missing| *missing == Some(0)))
    }
}
