//! What precedes a scan: the frame header, and the tables that scans use.

use super::{Component, Frame, Scans};
use crate::domain::photo::huffman::Huffman;
use crate::domain::photo::problem::PhotoProblem;

impl<'a> Scans<'a> {
    pub(in crate::domain::photo) fn define_frame(&mut self, frame: &Frame<'_>) -> Result<(), PhotoProblem> {
        const BAD: PhotoProblem = PhotoProblem::Damaged("frame");
        let specifications = frame.specifications.as_chunks::<3>().0;
        let factors = |sampling: u8| (usize::from(sampling >> 4), usize::from(sampling & 0x0f));
        let valid = |(h, v)| (1..=4).contains(&h) && (1..=4).contains(&v);
        if !self.components.is_empty() || !specifications.iter().all(|[_, sampling, _]| valid(factors(*sampling))) {
            return Err(BAD);
        }
        let h_most = specifications.iter().map(|[_, sampling, _]| factors(*sampling).0).max().ok_or(BAD)?;
        let v_most = specifications.iter().map(|[_, sampling, _]| factors(*sampling).1).max().ok_or(BAD)?;
        // libjpeg, and with it every browser, scales components by whole numbers only.
        let whole = |(h, v)| h_most.is_multiple_of(h) && v_most.is_multiple_of(v);
        if !specifications.iter().all(|[_, sampling, _]| whole(factors(*sampling))) {
            return Err(BAD);
        }
        let (width, height) = (usize::from(frame.width), usize::from(frame.height));
        for &[id, sampling, quantisation_table] in specifications {
            if self.components.iter().any(|other| other.id == id) {
                return Err(BAD);
            }
            let (h, v) = factors(sampling);
            let blocks = (width * h).div_ceil(h_most).div_ceil(8) * (height * v).div_ceil(v_most).div_ceil(8);
            self.components.push(Component {
                id,
                quantisation_table,
                blocks_in_mcu: h * v,
                nonzero: vec![0; blocks],
                missing_bits: [None; 64],
            });
        }
        self.mcus = width.div_ceil(8 * h_most) * height.div_ceil(8 * v_most);
        self.progressive = frame.progressive;
        Ok(())
    }

    pub(in crate::domain::photo) fn define_tables(&mut self, mut payload: &'a [u8]) -> Result<(), PhotoProblem> {
        const BAD: PhotoProblem = PhotoProblem::Damaged("Huffman table");
        while !payload.is_empty() {
            let (class_and_slot, table, rest) = Huffman::take(payload).ok_or(BAD)?;
            let tables = match class_and_slot >> 4 {
                0 => &mut self.dc_tables,
                1 => &mut self.ac_tables,
                _ => return Err(BAD),
            };
            *tables.get_mut(usize::from(class_and_slot & 0x0f)).ok_or(BAD)? = Some(table);
            payload = rest;
        }
        Ok(())
    }

    pub(in crate::domain::photo) fn define_quantisation(&mut self, mut payload: &[u8]) -> Result<(), PhotoProblem> {
        const BAD: PhotoProblem = PhotoProblem::Damaged("quantisation table");
        while let Some((&width_and_slot, rest)) = payload.split_first() {
            let bytes = match width_and_slot >> 4 {
                0 => 64,
                1 => 128,
                _ => return Err(BAD),
            };
            *self.quantisation_tables.get_mut(usize::from(width_and_slot & 0x0f)).ok_or(BAD)? = true;
            payload = rest.get(bytes..).ok_or(BAD)?;
        }
        Ok(())
    }

    pub(in crate::domain::photo) fn define_restart(&mut self, payload: &[u8]) -> Result<(), PhotoProblem> {
        let interval = payload.try_into().map_err(|_| PhotoProblem::Damaged("restart interval"))?;
        self.restart_interval = usize::from(u16::from_be_bytes(interval));
        Ok(())
    }
}
