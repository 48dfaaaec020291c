//! Whether a JPEG's scans hold the whole picture, code by code (ITU-T T.81, annexes F and G).
//!
//! Decoders fill what is missing with grey and report success: of a photo cut anywhere and closed with an end marker, zune-jpeg 0.5.15 in
//! strict mode refused not one of 4,500 variants. So the codes are counted here: each scan must hold exactly the blocks that its header
//! promises, and all scans together every coefficient to its last bit.

use super::huffman::{Bits, Huffman, restart_intervals};
use super::problem::{Coding, PhotoProblem};

/// libjpeg writes 10 scans in a progressive colour file. Each scan walks the whole picture, so a file of nothing but scans is a denial of
/// service.
pub(super) const MAX_SCANS: usize = 24;

/// The standard's own limit (B.2.3).
const MAX_BLOCKS_IN_MCU: usize = 10;

const SCAN_HEADER: PhotoProblem = PhotoProblem::Damaged("scan header");
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

/// A scan's header, resolved.
struct Header {
    /// Indices of components with their DC and AC table slots.
    components: Vec<(usize, usize, usize)>,
    start: usize,
    end: usize,
    refining: bool,
}

impl<'a> Scans<'a> {
    pub(super) fn define_frame(&mut self, frame: &Frame<'_>) -> Result<(), PhotoProblem> {
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

    pub(super) fn define_tables(&mut self, mut payload: &'a [u8]) -> Result<(), PhotoProblem> {
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

    pub(super) fn define_quantisation(&mut self, mut payload: &[u8]) -> Result<(), PhotoProblem> {
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

    pub(super) fn define_restart(&mut self, payload: &[u8]) -> Result<(), PhotoProblem> {
        let interval = payload.try_into().map_err(|_| PhotoProblem::Damaged("restart interval"))?;
        self.restart_interval = usize::from(u16::from_be_bytes(interval));
        Ok(())
    }

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

    fn header(&mut self, header: &[u8]) -> Result<Header, PhotoProblem> {
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

    /// Walks the MCUs `units` of an interleaved scan, or the blocks of any other, and returns the remaining bits.
    fn interval<'d>(
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

/// A DC difference: its size (at most 11 bits at 8 bits a sample), then that many bits.
fn dc_code(bits: &mut Bits<'_>, table: Option<&Huffman<'_>>) -> Result<(), PhotoProblem> {
    let size = table.ok_or(DATA)?.symbol(bits)?;
    if size > 11 {
        return Err(DATA);
    }
    bits.take(size).map(drop)
}

/// The AC coefficients of one scan, block after block.
struct Band<'t> {
    from: usize,
    to: usize,
    table: &'t Huffman<'t>,
}

impl Band<'_> {
    /// A block in a sequential scan, or in the first scan of a band.
    fn first(&self, bits: &mut Bits<'_>, nonzero: &mut u64, run: &mut u32) -> Result<(), PhotoProblem> {
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
    fn refine(&self, bits: &mut Bits<'_>, nonzero: &mut u64, run: &mut u32) -> Result<(), PhotoProblem> {
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
