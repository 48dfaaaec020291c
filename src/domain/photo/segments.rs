//! A strict walk over a JPEG file's marker segments (ITU-T T.81, annex B), and the file without its metadata.

use super::problem::{Coding, FileKind, PhotoProblem};
use super::scans::{Frame, Scans};

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const DHT: u8 = 0xc4;
const DQT: u8 = 0xdb;
const DRI: u8 = 0xdd;
const PROGRESSIVE: u8 = 0xc2;
const APP0: u8 = 0xe0;
const APP14: u8 = 0xee;

/// Walks the whole file and gives it back with tables, frame and scans byte for byte as they were, a bare JFIF header and a
/// bare Adobe segment (it says how colours are coded) where there were such, and nothing else.
///
/// Refuses whatever is not one plain picture with a clean end and nothing behind it. `accept` judges width and height in pixels
/// before anything of that size is set aside.
pub(in crate::domain) fn clean(
    bytes: &[u8],
    accept: impl Fn(u16, u16) -> Result<(), PhotoProblem>,
) -> Result<Vec<u8>, PhotoProblem> {
    let kind = FileKind::of(bytes);
    if kind != FileKind::Jpeg {
        return Err(PhotoProblem::NotJpeg { kind });
    }
    let mut walk = Walk { bytes, at: 2 };
    let mut out = vec![0xff, SOI];
    let mut scans = Scans::default();
    loop {
        match walk.marker()? {
            EOI => break,
            marker @ (0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf) => {
                let payload = walk.payload()?;
                let frame = frame(marker, payload)?;
                accept(frame.width, frame.height)?;
                scans.define_frame(&frame)?;
                write(&mut out, marker, payload);
            }
            SOS => {
                let (header, data) = (walk.payload()?, walk.entropy_coded());
                scans.scan(header, data)?;
                write(&mut out, SOS, header);
                out.extend_from_slice(data);
            }
            marker @ (DHT | DQT | DRI) => {
                let payload = walk.payload()?;
                match marker {
                    DHT => scans.define_tables(payload)?,
                    DRI => scans.define_restart(payload)?,
                    _ => {}
                }
                write(&mut out, marker, payload);
            }
            0xcc => return Err(PhotoProblem::Unsupported(Coding::Arithmetic)),
            0xde | 0xdf => return Err(PhotoProblem::Unsupported(Coding::Hierarchical)),
            APP0 => {
                // Version and density; without the thumbnail, which could show something else.
                if let Some([b'J', b'F', b'I', b'F', 0, fixed @ ..]) = walk.payload()?.first_chunk::<12>() {
                    write(&mut out, APP0, &[b"JFIF\0", fixed.as_slice(), &[0, 0]].concat());
                }
            }
            APP14 => {
                if let Some(adobe) = walk.payload()?.first_chunk::<12>().filter(|adobe| adobe.starts_with(b"Adobe")) {
                    write(&mut out, APP14, adobe);
                }
            }
            // The other APPn, and COM
            0xe1..=0xef | 0xfe => {
                walk.payload()?;
            }
            // A second SOI, restart markers outside a scan, DNL, reserved codes
            _ => return Err(PhotoProblem::Damaged("marker out of place")),
        }
    }
    let rest = &bytes[walk.at..];
    if !rest.is_empty() {
        let kind = Some(FileKind::of(rest)).filter(|kind| *kind != FileKind::Unknown);
        return Err(PhotoProblem::Trailing { bytes: rest.len(), kind });
    }
    if !scans.is_complete() {
        return Err(PhotoProblem::Truncated);
    }
    out.extend_from_slice(&[0xff, EOI]);
    Ok(out)
}

/// `payload` came from a segment, so its length fits.
fn write(out: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    let length = u16::try_from(payload.len() + 2).unwrap_or(u16::MAX);
    out.extend_from_slice(&[0xff, marker]);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(payload);
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    fn byte(&mut self) -> Result<u8, PhotoProblem> {
        let byte = *self.bytes.get(self.at).ok_or(PhotoProblem::Truncated)?;
        self.at += 1;
        Ok(byte)
    }

    /// The next marker's code. Fill bytes (0xff) before it are allowed by the standard.
    fn marker(&mut self) -> Result<u8, PhotoProblem> {
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
    fn payload(&mut self) -> Result<&'a [u8], PhotoProblem> {
        let length = usize::from(u16::from_be_bytes([self.byte()?, self.byte()?]));
        let length = length.checked_sub(2).ok_or(PhotoProblem::Damaged("segment length"))?;
        let payload = self.bytes.get(self.at..self.at + length).ok_or(PhotoProblem::Truncated)?;
        self.at += length;
        Ok(payload)
    }

    /// A scan's data, restart markers included, up to the next other marker or the end of the file.
    fn entropy_coded(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7);
        let length = rest.windows(2).position(ends).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }
}

/// Reads a frame header: coding first, because it says whether the rest means what it seems to.
fn frame(marker: u8, payload: &[u8]) -> Result<Frame<'_>, PhotoProblem> {
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
