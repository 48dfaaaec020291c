//! Character sets of columns, by the number of their collation, and how to decode their bytes.
//!
//! The numbers are the protocol's: `SELECT id, character_set_name FROM information_schema.collations`. MariaDB adds 1024 for those that do
//! not ignore trailing blanks, and has 256 numbers from 2048 on for each character set of Unicode (`uca1400`).

use encoding_rs::BIG5;

use crate::import::source::encoding::{Encoding, decode_by};

/// The server's declaration of a column's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    Known(Bytes),
    /// `latin1`, `ascii`, `binary`: old programs stored any encoding in them.
    Whatever,
    /// Not supported: a wrong guess would produce wrong text.
    Foreign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bytes {
    As(Encoding),
    Big5,
    /// `ucs2` too.
    Utf16,
    Utf16Le,
    Utf32,
}

impl Charset {
    pub(super) const fn of(collation: u16) -> Self {
        match collation {
            33 | 45 | 46 | 76 | 83 | 192..=247 | 255..=323 | 576..=639 | 2048..=2559 => {
                Self::Known(Bytes::As(Encoding::Utf8))
            }
            24 | 28 | 86 | 87 | 248..=250 => Self::Known(Bytes::As(Encoding::Gb18030)),
            1 | 84 => Self::Known(Bytes::Big5),
            35 | 54 | 55 | 90 | 101..=124 | 128..=151 | 159 | 640..=703 | 2560..=3071 => Self::Known(Bytes::Utf16),
            56 | 62 => Self::Known(Bytes::Utf16Le),
            60 | 61 | 160..=183 | 736..=767 | 3072..=3327 => Self::Known(Bytes::Utf32),
            5 | 8 | 11 | 15 | 31 | 47..=49 | 63 | 65 | 94 => Self::Whatever,
            1025..=1347 => Self::of(collation - 1024),
            _ => Self::Foreign,
        }
    }
}

impl Bytes {
    /// Appends to `text`; `None`, with part of the bytes decoded, where a byte is not allowed.
    pub(super) fn decode_into(self, bytes: &[u8], text: &mut String) -> Option<()> {
        match self {
            Self::As(encoding) => encoding.decode_into(bytes, text),
            Self::Big5 if has_disputed_character(bytes) => None,
            Self::Big5 => decode_by(BIG5, bytes, text),
            Self::Utf16 => decode_utf16(bytes, u16::from_be_bytes, text),
            Self::Utf16Le => decode_utf16(bytes, u16::from_le_bytes, text),
            Self::Utf32 => {
                let (characters, []) = bytes.as_chunks::<4>() else { return None };
                characters.iter().try_for_each(|own| {
                    text.push(char::from_u32(u32::from_be_bytes(*own))?);
                    Some(())
                })
            }
        }
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, text: &mut String) -> Option<()> {
    let (units, []) = bytes.as_chunks::<2>() else { return None };
    char::decode_utf16(units.iter().map(|own| unit(*own))).try_for_each(|c| {
        text.push(c.ok()?);
        Some(())
    })
}

/// From C6A1 to C8FE (kana, radicals) MySQL's Big5 has other characters than the web's; elsewhere each has an equal character, or only one
/// of the two has any.
fn has_disputed_character(mut bytes: &[u8]) -> bool {
    loop {
        bytes = match bytes {
            [0xc6, 0xa1..=0xff, ..] | [0xc7 | 0xc8, _, ..] => return true,
            [0x80..=0xff, _, rest @ ..] | [_, rest @ ..] => rest,
            [] => return false,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_collation_says_what_its_bytes_are_or_that_nobody_knows() {
        let utf8 = Charset::Known(Bytes::As(Encoding::Utf8));
        let gb18030 = Charset::Known(Bytes::As(Encoding::Gb18030));
        let [big5, utf16, utf16le, utf32] =
            [Bytes::Big5, Bytes::Utf16, Bytes::Utf16Le, Bytes::Utf32].map(Charset::Known);
        let table: [(Charset, &[u16]); 8] = [
            (
                utf8,
                &[33, 45, 46, 76, 83, 192, 223, 224, 247, 255, 323, 576, 608, 1057, 1069, 1216, 1270, 2048, 2304, 2503],
            ),
            (gb18030, &[24, 28, 86, 87, 248, 250, 1048, 1052, 1110, 1111]),
            (big5, &[1, 84, 1025, 1108]),
            (utf16, &[35, 54, 55, 90, 101, 128, 151, 159, 640, 672, 1059, 1078, 1152, 2560, 2759, 2816, 3015]),
            (utf16le, &[56, 62, 1080, 1086]),
            (utf32, &[60, 61, 160, 183, 736, 1084, 1206, 3072, 3271]),
            (Charset::Whatever, &[5, 8, 11, 15, 31, 47, 48, 49, 63, 65, 94, 1032, 1035, 1071]),
            // Of Japanese, Korean, Thai, Cyrillic and other writing, and unassigned numbers.
            (
                Charset::Foreign,
                &[0, 2, 7, 12, 13, 18, 19, 25, 30, 51, 95, 97, 1024, 1036, 1037, 1112, 1119, 2047, 3328, u16::MAX],
            ),
        ];
        for (charset, collations) in table {
            for collation in collations {
                assert_eq!(Charset::of(*collation), charset, "{collation}");
            }
        }
    }

    #[test]
    fn bytes_are_read_by_their_character_set_and_never_guessed() {
        let table: [(Bytes, &[u8], Option<&str>); 18] = [
            (Bytes::As(Encoding::Utf8), "张三".as_bytes(), Some("张三")),
            (Bytes::As(Encoding::Gb18030), b"\xd5\xc5\xc8\xfd", Some("张三")),
            (Bytes::Big5, b"\xb1i\xa4T A1", Some("張三 A1")),
            (Bytes::Big5, b"\xb1i\xa4", None),
            (Bytes::Big5, b"\xb1i\xc6\xe8", None),
            (Bytes::Big5, b"\xc8\xfe", None),
            // C7 and A4 are bytes of two characters.
            (Bytes::Big5, b"\xa4\xc7\xa4T", Some("匹三")),
            (Bytes::Utf16, b"\x5f\x20\x4e\x09", Some("张三")),
            (Bytes::Utf16, b"\xd8\x40\xdc\x00", Some("\u{20000}")),
            (Bytes::Utf16, b"\xd8\x40", None),
            (Bytes::Utf16, b"\x5f\x20\x4e", None),
            (Bytes::Utf16Le, b"\x20\x5f\x09\x4e", Some("张三")),
            (Bytes::Utf16Le, b"\x00\xdc", None),
            (Bytes::Utf32, b"\0\0\x5f\x20\0\x02\0\0", Some("张\u{20000}")),
            (Bytes::Utf32, b"\0\0\xd8\0", None),
            (Bytes::Utf32, b"\0\x11\0\0", None),
            (Bytes::Utf32, b"\0\0\x5f", None),
            (Bytes::Utf32, b"", Some("")),
        ];
        for (bytes, own, expected) in table {
            let mut text = String::from("x");
            let done = bytes.decode_into(own, &mut text);
            assert_eq!(done.map(|()| &text[1..]), expected, "{bytes:?} {own:?}");
        }
    }
}
