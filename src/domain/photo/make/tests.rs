//! The rules that the browser shares, by `tests/fixtures/photo_vectors.json`; and pictures that only the server gets to see.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::domain::photo::{Coding, background};
use serde::Deserialize;
use serde_json::Value;

const VECTORS: &str = include_str!("../../../../tests/fixtures/photo_vectors.json");

fn vectors<T: for<'de> Deserialize<'de>>(name: &str) -> T {
    let all: Value = serde_json::from_str(VECTORS).unwrap();
    serde_json::from_value(all[name].clone()).unwrap()
}

#[test]
fn the_rules_of_size_are_those_of_the_vectors() {
    let rules: Value = vectors("photo");
    assert_eq!(rules["width"], WIDTH);
    assert_eq!(rules["height"], HEIGHT);
    assert_eq!(rules["least_bytes"], MIN_BYTES);
    assert_eq!(rules["most_bytes"], MAX_BYTES);
}

#[test]
fn the_middle_part_is_that_of_the_vectors() {
    #[derive(Deserialize)]
    struct OfPicture {
        width: u32,
        height: u32,
        crop: [u32; 4],
    }
    for OfPicture { width, height, crop: [x, y, cut_width, cut_height] } in vectors::<Vec<OfPicture>>("crops") {
        let expected = Crop { x, y, width: cut_width, height: cut_height };
        assert_eq!(Crop::middle(width, height), expected, "{width}×{height}");
    }
}

#[test]
fn the_background_is_judged_as_in_the_vectors() {
    #[derive(Deserialize)]
    struct Drawn {
        why: String,
        fill: [u8; 3],
        patches: Vec<[usize; 7]>,
        white: bool,
        percent: u8,
        colour: Option<(u8, u8, u8)>,
    }
    for drawn in vectors::<Vec<Drawn>>("backgrounds") {
        let mut pixels = drawn.fill.repeat(usize::from(WIDTH) * usize::from(HEIGHT));
        for [x, y, width, height, rgb @ ..] in drawn.patches {
            for (row, column) in (y..y + height).flat_map(|row| (x..x + width).map(move |column| (row, column))) {
                let at = (row * usize::from(WIDTH) + column) * 3;
                pixels[at..at + 3].copy_from_slice(&rgb.map(|value| u8::try_from(value).unwrap()));
            }
        }
        let expected = drawn.colour.map(|colour| PhotoProblem::Background { white_percent: drawn.percent, colour });
        assert_eq!(drawn.white, expected.is_none());
        assert_eq!(background::check(&pixels).err(), expected, "{}", drawn.why);
    }
}

#[test]
fn the_quality_is_that_of_the_vectors() {
    #[derive(Deserialize)]
    struct Sizes {
        sizes: Vec<(u8, usize)>,
        quality: Option<u8>,
    }
    for Sizes { sizes, quality } in vectors::<Vec<Sizes>>("qualities") {
        let at = |wanted| Ok::<_, ()>(sizes.iter().rev().find(|(from, _)| *from <= wanted).unwrap().1);
        assert_eq!(quality::best(at), Ok(quality), "{sizes:?}");
    }
}

/// Four quarters of four colours, stored as each orientation has it, are shown alike.
#[test]
fn every_orientation_is_shown_upright() {
    const SHOWN: [[u8; 3]; 4] = [[250, 0, 0], [0, 250, 0], [0, 0, 250], [250, 250, 0]];
    for number in 1..=8_u8 {
        let orientation = Orientation::of_tiff(&tiff(number)).unwrap();
        let (width, height) = if orientation.swaps_sides() { (826, 590) } else { (590, 826) };
        let (shown_width, shown_height) = shown((width, height), Some(orientation));
        let mut pixels = vec![0; (width * height * 3) as usize];
        for (y, x) in (0..shown_height).flat_map(|y| (0..shown_width).map(move |x| (y, x))) {
            let quarter = usize::from(y >= shown_height / 2) * 2 + usize::from(x >= shown_width / 2);
            let (column, row) = stored_by_definition(number, (x, y), (width, height));
            let at = ((row * width + column) * 3) as usize;
            pixels[at..at + 3].copy_from_slice(&SHOWN[quarter]);
        }
        let raster = Raster::new((width, height), raster::Channels::Rgb, pixels, Some(orientation)).unwrap();
        let rgb = raster.scaled(&Crop::middle(shown_width, shown_height));
        let at = |x: usize, y: usize| rgb[(y * 295 + x) * 3..][..3].to_vec();
        let corners = [at(10, 10), at(280, 10), at(10, 400), at(280, 400)];
        assert_eq!(corners, SHOWN.map(|colour| colour.to_vec()), "orientation {number}");
    }
}

