#![allow(clippy::unwrap_used)]

use super::*;
use flate2::{Compression, write::ZlibEncoder};
use proptest::prelude::*;
use std::io::Write;

const GOOD: &[u8] = include_bytes!("../../../tests/fixtures/photos/good.jpg");
const EXIF: &[u8] = include_bytes!("../../../tests/fixtures/photos/good_exif_gps.jpg");
const LYING: &[u8] = include_bytes!("../../../tests/fixtures/photos_of_other_programs/lying_orientation_6.jpg");
const PROGRESSIVE: &[u8] = include_bytes!("../../../tests/fixtures/photos/progressive.jpg");
const WRONG_SIZE: &[u8] = include_bytes!("../../../tests/fixtures/photos/wrong_size.jpg");
const FORGED: &[u8] = include_bytes!("../../../tests/fixtures/photos/forged_13000.jpg");
const CMYK: &[u8] = include_bytes!("../../../tests/fixtures/photos/cmyk.jpg");
const CUT: &[u8] = include_bytes!("../../../tests/fixtures/photos/cut_in_half.jpg");
const ENDLESS: &[u8] = include_bytes!("../../../tests/fixtures/photos/without_end.jpg");
const ZIPPED: &[u8] = include_bytes!("../../../tests/fixtures/photos/zip_appended.jpg");
const TWO: &[u8] = include_bytes!("../../../tests/fixtures/photos/second_image_appended.jpg");
const PNG: &[u8] = include_bytes!("../../../tests/fixtures/photos/png_renamed.jpg");
const BMP: &[u8] = include_bytes!("../../../tests/fixtures/photos/bmp_renamed.jpg");
const HTML: &[u8] = include_bytes!("../../../tests/fixtures/photos/html_renamed.jpg");

fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let checked = [kind.as_slice(), data].concat();
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [length.as_slice(), &checked, &crc32fast::hash(&checked).to_be_bytes()].concat()
}

fn header((width, height): (u32, u32), depth: u8, colour: u8, interlace: u8) -> Vec<u8> {
    let rest = [depth, colour, 0, 0, interlace];
    chunk(*b"IHDR", &[width.to_be_bytes().as_slice(), &height.to_be_bytes(), &rest].concat())
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn png(chunks: &[Vec<u8>]) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n".as_slice(), &chunks.concat()].concat()
}

/// A picture whose rows are `raw` before compression.
fn picture(header: Vec<u8>, raw: &[u8]) -> Vec<u8> {
    png(&[header, chunk(*b"IDAT", &deflate(raw)), chunk(*b"IEND", b"")])
}

/// 3×2 pixels of 8-bit grey.
fn small() -> Vec<u8> {
    picture(header((3, 2), 8, 0, 0), &[0, 1, 2, 3, 4, 5, 6, 7])
}

fn code(bytes: &[u8]) -> &'static str {
    check(bytes).map_or_else(|problem| problem.code(), |evidence| evidence.media_type().as_str())
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[test]
fn ordinary_pictures_pass_whatever_their_size_and_are_told_by_content() {
    for jpeg in [GOOD, EXIF, PROGRESSIVE, WRONG_SIZE] {
        assert_eq!(code(jpeg), "image/jpeg");
    }
    assert_eq!(code(PNG), "image/png");
    assert_eq!(check(&small()).unwrap().bytes(), small());
}

#[test]
fn each_colour_type_and_depth_passes_with_exactly_its_rows() {
    let palette = chunk(*b"PLTE", &[9; 6]);
    // Colour, depth, bytes of a row of 5 pixels, whether it needs a palette
    let table = [
        (0, 1, 1, false),
        (0, 2, 2, false),
        (0, 4, 3, false),
        (0, 16, 10, false),
        (2, 8, 15, false),
        (2, 16, 30, false),
        (3, 1, 1, true),
        (3, 8, 5, true),
        (4, 8, 10, false),
        (6, 16, 40, false),
    ];
    for (colour, depth, row, indexed) in table {
        let file = |bytes: usize| {
            let palette = if indexed { palette.clone() } else { Vec::new() };
            let data = chunk(*b"IDAT", &deflate(&vec![0; bytes]));
            png(&[header((5, 4), depth, colour, 0), palette, data, chunk(*b"IEND", b"")])
        };
        let whole = (row + 1) * 4;
        assert_eq!(code(&file(whole)), "image/png", "colour {colour}, depth {depth}");
        assert_eq!(code(&file(whole - 1)), "truncated", "colour {colour}, depth {depth}");
        assert_eq!(code(&file(whole + 1)), "damaged", "colour {colour}, depth {depth}");
    }
    for (colour, depth) in [(0, 3), (1, 8), (2, 4), (3, 16), (4, 2), (5, 8), (6, 1), (7, 8), (0, 0)] {
        assert_eq!(code(&picture(header((1, 1), depth, colour, 0), &[0; 9])), "damaged", "{colour} {depth}");
    }
}

