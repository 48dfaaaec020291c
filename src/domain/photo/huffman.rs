//! Bits and Huffman codes of a JPEG scan (ITU-T T.81, annexes C and F): enough to walk the data, not to decode pictures.

use super::problem::PhotoProblem;

/// The most bytes of zeros with which an encoder fills up a buffer. A hole in a file leaves more of them, or too few blocks for the
/// picture.
const MAX_PADDING: usize = 64;

/// A canonical Huffman code: how many codes there are of each length, and the symbols in code order.
pub(super) struct Huffman<'a> {
    counts: [u8; 16],
    symbols: &'a [u8],
}

impl<'a> Huffman<'a> {
    /// Splits one table off a DHT payload: its class and slot byte, the table, the rest.
    pub(super) fn take(payload: &'a [u8]) -> Option<(u8, Self, &'a [u8])> {
        let (&class_and_slot, rest) = payload.split_first()?;
        let (counts, rest) = rest.split_first_chunk::<16>()?;
        let total = counts.iter().map(|count| usize::from(*count)).sum();
        let (symbols, rest) = rest.split_at_checked(total)?;
        // Codes of each length must leave room: an overfull table has ambiguous codes.
        let room = counts.iter().try_fold(1u32, |room, count| (room * 2).checked_sub(u32::from(*count)));
        (total <= 256 && room.is_some()).then_some((class_and_slot, Self { counts: *counts, symbols }, rest))
    }

    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> Result<u8, PhotoProblem> {
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        for count in self.counts.map(u32::from) {
            code |= bits.take(1)?;
            if code < first + count {
                let at = usize::try_from(index + code - first).unwrap_or(usize::MAX);
                return self.symbols.get(at).copied().ok_or(PhotoProblem::Damaged("code"));
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Err(PhotoProblem::Damaged("code"))
    }
}

/// The bits of one restart interval. A stuffed zero byte behind 0xff is skipped.
pub(super) struct Bits<'a> {
    bytes: std::slice::Iter<'a, u8>,
    current: u8,
    left: u8,
}

impl<'a> Bits<'a> {
    pub(super) fn new(interval: &'a [u8]) -> Self {
        Self { bytes: interval.iter(), current: 0, left: 0 }
    }

    /// The next `count` bits, at most 16. Missing bits mean that the file is truncated.
    pub(super) fn take(&mut self, count: u8) -> Result<u32, PhotoProblem> {
        let mut value = 0;
        for _ in 0..count {
            if self.left == 0 {
                self.current = *self.bytes.next().ok_or(PhotoProblem::Truncated)?;
                self.left = 8;
                if self.current == 0xff {
                    self.bytes.next();
                }
            }
            self.left -= 1;
            value = value << 1 | u32::from(self.current >> self.left & 1);
        }
        Ok(value)
    }

    /// Whether only padding is left: the rest of the last byte, and whole bytes of ones. Encoders derived from Adobe's `JPEGEncoder`
    /// (jpeg-js is one) write such a byte, stuffed as data is, where the codes end with a byte.
    pub(super) fn is_used_up(&self) -> bool {
        self.bytes.as_slice().chunks(2).all(|pair| pair == [0xff, 0x00])
    }

    /// Whether only padding is left before the marker that ends the scan: bytes of zeros count there too, as encoders write them to fill up
    /// a buffer. Decoders look for the next marker; behind a restart interval not all of them do.
    pub(super) fn ends_scan(&self) -> bool {
        let mut rest = self.bytes.as_slice();
        if rest.len() > MAX_PADDING {
            return self.is_used_up();
        }
        loop {
            rest = match rest {
                [] => return true,
                [0xff, 0x00, rest @ ..] | [0x00, rest @ ..] => rest,
                _ => return false,
            };
        }
    }
}

/// The data between restart markers, each piece with the number of the marker behind it. Fill bytes before a marker (B.1.1.2) are
/// left out: a byte of ones that is data has a zero behind it.
pub(super) fn restart_intervals(data: &[u8]) -> impl Iterator<Item = (&[u8], Option<u8>)> {
    let mut rest = Some(data);
    std::iter::from_fn(move || {
        let data = rest?;
        let marker = data.windows(2).position(|pair| pair[0] == 0xff && matches!(pair[1], 0xd0..=0xd7));
        rest = marker.map(|at| &data[at + 2..]);
        Some(marker.map_or((data, None), |at| {
            let fill = data[..at].iter().rev().take_while(|byte| **byte == 0xff).count();
            (&data[..at - fill], Some(data[at + 1] & 7))
        }))
    })
}
