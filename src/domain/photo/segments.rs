//! A strict walk over a JPEG file's marker segments (ITU-T T.81, annex B), and the file without its metadata.

mod said;
mod walk;

use super::exif::Orientation;
use super::huffman::restart_intervals;
use super::problem::{Coding, FileKind, PhotoProblem};
use super::scans::Scans;
use said::Said;
use walk::{Walk, frame};

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const DHT: u8 = 0xc4;
const DQT: u8 = 0xdb;
const DRI: u8 = 0xdd;
const PROGRESSIVE: u8 = 0xc2;
const RST0: u8 = 0xd0;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP14: u8 = 0xee;

/// How to interpret the three components of a colour picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain) enum Colours {
    YCbCr,
    Rgb,
}

/// The properties of a picture that are known before its data.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain) struct Shape {
    /// In pixels, as stored.
    pub(in crate::domain) width: u16,
    /// In pixels, as stored.
    pub(in crate::domain) height: u16,
    /// How viewers rotate it; `None`: not at all.
    pub(in crate::domain) orientation: Option<Orientation>,
}

/// A file without its metadata.
pub(in crate::domain) struct Clean {
    pub(in crate::domain) bytes: Vec<u8>,
    pub(in crate::domain) colours: Colours,
}

/// Walks the whole file and returns it with tables, frame and scans byte for byte as they were, a bare JFIF header and a bare Adobe segment
/// (it says how colours are coded) where there were such, the orientation alone of EXIF, and nothing else.
///
/// Refuses whatever is not one plain picture with a clean end and nothing behind it but an empty tail. `accept` judges the shape before
/// memory of that size is allocated.
pub(in crate::domain) fn clean(
    bytes: &[u8],
    accept: impl Fn(&Shape) -> Result<(), PhotoProblem>,
) -> Result<Clean, PhotoProblem> {
    let (clean, rest) = first_picture(bytes, accept)?;
    check_tail(rest)?;
    Ok(clean)
}

/// [`clean`] for a file that may go on behind its picture: the picture, and what is behind it.
pub(in crate::domain) fn first_picture(
    bytes: &[u8],
    accept: impl Fn(&Shape) -> Result<(), PhotoProblem>,
) -> Result<(Clean, &[u8]), PhotoProblem> {
    let kind = FileKind::of(bytes);
    if kind != FileKind::Jpeg {
        return Err(PhotoProblem::NotJpeg { kind });
    }
    let mut walk = Walk { bytes, at: 2 };
    let mut out = vec![0xff, SOI];
    let mut scans = Scans::default();
    let mut said = Said::default();
    loop {
        match walk.marker()? {
            EOI => break,
            marker @ (0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf) => {
                let payload = walk.payload()?;
                let frame = frame(marker, payload)?;
                accept(&said.shape(&frame))?;
                scans.define_frame(&frame)?;
                said.frame(&frame);
                write(&mut out, marker, payload);
            }
            SOS => {
                // A segment of EXIF may come after the frame.
                if let Some(shape) = said.shape.filter(|_| !said.picture) {
                    accept(&shape)?;
                }
                said.picture = true;
                let (header, data) = (walk.payload()?, walk.entropy_coded());
                scans.scan(header, data)?;
                write(&mut out, SOS, header);
                write_data(&mut out, data);
            }
            marker @ (DHT | DQT | DRI) => {
                let payload = walk.payload()?;
                match marker {
                    DHT => scans.define_tables(payload)?,
                    DRI => scans.define_restart(payload)?,
                    _ => scans.define_quantisation(payload)?,
                }
                write(&mut out, marker, payload);
            }
            0xcc => return Err(PhotoProblem::Unsupported(Coding::Arithmetic)),
            0xde | 0xdf => return Err(PhotoProblem::Unsupported(Coding::Hierarchical)),
            marker @ (0xe0..=0xef | 0xfe) => {
                let payload = walk.payload()?;
                // Decoders read no such segment behind the first scan header.
                if !said.picture
                    && let Some(kept) = said.kept(marker, payload)
                {
                    write(&mut out, marker, &kept);
                }
            }
            // A second SOI, restart markers outside a scan, DNL, reserved codes
            _ => return Err(PhotoProblem::Damaged("marker out of place")),
        }
    }
    if !scans.is_complete() {
        return Err(PhotoProblem::Truncated);
    }
    out.extend_from_slice(&[0xff, EOI]);
    Ok((Clean { bytes: out, colours: said.colours() }, &bytes[walk.at..]))
}

/// Refuses what follows a picture's end, unless it is an empty tail.
pub(in crate::domain) fn check_tail(rest: &[u8]) -> Result<(), PhotoProblem> {
    if is_empty_tail(rest) {
        return Ok(());
    }
    let kind = Some(FileKind::of(rest)).filter(|kind| *kind != FileKind::Unknown);
    Err(PhotoProblem::Trailing { bytes: rest.len(), kind })
}

/// Whether the bytes behind a picture's end are empty: zeros of a filled-up block, or a line end that a transfer as text added.
pub(in crate::domain) fn is_empty_tail(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, 0 | b'\r' | b'\n'))
}

/// `payload` came from a segment, so its length fits.
fn write(out: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    let length = u16::try_from(payload.len() + 2).unwrap_or(u16::MAX);
    out.extend_from_slice(&[0xff, marker]);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(payload);
}

fn write_data(out: &mut Vec<u8>, data: &[u8]) {
    for (interval, restart) in restart_intervals(data) {
        out.extend_from_slice(interval);
        out.extend(restart.into_iter().flat_map(|number| [0xff, RST0 + number]));
    }
}
