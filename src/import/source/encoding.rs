//! Encodings: byte order marks, detection, strict decoding of fields.
//!
//! Records are split as bytes and fields are decoded afterwards, so that malformed bytes stay within their row. That is sound for GB18030:
//! its trail bytes (30-39, 40-7E, 80-FE) are never a comma, a quote, a tab or a line end. UTF-16LE is turned into UTF-8 first.

mod guess;
mod told;
mod utf16;

use encoding_rs::{DecoderResult, GB18030};
use std::borrow::Cow;

pub use told::{Told, open, tell};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Gb18030,
    Utf16Le,
}

/// The encoding in the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    Fixed(Encoding),
    /// Detected from the file's first [`SAMPLE`] bytes.
    Auto,
}

impl Declared {
    pub fn parse(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "utf-8" => Some(Self::Fixed(Encoding::Utf8)),
            "gb18030" => Some(Self::Fixed(Encoding::Gb18030)),
            "utf-16le" => Some(Self::Fixed(Encoding::Utf16Le)),
            "auto" => Some(Self::Auto),
            _ => None,
        }
    }
}

impl Encoding {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Gb18030 => "gb18030",
            Self::Utf16Le => "utf-16le",
        }
    }

    /// Decodes one field; `None` where a byte is not allowed.
    ///
    /// `84 31 A4 37` *is* U+FFFD in GB18030 and no error: a character that was lost before the export.
    pub fn decode(self, field: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Self::Utf8 | Self::Utf16Le => std::str::from_utf8(field).ok().map(Cow::Borrowed),
            Self::Gb18030 => GB18030.decode_without_bom_handling_and_without_replacement(field),
        }
    }

    /// Appends to `text`; `None`, with part of the field decoded, where a byte is not allowed.
    pub fn decode_into(self, bytes: &[u8], text: &mut String) -> Option<()> {
        match self {
            Self::Utf8 | Self::Utf16Le => text.push_str(std::str::from_utf8(bytes).ok()?),
            Self::Gb18030 => return decode_by(GB18030, bytes, text),
        }
        Some(())
    }
}

/// Appends to `text`; `None`, with part of the bytes decoded, where a byte is not allowed.
pub(super) fn decode_by(encoding: &'static encoding_rs::Encoding, bytes: &[u8], text: &mut String) -> Option<()> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    text.reserve(decoder.max_utf8_buffer_length_without_replacement(bytes.len())?);
    let (result, _) = decoder.decode_to_string_without_replacement(bytes, text, true);
    (result == DecoderResult::InputEmpty).then_some(())
}

#[cfg(test)]
#[path = "encoding_tests.rs"]
mod tests;
