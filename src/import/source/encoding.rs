//! Encodings: byte order marks, detection, strict decoding of fields.
//!
//! Records are split as bytes and fields are decoded afterwards, so that malformed bytes stay within their row. That is sound for GB18030:
//! its trail bytes (30-39, 40-7E, 80-FE) are never a comma, a quote, a tab or a line end. UTF-16LE is turned into UTF-8 first.

use encoding_rs::{DecoderResult, GB18030, UTF_16LE};
use indicatif::ProgressBar;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use super::open::open_file;

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

/// The bytes that are read for detection.
const SAMPLE: u64 = 4 * 1024 * 1024;

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

/// The result of [`tell`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    pub encoding: Encoding,
    /// Whether the encoding was detected, not declared.
    pub guessed: bool,
    /// The file begins with a byte order mark of another encoding than the declared one.
    pub foreign_mark: bool,
    /// The length of the byte order mark.
    mark: u64,
}

/// Determines the encoding of a file.
pub fn tell(path: &Path, declared: Declared) -> io::Result<Told> {
    let mut file = open_file(path)?;
    let mut head = [0; 4];
    let filled = read_up_to(&mut file, &mut head)?;
    if head[..filled].starts_with(&[0xfe, 0xff]) {
        return Err(is_utf16be());
    }
    let (found, mark) = byte_order_mark(&head[..filled]);
    let encoding = match (declared, found) {
        (Declared::Fixed(encoding), _) | (Declared::Auto, Some(encoding)) => encoding,
        (Declared::Auto, None) => guess(&mut file)?,
    };
    let foreign_mark = found.is_some_and(|found| found != encoding);
    Ok(Told { encoding, guessed: declared == Declared::Auto && found.is_none(), foreign_mark, mark })
}

/// Opens a file for splitting, past its byte order mark, as bytes that can be split and decoded field by field; `progress` is advanced by
/// every byte read.
pub fn open(path: &Path, told: Told, progress: &ProgressBar) -> io::Result<Box<dyn Read + Send>> {
    let mut file = open_file(path)?;
    file.seek(SeekFrom::Start(told.mark))?;
    let file = progress.wrap_read(file);
    Ok(match told.encoding {
        Encoding::Utf16Le => Box::new(FromUtf16Le::new(file)),
        Encoding::Utf8 | Encoding::Gb18030 => Box::new(file),
    })
}

fn byte_order_mark(head: &[u8]) -> (Option<Encoding>, u64) {
    match head {
        [0xef, 0xbb, 0xbf, ..] => (Some(Encoding::Utf8), 3),
        [0xff, 0xfe, ..] => (Some(Encoding::Utf16Le), 2),
        [0x84, 0x31, 0x95, 0x33] => (Some(Encoding::Gb18030), 4),
        _ => (None, 0),
    }
}

/// Not supported; such a file can be saved in another encoding.
fn is_utf16be() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "文件是 UTF-16BE 编码，请另存为 UTF-8")
}

fn guess(file: &mut File) -> io::Result<Encoding> {
    file.seek(SeekFrom::Start(0))?;
    let mut sample = Vec::new();
    file.take(SAMPLE).read_to_end(&mut sample)?;
    if has_zeros_at(0, &sample) { Err(is_utf16be()) } else { Ok(guess_bytes(&sample)) }
}

/// A table in UTF-16 has commas and digits of which one byte is zero, always in the same place: the second, or in UTF-16BE the first.
fn has_zeros_at(offset: usize, sample: &[u8]) -> bool {
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    zeros(offset) * 10 > sample.len() / 2 && zeros(1 - offset) == 0
}

/// Text in GB18030 is almost never valid UTF-8. Lines are counted instead of testing the whole sample: one damaged row is no evidence about
/// the file.
fn guess_bytes(sample: &[u8]) -> Encoding {
    if has_zeros_at(1, sample) {
        return Encoding::Utf16Le;
    }
    let (mut utf8, mut other) = (0_u64, 0_u64);
    for line in sample.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        if std::str::from_utf8(line).is_ok() { utf8 += 1 } else { other += 1 }
    }
    if utf8 >= other { Encoding::Utf8 } else { Encoding::Gb18030 }
}

fn read_up_to(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// UTF-16LE in, UTF-8 out. Half a surrogate pair becomes the byte FF, which no UTF-8 holds: its row is rejected later, its neighbours are
/// not.
struct FromUtf16Le<R> {
    input: R,
    decoder: encoding_rs::Decoder,
    raw: Box<[u8]>,
    ready: Cursor<Vec<u8>>,
    ended: bool,
}

impl<R: Read> FromUtf16Le<R> {
    fn new(input: R) -> Self {
        Self {
            input,
            decoder: UTF_16LE.new_decoder_without_bom_handling(),
            raw: vec![0; 32 * 1024].into(),
            ready: Cursor::new(Vec::new()),
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        let filled = read_up_to(&mut self.input, &mut self.raw)?;
        self.ended = filled < self.raw.len();
        let text = self.ready.get_mut();
        text.clear();
        let mut rest = &self.raw[..filled];
        loop {
            let at = text.len();
            // A unit of two bytes becomes at most three; the rest is what the decoder buffers.
            text.resize(at + rest.len() * 2 + 16, 0);
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(rest, &mut text[at..], self.ended);
            text.truncate(at + written);
            rest = &rest[read..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => text.push(0xff),
            }
        }
        self.ready.set_position(0);
        Ok(())
    }
}

impl<R: Read> Read for FromUtf16Le<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.ready.read(buffer)?;
            if count > 0 || self.ended || buffer.is_empty() {
                return Ok(count);
            }
            self.refill()?;
        }
    }
}

#[cfg(test)]
#[path = "encoding_tests.rs"]
mod tests;