#[test]
fn interlaced_pictures_are_counted_pass_by_pass() {
    // Bytes counted by hand: a pass without columns or rows has none.
    for (size, bytes) in [((1, 1), 2), ((5, 5), 2 + 2 + 3 + 4 + 4 + 9 + 12), ((8, 8), 15 + 64), ((1, 8), 16)] {
        let file = |bytes: usize| picture(header(size, 8, 0, 1), &vec![0; bytes]);
        assert_eq!(code(&file(bytes)), "image/png", "{size:?}");
        assert_eq!(code(&file(bytes - 1)), "truncated", "{size:?}");
        assert_eq!(code(&file(bytes + 1)), "damaged", "{size:?}");
    }
}

#[test]
fn metadata_is_dropped_and_picture_data_kept() {
    assert!(holds(EXIF, b"Exif"));
    let clean = check(EXIF).unwrap();
    assert!(!holds(clean.bytes(), b"Exif") && !holds(clean.bytes(), b"GPS"));

    let [start, end] = [header((3, 2), 8, 0, 0), chunk(*b"IEND", b"")];
    let data = chunk(*b"IDAT", &deflate(&[0; 8]));
    let meta = [
        chunk(*b"tEXt", b"Author\0SECRET"),
        chunk(*b"iTXt", b"XML\0SECRET"),
        chunk(*b"zTXt", b"SECRET"),
        chunk(*b"eXIf", b"MM\0*SECRET"),
        chunk(*b"iCCP", b"SECRET"),
        chunk(*b"tIME", b"SECRET!"),
        chunk(*b"prVt", b"SECRET"),
    ]
    .concat();
    let file = png(&[start.clone(), meta.clone(), data.clone(), meta, end.clone()]);
    assert_eq!(check(&file).unwrap().bytes(), png(&[start, data, end]));
}

