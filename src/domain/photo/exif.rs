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
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A directory of entries (tag, type, count, value field), in either byte order.
    fn tiff(big_endian: bool, entries: &[(u16, u16, u32, [u8; 4])]) -> Vec<u8> {
        let short = |value: u16| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        let long = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        let mut bytes = if big_endian { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
        bytes.extend(long(8));
        bytes.extend(short(u16::try_from(entries.len()).unwrap_or(u16::MAX)));
        for (tag, kind, count, value) in entries {
            bytes.extend([short(*tag), short(*kind)].concat());
            bytes.extend(long(*count));
            bytes.extend(value);
        }
        bytes
    }

    fn number(tiff: &[u8]) -> Option<u8> {
        Orientation::of_tiff(tiff).map(Orientation::number)
    }

    #[test]
    fn the_eight_are_read_in_both_byte_orders_and_written_as_one_entry() {
        for value in 1..=8 {
            let short = |big| {
                tiff(
                    big,
                    &[(0x010f, 2, 4, *b"abc\0"), (TAG, 3, 1, if big { [0, value, 0, 0] } else { [value, 0, 0, 0] })],
                )
            };
            assert_eq!((number(&short(true)), number(&short(false))), (Some(value), Some(value)));
            assert_eq!(number(&Orientation(value).to_tiff()), Some(value));
            let app1 = [b"Exif\0\0".as_slice(), &short(false)].concat();
            assert_eq!(Orientation::of_app1(&app1), Some(Orientation(value)));
        }
        assert_eq!(number(&tiff(true, &[(TAG, 4, 1, [0, 0, 0, 6])])), Some(6));
        assert_eq!(number(&tiff(false, &[(TAG, 1, 1, [6, 0, 0, 0])])), Some(6));
    }

    #[test]
    fn what_viewers_pass_over_is_no_orientation() {
        let of = |kind, count, value| tiff(true, &[(TAG, kind, count, value)]);
        let good = of(3, 1, [0, 6, 0, 0]);
        let with = |at: usize, byte: u8| {
            let mut bytes = good.clone();
            bytes[at] = byte;
            bytes
        };
        let table = [
            ("zero", of(3, 1, [0, 0, 0, 0])),
            ("nine", of(3, 1, [0, 9, 0, 0])),
            ("more than a byte", of(3, 1, [1, 6, 0, 0])),
            ("two values", of(3, 2, [0, 6, 0, 6])),
            ("no value", of(3, 0, [0, 6, 0, 0])),
            ("text", of(2, 1, *b"6\0\0\0")),
            ("another tag", tiff(true, &[(0x0111, 3, 1, [0, 6, 0, 0])])),
            ("an empty directory", tiff(true, &[])),
            ("a byte order of neither", with(0, b'I')),
            ("a directory in the header", with(7, 4)),
            ("a directory beyond the end", with(4, 0xff)),
            ("an entry that was cut", good[..good.len() - 1].to_vec()),
            ("nothing", Vec::new()),
        ];
        for (what, bytes) in table {
            assert_eq!(number(&bytes), None, "{what}");
        }
        assert_eq!(number(&good), Some(6));
        assert_eq!(Orientation::of_app1(b"http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation=\"6\"/>"), None);
        assert_eq!(Orientation::of_app1(b"Exif\0"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(
            order in prop_oneof![Just(b"MM\0*".to_vec()), Just(b"II*\0".to_vec()), Just(Vec::new())],
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            if let Some(number) = number(&[order, bytes].concat()) {
                prop_assert!((1..=8).contains(&number));
            }
        }

        #[test]
        fn a_wrong_byte_of_a_real_structure_is_read(at in 0usize..26, byte in any::<u8>(), keep in 0usize..=26) {
            let mut bytes = Orientation(6).to_tiff();
            bytes[at] = byte;
            let _ = number(&bytes[..keep]);
        }
    }
}
