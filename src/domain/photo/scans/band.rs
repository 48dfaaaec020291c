//! The coefficients of one scan, block after block.

use super::DATA;
use crate::domain::photo::huffman::{Bits, Huffman};
use crate::domain::photo::problem::PhotoProblem;

/// A DC difference: its size (at most 11 bits at 8 bits a sample), then that many bits.
pub(super) fn dc_code(bits: &mut Bits<'_>, table: Option<&Huffman<'_>>) -> Result<(), PhotoProblem> {
    let size = table.ok_or(DATA)?.symbol(bits)?;
    if size > 11 {
        return Err(DATA);
    }
    bits.take(size).map(drop)
}

/// The AC coefficients of one scan, block after block.
pub(super) struct Band<'t> {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) table: &'t Huffman<'t>,
}

impl Band<'_> {
    /// A block in a sequential scan, or in the first scan of a band.
    pub(super) fn first(&self, bits: &mut Bits<'_>, nonzero: &mut u64, run: &mut u32) -> Result<(), PhotoProblem> {
        if *run > 0 {
            *run -= 1;
            return Ok(());
        }
        let mut at = self.from;
        while at <= self.to {
            let symbol = self.table.symbol(bits)?;
            match (symbol >> 4, symbol & 0x0f) {
                (15, 0) => at += 16,
                (length, 0) => {
                    *run = (1 << length) - 1 + bits.take(length)?;
                    return Ok(());
                }
                (zeros, size) => {
                    at += usize::from(zeros);
                    if at > self.to {
                        return Err(DATA);
                    }
                    bits.take(size)?;
                    *nonzero |= 1 << at;
                    at += 1;
                }
            }
        }
        Ok(())
    }

    /// A block in a scan that adds one bit (figure G.7).
    pub(super) fn refine(&self, bits: &mut Bits<'_>, nonzero: &mut u64, run: &mut u32) -> Result<(), PhotoProblem> {
        let mut at = self.from;
        while *run == 0 && at <= self.to {
            let symbol = self.table.symbol(bits)?;
            let (mut zeros, size) = (symbol >> 4, symbol & 0x0f);
            match size {
                0 if zeros < 15 => {
                    *run = (1 << zeros) + bits.take(zeros)?;
                    break;
                }
                0 => {}
                1 => bits.take(1).map(drop)?,
                _ => return Err(DATA),
            }
            while at <= self.to {
                if *nonzero >> at & 1 == 1 {
                    bits.take(1)?;
                } else if zeros == 0 {
                    break;
                } else {
                    zeros -= 1;
                }
                at += 1;
            }
            if size == 1 {
                if at > self.to {
                    return Err(DATA);
                }
                *nonzero |= 1 << at;
            }
            at += 1;
        }
        if *run > 0 {
            for known in at..=self.to {
                if *nonzero >> known & 1 == 1 {
                    bits.take(1)?;
                }
            }
            *run -= 1;
        }
        Ok(())
    }
}
