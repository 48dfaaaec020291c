//! Decoded pixels, read as they are shown: upright, and on white.

use super::{Crop, HEIGHT, Orientation, WIDTH, shown};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channels {
    Grey,
    GreyAlpha,
    Rgb,
    RgbAlpha,
}

impl Channels {
    const fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::RgbAlpha => 4,
        }
    }
}

pub(super) struct Raster {
    /// Width and height as stored.
    stored: (u32, u32),
    channels: Channels,
    pixels: Vec<u8>,
    orientation: Option<Orientation>,
}

impl Raster {
    /// `None`: there are not as many pixels as the size says.
    pub(super) fn new(
        stored: (u32, u32),
        channels: Channels,
        pixels: Vec<u8>,
        orientation: Option<Orientation>,
    ) -> Option<Self> {
        let count = usize::try_from(u64::from(stored.0) * u64::from(stored.1)).ok()?;
        (count > 0 && pixels.len() == count * channels.count()).then_some(Self {
            stored,
            channels,
            pixels,
            orientation,
        })
    }

    /// Width and height as shown.
    pub(super) fn size(&self) -> (u32, u32) {
        shown(self.stored, self.orientation)
    }

    /// The colour of a pixel as shown.
    fn at(&self, x: u32, y: u32) -> [f32; 3] {
        let (width, height) = self.stored;
        let (x, y) = self.orientation.map_or((x, y), |orientation| orientation.stored_at((x, y), (width, height)));
        let start = (y as usize * width as usize + x as usize) * self.channels.count();
        let value = |channel: usize| f32::from(self.pixels[start + channel]);
        let on_white = |colour: f32, alpha: f32| 255.0 - (255.0 - colour) * alpha / 255.0;
        match self.channels {
            Channels::Grey => [value(0); 3],
            Channels::GreyAlpha => [on_white(value(0), value(1)); 3],
            Channels::Rgb => [value(0), value(1), value(2)],
            Channels::RgbAlpha => [0, 1, 2].map(|channel| on_white(value(channel), value(3))),
        }
    }

    /// A part of the picture at the photo's size, as rows of RGB.
    pub(super) fn scaled(&self, crop: &Crop) -> Vec<u8> {
        let across = taps(crop.width, WIDTH);
        let down = taps(crop.height, HEIGHT);
        let mut narrow = Vec::with_capacity(crop.height as usize * across.len());
        for row in 0..crop.height {
            let pixel = |column| self.at(crop.x + column, crop.y + row);
            narrow.extend(across.iter().map(|taps| taps.sum(pixel)));
        }
        let mut rgb = Vec::with_capacity(down.len() * across.len() * 3);
        for taps in &down {
            for column in 0..across.len() {
                rgb.extend(taps.sum(|row| narrow[row as usize * across.len() + column]).map(to_byte));
            }
        }
        rgb
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn to_byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// The pixels of the source that one pixel of the result is mixed of.
struct Taps {
    first: u32,
    /// Their sum is 1.
    weights: Vec<f32>,
}

impl Taps {
    fn sum(&self, pixel: impl Fn(u32) -> [f32; 3]) -> [f32; 3] {
        let mut mixed = [0.0; 3];
        for (index, weight) in (self.first..).zip(&self.weights) {
            mixed.iter_mut().zip(pixel(index)).for_each(|(sum, value)| *sum += weight * value);
        }
        mixed
    }
}

/// A triangle over each pixel of the result, as wide as twice the pixels that it stands for: no pixel is left out when shrinking, and
/// enlarging interpolates.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn taps(source: u32, result: u16) -> Vec<Taps> {
    let scale = source as f32 / f32::from(result);
    let reach = scale.max(1.0);
    let of = |index: u16| {
        let centre = (f32::from(index) + 0.5) * scale;
        let first = (centre - reach).floor().max(0.0) as u32;
        let last = ((centre + reach).ceil() as u32).min(source);
        let weight = |pixel: u32| (1.0 - ((pixel as f32 + 0.5 - centre) / reach).abs()).max(0.0);
        let weights: Vec<f32> = (first..last).map(weight).collect();
        let sum: f32 = weights.iter().sum();
        Taps { first, weights: weights.into_iter().map(|weight| weight / sum).collect() }
    };
    (0..result).map(of).collect()
}