#[test]
fn the_orientation_alone_of_exif_stays_so_that_a_picture_is_shown_as_its_owner_saw_it() {
    let lying = check(LYING).unwrap();
    let app1 = b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    assert!(holds(lying.bytes(), app1));
    assert_eq!(check(lying.bytes()), Ok(lying));

    let [start, end] = [header((3, 2), 8, 0, 0), chunk(*b"IEND", b"")];
    let data = chunk(*b"IDAT", &deflate(&[0; 8]));
    let exif = |value: u8| {
        let entry = [&[0x12, 0x01, 3, 0, 1, 0, 0, 0, value, 0, 0, 0], b"SECRET".as_slice()].concat();
        chunk(*b"eXIf", &[b"II*\0\x08\0\0\0\x01\0".as_slice(), &entry].concat())
    };
    let bare = chunk(*b"eXIf", b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0");
    let clean = |parts: &[&Vec<u8>]| {
        let parts: Vec<_> = parts.iter().map(|part| (*part).clone()).collect();
        check(&png(&parts)).unwrap().bytes().to_vec()
    };
    let expected = [start.clone(), bare.clone(), data.clone(), end.clone()];
    assert_eq!(clean(&[&start, &exif(8), &exif(3), &data, &end]), png(&expected));
    assert_eq!(clean(&[&start, &bare, &data, &end]), png(&expected));
    assert_eq!(clean(&[&start, &data, &exif(8), &end]), png(&[start.clone(), data.clone(), bare, end.clone()]));
    for upright in [0, 1, 9] {
        assert_eq!(clean(&[&start, &exif(upright), &data, &end]), png(&[start.clone(), data.clone(), end.clone()]));
    }
}

#[test]
fn an_empty_tail_is_cut_off() {
    for tail in [b"\0\0\0\0".as_slice(), b"\r\n", b"\n"] {
        assert_eq!(check(&[small().as_slice(), tail].concat()), check(&small()));
        assert_eq!(check(&[GOOD, tail].concat()), check(GOOD));
    }
}

#[test]
fn data_may_come_in_many_chunks_and_transparency_stays() {
    let data = deflate(&[0; 8]);
    let (one, two) = data.split_at(3);
    let parts = [
        header((3, 2), 8, 0, 0),
        chunk(*b"tRNS", &[0, 1]),
        chunk(*b"IDAT", one),
        chunk(*b"IDAT", b""),
        chunk(*b"IDAT", two),
        chunk(*b"IEND", b""),
    ];
    assert_eq!(check(&png(&parts)).unwrap().bytes(), png(&parts));
}

#[test]
fn what_is_not_one_whole_still_picture_is_refused_by_name() {
    let [start, data, end] = [header((3, 2), 8, 0, 0), chunk(*b"IDAT", &deflate(&[0; 8])), chunk(*b"IEND", b"")];
    let mut bad_sum = small();
    bad_sum[29] ^= 1;
    let mut bad_adler = deflate(&[0; 8]);
    *bad_adler.last_mut().unwrap() ^= 1;
    let hidden = chunk(*b"IDAT", &[deflate(&[0; 8]), b"PK\x03\x04".to_vec()].concat());
    let table: [(&str, Vec<u8>, &str); 27] = [
        ("nothing", Vec::new(), "empty"),
        ("PDF", b"%PDF-1.7 ...".to_vec(), "kind"),
        ("ZIP", b"PK\x03\x04....".to_vec(), "kind"),
        ("GIF", b"GIF89a....".to_vec(), "kind"),
        ("HEIC", b"\0\0\0\x18ftypheic".to_vec(), "kind"),
        ("BMP", BMP.to_vec(), "kind"),
        ("HTML", HTML.to_vec(), "kind"),
        ("CMYK", CMYK.to_vec(), "unsupported"),
        ("half a JPEG", CUT.to_vec(), "truncated"),
        ("JPEG without end", ENDLESS.to_vec(), "truncated"),
        ("JPEG and ZIP", ZIPPED.to_vec(), "trailing"),
        ("two JPEGs", TWO.to_vec(), "trailing"),
        ("JPEG of 169 million pixels", FORGED.to_vec(), "pixels"),
        ("PNG and ZIP", [small(), b"PK\x03\x04zip".to_vec()].concat(), "trailing"),
        ("PNG and JPEG", [small().as_slice(), GOOD].concat(), "trailing"),
        ("PNG signature alone", b"\x89PNG\r\n\x1a\n".to_vec(), "truncated"),
        ("text-mode PNG", b"\x89PNG\n\x1a\n".to_vec(), "damaged"),
        ("PNG of 25,000,001 pixels", picture(header((25_000_001, 1), 1, 0, 0), &[0]), "pixels"),
        ("PNG of no pixels", picture(header((0, 5), 8, 0, 0), &[]), "damaged"),
        ("APNG", png(&[start.clone(), chunk(*b"acTL", &[0; 8]), data.clone(), end.clone()]), "animated"),
        ("a checksum", bad_sum, "damaged"),
        ("the picture's checksum", png(&[start.clone(), chunk(*b"IDAT", &bad_adler), end.clone()]), "damaged"),
        ("bytes behind the rows", png(&[start.clone(), hidden, end.clone()]), "damaged"),
        ("no data", png(&[start.clone(), end.clone()]), "truncated"),
        ("a filter", picture(start.clone(), &[5, 0, 0, 0, 0, 0, 0, 0]), "damaged"),
        ("no palette", picture(header((3, 2), 8, 3, 0), &[0; 8]), "damaged"),
        ("an unknown critical chunk", png(&[start, chunk(*b"ABCD", b""), data, end]), "damaged"),
    ];
    for (what, bytes, expected) in table {
        assert_eq!(code(&bytes), expected, "{what}");
    }
}

#[test]
fn refusals_name_the_rule_and_the_measured_value() {
    let words = |bytes: &[u8]| check(bytes).unwrap_err().to_string();
    assert!(words(&vec![0; MAX_BYTES + 1]).contains("不能超过 6MB，您上传的是 6.1MB"));
    assert!(words(FORGED).contains("2500 万像素，您上传的是 13000×13000 像素"));
    assert!(words(b"%PDF-1.7").contains("JPG 或 PNG 格式，您上传的是 PDF 文件"));
    assert!(words(ZIPPED).contains("638 字节其他内容（ZIP"));
    assert!(words(CMYK).contains("CMYK"));
}

#[test]
fn a_flood_of_rows_ends_where_the_header_says() {
    // 6 KB that inflate to 6 MB: refused after the promised eight bytes.
    let bomb = deflate(&vec![0; 6_000_000]);
    assert_eq!(code(&png(&[header((3, 2), 8, 0, 0), chunk(*b"IDAT", &bomb), chunk(*b"IEND", b"")])), "damaged");
}

#[test]
fn a_picture_cut_anywhere_is_refused() {
    for whole in [small(), PNG.to_vec()] {
        for cut in (0..whole.len()).step_by(whole.len() / 60 + 1) {
            assert!(check(&whole[..cut]).is_err(), "cut at {cut}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered_and_what_passes_is_clean_for_good(
        start in prop_oneof![
            Just(small()),
            Just(PNG[..600].to_vec()),
            Just(GOOD[..700].to_vec()),
            Just(LYING.to_vec()),
            Just(Vec::new()),
        ],
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..4),
        tail in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut bytes = start;
        for (at, byte) in changes {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        bytes.extend(tail);
        if let Ok(clean) = check(&bytes) {
            // A directory of EXIF may lack the four bytes that end one.
            prop_assert!(clean.bytes().len() <= bytes.len() + 4);
            prop_assert_eq!(check(clean.bytes()), Ok(clean));
        }
    }

    #[test]
    fn one_changed_bit_of_a_png_never_passes_as_another_picture(at in any::<proptest::sample::Index>(), bit in 0u8..8) {
        let mut bytes = small();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(check(&bytes).is_err());
    }
}
