//! The markers and segments of a JPEG file, in order.

use super::PROGRESSIVE;
use crate::domain::photo::problem::{Coding, PhotoProblem};
use crate::domain::photo::scans::Frame;

pub(super) struct Walk<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Walk<'a> {
    fn byte(&mut self) -> Result<u8, PhotoProblem> {
        let byte = *self.bytes.get(self.at).ok_or(PhotoProblem::Truncated)?;
        self.at += 1;
        Ok(byte)
    }

    /// The next marker's code. Fill bytes (0xff) before it are allowed by the standard.
    pub(super) fn marker(&mut self) -> Result<u8, PhotoProblem> {
        if self.byte()? != 0xff {
            return Err(PhotoProblem::Damaged("no marker where one is due"));
        }
        loop {
            match self.byte()? {
                0xff => {}
                code => return Ok(code),
            }
        }
    }

    /// The payload of the segment whose marker was just read.
    pub(super) fn payload(&mut self) -> Result<&'a [u8], PhotoProblem> {
        let length = usize::from(u16::from_be_bytes([self.byte()?, self.byte()?]));
        let length = length.checked_sub(2).ok_or(PhotoProblem::Damaged("segment length"))?;
        let payload = self.bytes.get(self.at..self.at + length).ok_or(PhotoProblem::Truncated)?;
        self.at += length;
        Ok(payload)
    }

    /// A scan's data, including restart markers and the fill bytes before them, up to the next other marker or the end of the file.
    pub(super) fn entropy_coded(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let mut end = 0;
        while let Some(data) = rest[end..].iter().position(|byte| *byte == 0xff) {
            let start = end + data;
            let fill = rest[start..].iter().take_while(|byte| **byte == 0xff).count();
            match rest.get(start + fill) {
                Some(0xd0..=0xd7) => {}
                Some(0x00) if fill == 1 => {}
                _ => {
                    self.at += start;
                    return &rest[..start];
                }
            }
            end = start + fill + 1;
        }
        self.at = self.bytes.len();
        rest
    }
}

/// Reads a frame header: coding first, because it determines how to read the rest.
pub(super) fn frame(marker: u8, payload: &[u8]) -> Result<Frame<'_>, PhotoProblem> {
    match marker {
        0xc0..=0xc2 => {}
        0xc3 => return Err(PhotoProblem::Unsupported(Coding::Lossless)),
        0xc5..=0xc7 | 0xcd..=0xcf => return Err(PhotoProblem::Unsupported(Coding::Hierarchical)),
        _ => return Err(PhotoProblem::Unsupported(Coding::Arithmetic)),
    }
    let &[precision, h1, h0, w1, w0, components, ref rest @ ..] = payload else {
        return Err(PhotoProblem::Damaged("frame header"));
    };
    let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
    match components {
        1 | 3 => {}
        4 => return Err(PhotoProblem::Unsupported(Coding::Cmyk)),
        other => return Err(PhotoProblem::Unsupported(Coding::Components(other))),
    }
    if precision != 8 {
        return Err(PhotoProblem::Unsupported(Coding::Precision(precision)));
    }
    if rest.len() != usize::from(components) * 3 {
        return Err(PhotoProblem::Damaged("frame header"));
    }
    Ok(Frame { progressive: marker == PROGRESSIVE, width, height, specifications: rest })
}
