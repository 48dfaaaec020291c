//! The photo rules by real pictures (`tests/fixtures/photos`): each fixture breaks at most one rule, and is refused by its
//! name and measured value.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use buzheng::domain::photo::{CleanPhoto, MAX_BYTES, MIN_BYTES, Made, PhotoProblem, Verdict, check, judge};
use jpeg_decoder::Decoder;
use proptest::prelude::*;

fn fixture(name: &str) -> Vec<u8> {
    read("photos", name)
}

/// The same picture as other programs write it.
fn of_another_program(name: &str) -> Vec<u8> {
    read("photos_of_other_programs", name)
}

fn read(folder: &str, name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder).join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn pixels(jpeg: &[u8]) -> Vec<u8> {
    Decoder::new(jpeg).decode().expect("a photo that decodes")
}

/// From the first start-of-scan marker on.
fn picture_data(jpeg: &[u8]) -> &[u8] {
    let at = jpeg.windows(2).position(|pair| pair == [0xff, 0xda]).expect("a scan");
    &jpeg[at..]
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[test]
fn compliant_photos_pass_with_their_pictures_untouched() {
    for name in ["good.jpg", "good_exif_gps.jpg", "gray.jpg", "progressive.jpg"] {
        let uploaded = fixture(name);
        let clean = check(&uploaded).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        assert_eq!(picture_data(clean.bytes()), picture_data(&uploaded), "{name}");
        assert_eq!(pixels(clean.bytes()), pixels(&uploaded), "{name}");
    }
}

#[test]
fn photos_of_other_programs_pass_whatever_way_of_coding_they_chose() {
    let names = ["jpeg_js_1", "jpeg_js_2", "separate_scans", "chroma_first", "fine_chroma", "gray_sampled", "rgb"];
    for name in names {
        let uploaded = of_another_program(&format!("{name}.jpg"));
        let clean = check(&uploaded).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        assert_eq!(picture_data(clean.bytes()), picture_data(&uploaded), "{name}");
    }
    for name in ["jpeg_js_1.jpg", "jpeg_js_2.jpg"] {
        assert!(of_another_program(name).ends_with(b"\xff\0\xff\xd9"), "{name} ends with a byte of padding");
    }
}

#[test]
fn a_photo_that_viewers_turn_is_refused_by_name() {
    let problem = check(&of_another_program("lying_orientation_6.jpg")).unwrap_err();
    assert_eq!(problem.code(), "orientation");
    let words = problem.to_string();
    assert!(words.contains("旋转信息（EXIF 方向 6）") && words.contains("转正后另存为 295×413"), "{words}");
}

#[test]
fn a_line_end_or_zeros_behind_the_end_are_cut_off() {
    let whole = fixture("good.jpg");
    for tail in [b"\r\n".as_slice(), b"\n", b"\0", &[0; 512]] {
        assert_eq!(check(&[whole.as_slice(), tail].concat()), check(&whole));
    }
    for tail in [b"<!-- -->".as_slice(), b"\r\n--boundary", b"\0\0PK\x03\x04"] {
        let problem = check(&[whole.as_slice(), tail].concat()).unwrap_err();
        assert_eq!(problem.code(), "trailing");
        assert!(problem.to_string().contains(&format!("还有 {} 字节", tail.len())), "{problem}");
    }
}

#[test]
fn zeros_before_the_end_marker_are_padding_and_zeros_in_the_place_of_the_picture_are_damage() {
    for name in ["good.jpg", "gray.jpg", "progressive.jpg"] {
        let whole = fixture(name);
        let (picture, end) = whole.split_at(whole.len() - 2);
        assert_eq!(end, b"\xff\xd9");
        let plain = pixels(check(&whole).unwrap().bytes());
        for padding in [b"\0".as_slice(), b"\0\0", &[0; 3], &[0; 16], &[0; 64], b"\xff\0", b"\xff\0\0", b"\0\xff"] {
            let clean = check(&[picture, padding, end].concat()).unwrap_or_else(|problem| panic!("{name}: {problem}"));
            assert_eq!(pixels(clean.bytes()), plain, "{name}: decoders see the picture");
            assert_eq!(check(clean.bytes()).unwrap().bytes(), clean.bytes());
        }
        for hole in [200, 1000, 4000, 9000] {
            let kept = &picture[..picture.len() - hole];
            for zeros in [hole, hole / 2] {
                let problem = check(&[kept, &vec![0; zeros], end].concat()).unwrap_err();
                assert!(["truncated", "damaged", "too_small"].contains(&problem.code()), "{name} {hole}: {problem}");
            }
        }
    }
}

#[test]
fn exif_position_and_comment_are_gone() {
    let uploaded = fixture("good_exif_gps.jpg");
    assert!(contains(&uploaded, b"Exif"), "the fixture carries EXIF");
    let clean = check(&uploaded).unwrap();
    assert!(!contains(clean.bytes(), b"Exif"));
    assert!(clean.bytes().len() < uploaded.len());
    for (marker, what) in [(0xe1, "APP1"), (0xfe, "COM")] {
        let header = &clean.bytes()[..clean.bytes().len() - picture_data(clean.bytes()).len()];
        assert!(!contains(header, &[0xff, marker]), "{what}");
    }
}

#[test]
fn each_broken_rule_is_named_with_the_measured_value() {
    let table = [
        ("too_small_bytes.jpg", "too_small", "10KB 至 30KB 之间，您上传的是 7.0KB"),
        ("too_big_bytes.jpg", "too_large", "10KB 至 30KB 之间，您上传的是 32.4KB"),
        ("wrong_size.jpg", "dimensions", "照片像素应为 295×413，您上传的是 300×400"),
        ("forged_13000.jpg", "dimensions", "您上传的是 13000×13000"),
        ("blue_background.jpg", "background", "偏蓝"),
        ("grayish_background.jpg", "background", "灰色"),
        ("cmyk.jpg", "unsupported", "这张照片是印刷格式，请用手机重新拍照"),
        ("cut_in_half.jpg", "truncated", "不完整"),
        ("without_end.jpg", "truncated", "不完整"),
        ("zip_appended.jpg", "trailing", "638 字节其他内容（ZIP"),
        ("second_image_appended.jpg", "trailing", "另一个 JPG 图片"),
        ("png_renamed.jpg", "not_jpeg", "PNG"),
        ("bmp_renamed.jpg", "not_jpeg", "BMP"),
        ("html_renamed.jpg", "not_jpeg", "网页"),
    ];
    for (name, code, words) in table {
        let problem = check(&fixture(name)).expect_err(name);
        assert_eq!(problem.code(), code, "{name}: {problem}");
        assert!(problem.to_string().contains(words), "{name}: {problem}");
    }
}

#[test]
fn a_blue_background_is_measured_within_jpeg_noise() {
    let Err(PhotoProblem::Background { white_percent, colour: (red, green, blue) }) =
        check(&fixture("blue_background.jpg"))
    else {
        panic!("a blue background passed");
    };
    assert_eq!(white_percent, 0);
    for (measured, drawn) in [(red, 67), (green, 142), (blue, 219u8)] {
        assert!(measured.abs_diff(drawn) <= 3, "{measured} for {drawn}");
    }
}

/// Decoders fill what is missing with grey and call it a success; a photo "repaired" with an end marker must not pass.
#[test]
fn a_photo_cut_anywhere_is_refused_even_when_closed_with_an_end_marker() {
    for name in ["good.jpg", "gray.jpg", "progressive.jpg"] {
        let whole = fixture(name);
        for cut in (2..whole.len() - 3).step_by(101) {
            assert!(check(&whole[..cut]).is_err(), "{name} cut at {cut}");
            let mut closed = whole[..cut].to_vec();
            closed.extend([0xff, 0xd9]);
            assert!(check(&closed).is_err(), "{name} cut at {cut} and closed");
        }
    }
}

#[test]
fn bytes_hidden_between_picture_and_end_marker_are_refused() {
    let whole = fixture("good.jpg");
    let (picture, end) = whole.split_at(whole.len() - 2);
    for hidden in [b"\0PK".as_slice(), &[0; 65], b"\0\x01", b"\r\n", b"PK\x03\x04", b"\xff\xd0\0"] {
        let problem = check(&[picture, hidden, end].concat()).expect_err("hidden bytes");
        assert_eq!(problem.code(), "damaged");
    }
}

#[test]
fn a_clean_photo_is_clean_again() {
    let clean = check(&fixture("good_exif_gps.jpg")).map(CleanPhoto::into_bytes).unwrap();
    assert!(clean.len() >= MIN_BYTES);
    assert_eq!(check(&clean).unwrap().bytes(), clean);
}

/// The browser is held to the same file (`tests/browser/studio.rs`).
#[test]
fn every_rule_that_a_file_breaks_is_told_at_once() {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("fixtures/photo_vectors.json")).unwrap();
    for of_file in vectors["files"].as_array().unwrap() {
        let (folder, name) = of_file["file"].as_str().unwrap().split_once('/').unwrap();
        let codes: Vec<_> = match judge(&read(folder, name)) {
            Verdict::Fits(_) => Vec::new(),
            Verdict::Made(Made { flaws, .. }) | Verdict::Refused(flaws) => {
                flaws.iter().map(PhotoProblem::code).collect()
            }
        };
        assert_eq!(serde_json::json!(codes), of_file["flaws"], "{name}");
    }
}

