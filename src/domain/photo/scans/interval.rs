//! The walk over one restart interval of a scan.

use super::band::{Band, dc_code};
use super::header::Header;
use super::{DATA, Scans};
use crate::domain::photo::huffman::Bits;
use crate::domain::photo::problem::PhotoProblem;

impl Scans<'_> {
    /// Walks the MCUs `units` of an interleaved scan, or the blocks of any other, and returns the remaining bits.
    pub(super) fn interval<'d>(
        &mut self,
        header: &Header,
        units: std::ops::Range<usize>,
        data: &'d [u8],
    ) -> Result<Bits<'d>, PhotoProblem> {
        let mut bits = Bits::new(data);
        let mut end_of_band_run = 0;
        for unit in units {
            for &(index, dc, ac) in &header.components {
                let component = &mut self.components[index];
                let tables =
                    (self.dc_tables.get(dc).and_then(Option::as_ref), self.ac_tables.get(ac).and_then(Option::as_ref));
                let blocks = if header.components.len() == 1 { 1 } else { component.blocks_in_mcu };
                for _ in 0..blocks {
                    match (self.progressive, header.start, header.refining) {
                        (true, 0, true) => {
                            bits.take(1)?;
                        }
                        (true, 0, false) => dc_code(&mut bits, tables.0)?,
                        (true, _, refining) => {
                            let band = Band { from: header.start, to: header.end, table: tables.1.ok_or(DATA)? };
                            let nonzero = &mut component.nonzero[unit];
                            let walk = if refining { Band::refine } else { Band::first };
                            walk(&band, &mut bits, nonzero, &mut end_of_band_run)?;
                        }
                        (false, ..) => {
                            dc_code(&mut bits, tables.0)?;
                            let band = Band { from: 1, to: 63, table: tables.1.ok_or(DATA)? };
                            let mut run = 0;
                            band.first(&mut bits, &mut 0, &mut run)?;
                            if run > 0 {
                                return Err(DATA);
                            }
                        }
                    }
                }
            }
        }
        if end_of_band_run == 0 { Ok(bits) } else { Err(DATA) }
    }
}
