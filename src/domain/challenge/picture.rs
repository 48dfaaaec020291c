//! The digits as a picture: easy to read, each a little out of place, and one line through all of them.

use png::{BitDepth, ColorType, Encoder};

use super::glyphs::{self, HEIGHT, Point, WIDTH};
use super::{Challenge, DIGITS};

/// Pixels for one CSS pixel: the picture stays sharp at twice its size.
const SCALE: u32 = 2;
const PAPER: u8 = 0xff;
/// What a pen takes from the paper: black on white would glare.
const INK: f32 = 223.0;
/// Half the width of a digit's strokes, and of the line, in pixels.
const PEN: f32 = 3.6;
const LINE: f32 = 1.4;
/// Pixels of a glyph's unit.
const UNIT: (f32, f32) = (9.0, 10.5);

struct Canvas {
    width: u16,
    height: u16,
    pixels: Vec<u8>,
}

impl Canvas {
    fn new() -> Self {
        let [width, height] = [Challenge::SIZE.0, Challenge::SIZE.1].map(|side| side * SCALE);
        let pixels = vec![PAPER; width as usize * height as usize];
        // The picture is a few hundred pixels wide.
        let [width, height] = [width, height].map(|side| u16::try_from(side).unwrap_or(u16::MAX));
        Self { width, height, pixels }
    }

    /// A straight stroke with round ends and smooth edges; what falls outside is not drawn.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // bounded by the picture
    fn stroke(&mut self, from: Point, to: Point, pen: f32) {
        let span = |a: f32, b: f32, side: u16| {
            let (low, high) = (a.min(b) - pen - 1.0, a.max(b) + pen + 1.0);
            (low.max(0.0) as u16, (high.max(0.0) as u16).min(side.saturating_sub(1)))
        };
        let ((left, right), (top, bottom)) = (span(from.0, to.0, self.width), span(from.1, to.1, self.height));
        for y in top..=bottom {
            for x in left..=right {
                let ink = (pen + 0.5 - distance((f32::from(x), f32::from(y)), from, to)).clamp(0.0, 1.0);
                let pixel = &mut self.pixels[usize::from(y) * usize::from(self.width) + usize::from(x)];
                *pixel = (*pixel).min((f32::from(PAPER) - ink * INK) as u8);
            }
        }
    }

    fn png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, self.width.into(), self.height.into());
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::Eight);
        // Writing to memory does not fail, and the sizes agree.
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&self.pixels));
        debug_assert!(written.is_ok());
        file
    }
}

/// From a point to a straight line between two others.
fn distance(point: Point, from: Point, to: Point) -> f32 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (px, py) = (point.0 - from.0, point.1 - from.1);
    let along = ((px * dx + py * dy) / (dx * dx + dy * dy).max(f32::EPSILON)).clamp(0.0, 1.0);
    (px - along * dx).hypot(py - along * dy)
}

/// From -1 to 1.
fn wobble(chance: u8) -> f32 {
    f32::from(chance) / 127.5 - 1.0
}

pub(super) fn draw(digits: [u8; DIGITS], chance: &[u8]) -> Vec<u8> {
    let mut canvas = Canvas::new();
    let (width, height) = (f32::from(canvas.width), f32::from(canvas.height));
    let mut middle = width / 10.0;
    for (digit, chance) in digits.into_iter().zip(chance.chunks_exact(3)) {
        let [across, down, turn] = [chance[0], chance[1], chance[2]].map(wobble);
        let (x, y) = (middle + across * 5.0, height / 2.0 + down * 14.0);
        let (sine, cosine) = (turn * 0.2).sin_cos();
        let place = |(px, py): Point| {
            let (px, py) = ((px - WIDTH / 2.0) * UNIT.0, (py - HEIGHT / 2.0) * UNIT.1);
            (x + px * cosine - py * sine, y + px * sine + py * cosine)
        };
        for stroke in glyphs::DIGITS[usize::from(digit)] {
            for pair in stroke.windows(2) {
                canvas.stroke(place(pair[0]), place(pair[1]), PEN);
            }
        }
        middle += width / 5.0;
    }
    let [first, last] = [chance[20], chance[21]].map(|end| height / 2.0 + wobble(end) * height / 3.0);
    canvas.stroke((0.0, first), (width, last), LINE);
    canvas.png()
}
