//! The header of a scan, resolved against the frame.

use super::{MAX_BLOCKS_IN_MCU, Scans};
use crate::domain::photo::problem::PhotoProblem;

pub(super) const SCAN_HEADER: PhotoProblem = PhotoProblem::Damaged("scan header");

pub(super) struct Header {
    /// Indices of components with their DC and AC table slots.
    pub(super) components: Vec<(usize, usize, usize)>,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) refining: bool,
}

impl Scans<'_> {
    pub(super) fn header(&mut self, header: &[u8]) -> Result<Header, PhotoProblem> {
        let (&count, rest) = header.split_first().ok_or(SCAN_HEADER)?;
        let (selectors, spectral) = rest.split_at_checked(usize::from(count) * 2).ok_or(SCAN_HEADER)?;
        let &[start, end, approximation] = spectral else { return Err(SCAN_HEADER) };
        let (start, end, high, low) = if self.progressive {
            (usize::from(start), usize::from(end), approximation >> 4, approximation & 0x0f)
        } else {
            (0, 63, 0, 0)
        };
        // DC alone, or AC of one component alone, once progressive.
        let band = !self.progressive || (start == 0 && end == 0) || (start > 0 && count == 1);
        if !band || start > end || end > 63 || low > 13 || (high > 0 && high != low + 1) {
            return Err(SCAN_HEADER);
        }
        let mut components = Vec::new();
        for &[id, tables] in selectors.as_chunks::<2>().0 {
            let index = self.components.iter().position(|component| component.id == id).ok_or(SCAN_HEADER)?;
            let table = usize::from(self.components[index].quantisation_table);
            if self.quantisation_tables.get(table) != Some(&true) {
                return Err(PhotoProblem::Damaged("no quantisation table"));
            }
            let expected = (high > 0).then_some(high);
            let missing = &mut self.components[index].missing_bits[start..=end];
            if missing.iter().any(|missing| *missing != expected) {
                return Err(SCAN_HEADER);
            }
            missing.fill(Some(low));
            components.push((index, usize::from(tables >> 4), usize::from(tables & 0x0f)));
        }
        let in_mcu: usize = components.iter().map(|(index, ..)| self.components[*index].blocks_in_mcu).sum();
        if components.len() > 1 && in_mcu > MAX_BLOCKS_IN_MCU {
            return Err(SCAN_HEADER);
        }
        Ok(Header { components, start, end, refining: high > 0 })
    }
}
