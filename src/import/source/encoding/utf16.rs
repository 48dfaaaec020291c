//! UTF-16LE as UTF-8, while it is read.

use encoding_rs::{DecoderResult, UTF_16LE};
use std::io::{self, Cursor, Read};

use super::guess::read_up_to;

/// UTF-16LE in, UTF-8 out. Half a surrogate pair becomes the byte FF, which no UTF-8 holds: its row is rejected later, its neighbours are
/// not.
pub(super) struct FromUtf16Le<R> {
    input: R,
    decoder: encoding_rs::Decoder,
    raw: Box<[u8]>,
    ready: Cursor<Vec<u8>>,
    ended: bool,
}

impl<R: Read> FromUtf16Le<R> {
    pub(super) fn new(input: R) -> Self {
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