/// CIPA DC-008, table of tag 0x0112: where the stored picture's row 0 and column 0 are shown.
fn stored_by_definition(number: u8, (x, y): (u32, u32), (width, height): (u32, u32)) -> (u32, u32) {
    let (from_left, from_top) = (x, y);
    let (across, down) = if number >= 5 { (height, width) } else { (width, height) };
    let (from_right, from_bottom) = (across - 1 - x, down - 1 - y);
    let (row, column) = match number {
        1 => (from_top, from_left),
        2 => (from_top, from_right),
        3 => (from_bottom, from_right),
        4 => (from_bottom, from_left),
        5 => (from_left, from_top),
        6 => (from_right, from_top),
        7 => (from_right, from_bottom),
        _ => (from_left, from_bottom),
    };
    (column, row)
}

fn tiff(number: u8) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0".to_vec();
    tiff[19] = number;
    tiff
}

fn png(size: (u32, u32), colour: ::png::ColorType, pixels: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut file, size.0, size.1);
    encoder.set_color(colour);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(pixels).unwrap();
    writer.finish().unwrap();
    file
}

#[test]
fn what_is_transparent_is_shown_on_white() {
    // A dark, woven square in the lower half; around it black that nobody sees.
    let pixels: Vec<u8> = (0..600_u32 * 840)
        .flat_map(|at| {
            let (x, y) = (at % 600, at / 600);
            let alpha = if (100..500).contains(&x) && y > 400 { 255 } else { 0 };
            [(x * 7 % 61) as u8, (y * 5 % 53) as u8, (x * y % 47) as u8, alpha]
        })
        .collect();
    let Verdict::Made(made) = judge(&png((600, 840), ::png::ColorType::Rgba, &pixels)) else {
        panic!("no photo was made");
    };
    let codes: Vec<_> = made.flaws.iter().map(PhotoProblem::code).collect();
    assert_eq!(codes.first(), Some(&"not_jpeg"));
    assert_eq!(check(made.photo.bytes()), Ok(made.photo.clone()));
}

#[test]
fn a_picture_of_too_many_or_too_few_pixels_is_refused_before_it_is_decoded() {
    let refused = |bytes: &[u8]| match judge(bytes) {
        Verdict::Refused(flaws) => *flaws.last().unwrap(),
        verdict => panic!("{verdict:?}"),
    };
    // A decompression bomb: 30 million white pixels in a few kilobytes.
    let bomb = png((6000, 5000), ::png::ColorType::Grayscale, &vec![255; 30_000_000]);
    assert!(bomb.len() < 1_000_000, "{}", bomb.len());
    assert_eq!(refused(&bomb), PhotoProblem::TooManyPixels { width: 6000, height: 5000 });
    let tiny = png((100, 140), ::png::ColorType::Grayscale, &[255; 14_000]);
    assert_eq!(refused(&tiny), PhotoProblem::TooFewPixels { width: 100, height: 140 });
    let blank = png((295, 413), ::png::ColorType::Grayscale, &vec![255; 295 * 413]);
    assert_eq!(refused(&blank), PhotoProblem::NoQuality);
    for cut in [9, 40, blank.len() / 2] {
        assert_eq!(refused(&blank[..cut]).code(), "damaged", "cut at {cut}");
    }
}

#[test]
fn a_refusal_tells_what_to_do_in_plain_words_and_what_needs_no_work() {
    let mut flaws = vec![PhotoProblem::Unsupported(Coding::Cmyk)];
    assert_eq!(crate::domain::photo::refused(&flaws), "这张照片是印刷格式，请用手机重新拍照");
    flaws.push(PhotoProblem::Dimensions { width: 600, height: 800 });
    flaws.push(PhotoProblem::TooLarge { bytes: 40_000 });
    let told = crate::domain::photo::refused(&flaws);
    assert!(told.ends_with("；像素 600×800、文件大小 39.1KB也不符合要求，换照片后系统会自动调整"), "{told}");
}
