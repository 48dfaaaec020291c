//! A strict walk over a JPEG file's marker segments (ITU-T T.81, annex B), and the file without its metadata.

use super::exif::Orientation;
use super::huffman::restart_intervals;
use super::problem::{Coding, FileKind, PhotoProblem};
use super::scans::{Frame, Scans};

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
    check_tail(&bytes[walk.at..])?;
    if !scans.is_complete() {
        return Err(PhotoProblem::Truncated);
    }
    out.extend_from_slice(&[0xff, EOI]);
    Ok(Clean { bytes: out, colours: said.colours() })
}

fn check_tail(rest: &[u8]) -> Result<(), PhotoProblem> {
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

/// State from the segments before the first scan.
#[derive(Default)]
struct Said {
    orientation: Option<Orientation>,
    is_jfif: bool,
    adobe_transform: Option<u8>,
    component_ids: Vec<u8>,
    shape: Option<Shape>,
    picture: bool,
}

impl Said {
    fn shape(&self, frame: &Frame<'_>) -> Shape {
        let orientation = self.orientation.filter(|orientation| !orientation.is_upright());
        Shape { width: frame.width, height: frame.height, orientation }
    }

    fn frame(&mut self, frame: &Frame<'_>) {
        self.shape = Some(self.shape(frame));
        self.component_ids = frame.specifications.as_chunks::<3>().0.iter().map(|[id, ..]| *id).collect();
    }

    /// The part of an APPn or COM segment that is kept.
    fn kept(&mut self, marker: u8, payload: &[u8]) -> Option<Vec<u8>> {
        match marker {
            APP0 => {
                // Version and density; without the thumbnail, which could show something else.
                let jfif = payload.first_chunk::<12>().filter(|jfif| jfif.starts_with(b"JFIF\0"))?;
                self.is_jfif = true;
                Some([jfif.as_slice(), &[0, 0]].concat())
            }
            // Readers use the first one.
            APP1 if self.orientation.is_none() => {
                let orientation = Orientation::of_app1(payload)?;
                self.orientation = Some(orientation);
                if let Some(shape) = &mut self.shape {
                    shape.orientation = self.orientation.filter(|orientation| !orientation.is_upright());
                }
                (!orientation.is_upright()).then(|| [b"Exif\0\0".as_slice(), &orientation.to_tiff()].concat())
            }
            APP14 => {
                let mut adobe = *payload.first_chunk::<12>().filter(|adobe| adobe.starts_with(b"Adobe"))?;
                // Decoders that do not know such a transform use the usual one, or fail.
                if adobe[11] > 2 {
                    adobe[11] = 1;
                }
                self.adobe_transform = Some(adobe[11]);
                Some(adobe.to_vec())
            }
            _ => None,
        }
    }

    /// Follows libjpeg, and with it all browsers.
    fn colours(&self) -> Colours {
        match (self.is_jfif, self.adobe_transform, self.component_ids.as_slice()) {
            (false, Some(0), _) | (false, None, b"RGB") => Colours::Rgb,
            _ => Colours::YCbCr,
        }
    }
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

    /// A scan's data, including restart markers and the fill bytes before them, up to the next other marker or the end of the file.
    fn entropy_coded(&mut self) -> &'a [u8] {
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
