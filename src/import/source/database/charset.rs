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
mod tests;
