//! What the segments before the first scan say, and which of them are kept.

use super::{APP0, APP1, APP14, Colours, Shape};
use crate::domain::photo::exif::Orientation;
use crate::domain::photo::scans::Frame;

/// State from the segments before the first scan.
#[derive(Default)]
pub(super) struct Said {
    orientation: Option<Orientation>,
    is_jfif: bool,
    adobe_transform: Option<u8>,
    component_ids: Vec<u8>,
    pub(super) shape: Option<Shape>,
    pub(super) picture: bool,
}

impl Said {
    pub(super) fn shape(&self, frame: &Frame<'_>) -> Shape {
        let orientation = self.orientation.filter(|orientation| !orientation.is_upright());
        Shape { width: frame.width, height: frame.height, orientation }
    }

    pub(super) fn frame(&mut self, frame: &Frame<'_>) {
        self.shape = Some(self.shape(frame));
        self.component_ids = frame.specifications.as_chunks::<3>().0.iter().map(|[id, ..]| *id).collect();
    }

    /// The part of an APPn or COM segment that is kept.
    pub(super) fn kept(&mut self, marker: u8, payload: &[u8]) -> Option<Vec<u8>> {
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
    pub(super) fn colours(&self) -> Colours {
        match (self.is_jfif, self.adobe_transform, self.component_ids.as_slice()) {
            (false, Some(0), _) | (false, None, b"RGB") => Colours::Rgb,
            _ => Colours::YCbCr,
        }
    }
}
