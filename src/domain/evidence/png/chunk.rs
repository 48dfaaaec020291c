//! The chunks of a PNG file.

use crate::domain::evidence::problem::EvidenceProblem::{self, Damaged, Truncated};

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// `data` is a few bytes.
pub(super) fn write(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let checked = [kind.as_slice(), data].concat();
    out.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(&checked);
    out.extend_from_slice(&crc32fast::hash(&checked).to_be_bytes());
}

pub(super) struct Chunk<'a> {
    pub(super) kind: [u8; 4],
    pub(super) data: &'a [u8],
    /// Including length and checksum.
    pub(super) whole: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// Splits the first chunk off.
    pub(super) fn take(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), EvidenceProblem> {
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
