//! A strict walk over a PNG file (ISO/IEC 15948), and the file without its metadata.
//!
//! The inflated picture data is discarded: the walk verifies that it holds exactly the rows that the header promises, with known filters,
//! and that the stream ends there. Decoders accept less, and leave room for a second file inside.

use flate2::{Decompress, FlushDecompress, Status};

use super::super::photo::{FileKind, Orientation, segments};
use super::EvidenceProblem::{self, Animated, Damaged, Truncated};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Columns and rows of the seven passes of Adam7: (first column, step, first row, step).
const ADAM7: [(u32, u32, u32, u32); 7] =
    [(0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2)];

/// The last of the five filters (9.2).
const LAST_FILTER: u8 = 4;

/// Walks the whole file and returns it with header, palette, transparency and picture data byte for byte as they were, the orientation
/// alone of EXIF, and nothing else.
pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, EvidenceProblem> {
    let (first, mut rest) = Chunk::take(bytes.strip_prefix(SIGNATURE).ok_or(Damaged("signature"))?)?;
    if &first.kind != b"IHDR" {
        return Err(Damaged("no header"));
    }
    let header = Header::read(first.data)?;
    let mut out = [SIGNATURE, first.whole].concat();
    let (mut palette, mut transparent, mut rows, mut last) = (0, false, Rows::new(&header), first.kind);
    let mut orientation = None;
    while &last != b"IEND" {
        let (chunk, behind) = Chunk::take(rest)?;
        match &chunk.kind {
            b"IEND" if chunk.data.is_empty() => {}
            b"PLTE" if palette == 0 && !transparent && !rows.begun => palette = header.palette(chunk.data)?,
            b"tRNS" if !transparent && !rows.begun => {
                header.transparency(chunk.data, palette)?;
                transparent = true;
            }
            b"IDAT" if header.colour == 3 && palette == 0 => return Err(Damaged("no palette")),
            b"IDAT" if !rows.begun || &last == b"IDAT" => rows.take(chunk.data)?,
            b"acTL" | b"fcTL" | b"fdAT" => return Err(Animated),
            b"tRNS" => return Err(Damaged("chunk out of place")),
            b"eXIf" if orientation.is_none() => {
                orientation = Orientation::of_tiff(chunk.data);
                if let Some(orientation) = orientation.filter(|orientation| !orientation.is_upright()) {
                    write(&mut out, *b"eXIf", &orientation.to_tiff());
                }
            }
            // A first letter in lower case: an ancillary chunk, not needed to show the picture.
            [b'a'..=b'z', ..] => {}
            _ => return Err(Damaged("chunk out of place")),
        }
        if matches!(&chunk.kind, b"IEND" | b"PLTE" | b"tRNS" | b"IDAT") {
            out.extend_from_slice(chunk.whole);
        }
        (last, rest) = (chunk.kind, behind);
    }
    if !segments::is_empty_tail(rest) {
        let kind = Some(FileKind::of(rest)).filter(|kind| *kind != FileKind::Unknown);
        return Err(EvidenceProblem::Trailing { bytes: rest.len(), kind });
    }
    rows.end()?;
    Ok(out)
}

/// `data` is a few bytes.
fn write(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let checked = [kind.as_slice(), data].concat();
    out.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(&checked);
    out.extend_from_slice(&crc32fast::hash(&checked).to_be_bytes());
}

struct Chunk<'a> {
    kind: [u8; 4],
    data: &'a [u8],
    /// Including length and checksum.
    whole: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// Splits the first chunk off.
    fn take(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), EvidenceProblem> {
        let (length, rest) = bytes.split_first_chunk::<4>().ok_or(Truncated)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Truncated)?;
        let checked = rest.get(..length.saturating_add(4)).ok_or(Truncated)?;
        let (kind, data) = checked.split_first_chunk::<4>().ok_or(Truncated)?;
        let checksum = rest[checked.len()..].first_chunk::<4>().ok_or(Truncated)?;
        if !kind.iter().all(u8::is_ascii_alphabetic) {
            return Err(Damaged("chunk name"));
        }
        if crc32fast::hash(checked) != u32::from_be_bytes(*checksum) {
            return Err(Damaged("checksum"));
        }
        let (whole, rest) = bytes.split_at(length + 12);
        Ok((Self { kind: *kind, data, whole }, rest))
    }
}

/// The header chunk (11.2.2).
struct Header {
    width: u32,
    height: u32,
    depth: u8,
    colour: u8,
    interlaced: bool,
}

impl Header {
    fn read(data: &[u8]) -> Result<Self, EvidenceProblem> {
        let &[w3, w2, w1, w0, h3, h2, h1, h0, depth, colour, 0, 0, interlace @ (0 | 1)] = data else {
            return Err(Damaged("header"));
        };
        let (width, height) = (u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]));
        super::size(width, height)?;
        match (colour, depth) {
            (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) | (2 | 4 | 6, 8 | 16) => {}
            _ => return Err(Damaged("colour type")),
        }
        Ok(Self { width, height, depth, colour, interlaced: interlace == 1 })
    }

    /// Returns the number of entries.
    fn palette(&self, data: &[u8]) -> Result<usize, EvidenceProblem> {
        let entries = data.len() / 3;
        let most = if self.colour == 3 { 1 << self.depth } else { 256 };
        let fits = data.len().is_multiple_of(3) && (1..=most).contains(&entries) && matches!(self.colour, 2 | 3 | 6);
        if fits { Ok(entries) } else { Err(Damaged("palette")) }
    }

    fn transparency(&self, data: &[u8], palette: usize) -> Result<(), EvidenceProblem> {
        let fits = match self.colour {
            0 => data.len() == 2,
            2 => data.len() == 6,
            3 => !data.is_empty() && data.len() <= palette,
            _ => false,
        };
        if fits { Ok(()) } else { Err(Damaged("transparency")) }
    }

    /// Rows as (count, bytes of each with its filter), pass after pass.
    fn passes(&self) -> Vec<(u32, usize)> {
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

/// The rows that the compressed stream still has to produce.
struct Rows {
    stream: Decompress,
    /// Remaining passes, the current one last.
    passes: Vec<(u32, usize)>,
    /// Remaining bytes of the current row.
    left: usize,
    begun: bool,
    ended: bool,
}

impl Rows {
    fn new(header: &Header) -> Self {
        let mut passes = header.passes();
        passes.reverse();
        Self { stream: Decompress::new(true), passes, left: 0, begun: false, ended: false }
    }

    fn take(&mut self, mut data: &[u8]) -> Result<(), EvidenceProblem> {
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
    fn end(&mut self) -> Result<(), EvidenceProblem> {
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
