//! The one entry of EXIF that changes how a picture is shown: its orientation (CIPA DC-008, tag 0x0112).
//!
//! Cameras store the pixels in the sensor's orientation and record here how to rotate them. Viewers obey; so a picture that loses its EXIF
//! is shown in another position than its owner saw.

const TAG: u16 = 0x0112;
const ENTRY_BYTES: usize = 12;

/// How a viewer turns or mirrors the stored pixels: 1 (as they are) to 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Orientation(u8);

impl Orientation {
    /// Reads an APP1 segment's payload.
    pub(in crate::domain) fn of_app1(payload: &[u8]) -> Option<Self> {
        // The byte behind the name's own zero is padding; readers ignore it.
        payload.strip_prefix(b"Exif\0").and_then(<[u8]>::split_first).and_then(|(_, tiff)| Self::of_tiff(tiff))
    }

    /// Reads the TIFF structure that EXIF is: the first directory's entry. `None` where there is no readable entry, or its value is none of
    /// the eight: viewers show such a picture as it is stored.
    pub(in crate::domain) fn of_tiff(tiff: &[u8]) -> Option<Self> {
        let big_endian = match tiff.first_chunk::<4>()? {
            b"MM\0*" => true,
            b"II*\0" => false,
            _ => return None,
        };
        let short = |bytes: [u8; 2]| if big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) };
        let long = |bytes: [u8; 4]| if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
        let directory = usize::try_from(long(*tiff[4..].first_chunk()?)).ok().filter(|offset| *offset >= 8)?;
        let (count, entries) = tiff.get(directory..)?.split_first_chunk::<2>()?;
        let entries = entries.as_chunks::<ENTRY_BYTES>().0.iter().take(short(*count).into());
        let &[_, _, t0, t1, c0, c1, c2, c3, v0, v1, v2, v3] =
            entries.into_iter().find(|[t0, t1, ..]| short([*t0, *t1]) == TAG)?;
        let value = match (short([t0, t1]), long([c0, c1, c2, c3])) {
            // SHORT as the standard says; BYTE and LONG as some writers have it.
            (1, 1) => u32::from(v0),
            (3, 1) => u32::from(short([v0, v1])),
            (4, 1) => long([v0, v1, v2, v3]),
            _ => return None,
        };
        u8::try_from(value).ok().filter(|value| (1..=8).contains(value)).map(Self)
    }

    /// Whether viewers show the pixels as they are stored.
    pub(in crate::domain) const fn is_upright(self) -> bool {
        self.0 == 1
    }

    pub const fn number(self) -> u8 {
        self.0
    }

    /// Whether the picture is shown as high as it is stored wide.
    pub(in crate::domain) const fn swaps_sides(self) -> bool {
        self.0 >= 5
    }

    /// Where a pixel that is shown at `(x, y)` is stored, in a picture stored in this width and height.
    pub(in crate::domain) const fn stored_at(self, (x, y): (u32, u32), (width, height): (u32, u32)) -> (u32, u32) {
        match self.0 {
            2 => (width - 1 - x, y),
            3 => (width - 1 - x, height - 1 - y),
            4 => (x, height - 1 - y),
            5 => (y, x),
            6 => (y, height - 1 - x),
            7 => (width - 1 - y, height - 1 - x),
            8 => (width - 1 - y, x),
            _ => (x, y),
        }
    }

    /// A TIFF structure that holds this entry and nothing else.
    pub(in crate::domain) const fn to_tiff(self) -> [u8; 26] {
        let mut tiff = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
        tiff[19] = self.0;
        tiff
    }

    /// How the stored pixels are rotated or mirrored.
    pub(in crate::domain) const fn words(self) -> &'static str {
        match self.0 {
            2 => "左右相反的",
            3 => "上下颠倒的",
            4 => "上下颠倒且左右相反的",
            5 | 7 => "侧着且左右相反的",
            _ => "侧着的",
        }
    }
}

#[cfg(test)]
mod tests;
