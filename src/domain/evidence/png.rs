//! A strict walk over a PNG file (ISO/IEC 15948), and the file without its metadata.
//!
//! The inflated picture data is discarded: the walk verifies that it holds exactly the rows that the header promises, with known filters,
//! and that the stream ends there. Decoders accept less, and leave room for a second file inside.

mod chunk;
mod header;
mod rows;

use super::super::photo::{FileKind, Orientation, segments};
use super::EvidenceProblem::{self, Animated, Damaged};
use super::size;
use chunk::{Chunk, SIGNATURE, write};
use header::Header;
use rows::Rows;

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