#[test]
fn a_phones_picture_becomes_a_photo_that_keeps_every_rule() {
    for name in ["portrait_12mp.jpg", "rotated_by_exif.jpg", "progressive.jpg"] {
        let Verdict::Made(made) = judge(&read("phone_photos", name)) else { panic!("{name}: no photo was made") };
        assert_eq!(check(made.photo.bytes()), Ok(made.photo.clone()), "{name}");
        assert!(made.photo.bytes().len() > MAX_BYTES / 2, "{name}: the best quality that fits");
    }
}

#[test]
fn a_header_that_promises_too_many_pixels_is_refused_before_they_are_decoded() {
    let Verdict::Refused(flaws) = judge(&fixture("forged_13000.jpg")) else { panic!("it passed") };
    assert_eq!(flaws, [PhotoProblem::TooManyPixels { width: 13000, height: 13000 }]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_photo_with_a_wrong_byte_is_answered_and_nothing_unclean_comes_out(
        original in prop_oneof![
            Just(fixture("good.jpg")),
            Just(fixture("progressive.jpg")),
            Just(fixture("gray.jpg")),
            Just(fixture("good_exif_gps.jpg")),
            Just(of_another_program("separate_scans.jpg")),
            Just(of_another_program("fine_chroma.jpg")),
        ],
        // Headers are where a decoder can be led astray, so half of the changes go there.
        at in prop_oneof![0usize..800, 0usize..10_500],
        byte in any::<u8>(),
        keep in prop_oneof![Just(usize::MAX), 0usize..12_000],
    ) {
        let mut bytes = original;
        bytes[at] = byte;
        bytes.truncate(keep);
        if let Verdict::Made(made) = judge(&bytes) {
            prop_assert_eq!(check(made.photo.bytes()), Ok(made.photo.clone()));
        }
        if let Ok(clean) = check(&bytes) {
            prop_assert!(clean.bytes().len() <= bytes.len());
            prop_assert!(!contains(clean.bytes(), b"Exif"));
            prop_assert_eq!(pixels(clean.bytes()).len() % (295 * 413), 0);
        }
    }
}
