//! Structure, by hand-made files: flat grey pictures of a few hundred bytes. A sound one passes every check up to the minimum of 10 KB.
//! `tests/photo_rules.rs` has the rules, by real pictures.
#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

const GREY: [(u8, u8); 1] = [(1, 0x11)];
const COLOUR_420: [(u8, u8); 3] = [(1, 0x22), (2, 0x11), (3, 0x11)];
const BLOCKS_ACROSS: usize = 37;
const BLOCKS: usize = BLOCKS_ACROSS * 52;

fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], length.as_slice(), payload].concat()
}

fn frame(marker: u8, precision: u8, (width, height): (u16, u16), components: &[(u8, u8)]) -> Vec<u8> {
    let mut payload = vec![precision];
    payload.extend(height.to_be_bytes());
    payload.extend(width.to_be_bytes());
    payload.push(u8::try_from(components.len()).unwrap());
    payload.extend(components.iter().flat_map(|(id, sampling)| [*id, *sampling, 0]));
    segment(marker, &payload)
}

fn plain_frame(marker: u8, components: &[(u8, u8)]) -> Vec<u8> {
    frame(marker, 8, (WIDTH, HEIGHT), components)
}

/// One quantisation table of ones; DC and AC tables whose only code is a single 0: no difference, end of block.
fn tables() -> Vec<u8> {
    let mut one_code = [0; 18];
    one_code[1] = 1;
    let dc = segment(0xc4, &one_code);
    one_code[0] = 0x10;
    [segment(0xdb, &[[0].as_slice(), &[1; 64]].concat()), dc, segment(0xc4, &one_code)].concat()
}

fn scan(ids: &[u8], (start, end, approximation): (u8, u8, u8), data: &[u8]) -> Vec<u8> {
    let mut header = vec![u8::try_from(ids.len()).unwrap()];
    header.extend(ids.iter().flat_map(|id| [*id, 0]));
    header.extend([start, end, approximation]);
    [segment(0xda, &header).as_slice(), data].concat()
}

/// `count` zero bits, padded with ones.
fn zeros(count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count / 8];
    if !count.is_multiple_of(8) {
        bytes.push(0xff >> (count % 8));
    }
    bytes
}

fn file(parts: &[Vec<u8>]) -> Vec<u8> {
    [[0xff, 0xd8].as_slice(), &parts.concat(), &[0xff, 0xd9]].concat()
}

fn baseline(scans: &[Vec<u8>]) -> Vec<u8> {
    file(&[tables(), plain_frame(0xc0, &GREY), scans.concat()])
}

fn progressive(scans: &[Vec<u8>]) -> Vec<u8> {
    file(&[tables(), plain_frame(0xc2, &GREY), scans.concat()])
}

/// Data with a restart marker after each row of blocks; `numbers` gives the markers' numbers.
fn rows(count: usize, numbers: impl Fn(usize) -> usize) -> Vec<u8> {
    let mut data = Vec::new();
    for row in 0..count {
        if row > 0 {
            data.extend([0xff, 0xd0 + u8::try_from(numbers(row - 1)).unwrap()]);
        }
        data.extend(zeros(BLOCKS_ACROSS * 2));
    }
    data
}

fn with_restarts(data: &[u8]) -> Vec<u8> {
    let interval = u16::try_from(BLOCKS_ACROSS).unwrap().to_be_bytes();
    file(&[tables(), plain_frame(0xc0, &GREY), segment(0xdd, &interval), scan(&[1], (0, 63, 0), data)])
}

#[track_caller]
fn is_sound(bytes: &[u8]) {
    assert_eq!(check(bytes), Err(PhotoProblem::TooSmall { bytes: bytes.len() }));
}

#[track_caller]
fn code(bytes: &[u8]) -> &'static str {
    check(bytes).unwrap_err().code()
}

#[test]
fn a_baseline_scan_holds_exactly_the_promised_blocks() {
    let with = |count: usize| baseline(&[scan(&[1], (0, 63, 0), &zeros(count))]);
    is_sound(&with(BLOCKS * 2));
    assert_eq!(code(&with(BLOCKS * 2 - 8)), "truncated");
    assert_eq!(code(&with(BLOCKS * 2 + 8 * 65)), "damaged");
    assert_eq!(code(&baseline(&[])), "truncated");
}

#[test]
fn interleaved_and_separate_colour_scans_are_counted_by_their_own_grids() {
    let (mcus, luma) = (19 * 26, BLOCKS);
    let colour = |scans: &[Vec<u8>]| file(&[tables(), plain_frame(0xc0, &COLOUR_420), scans.concat()]);
    is_sound(&colour(&[scan(&[1, 2, 3], (0, 63, 0), &zeros(mcus * 6 * 2))]));
    let separate = [(1, luma), (2, mcus), (3, mcus)].map(|(id, blocks)| scan(&[id], (0, 63, 0), &zeros(blocks * 2)));
    is_sound(&colour(&separate));
    assert_eq!(code(&colour(&separate[..2])), "truncated");
    assert_eq!(code(&colour(&[separate[0].clone(), separate[0].clone()])), "damaged");
}

#[test]
fn restart_markers_come_in_order_and_number() {
    is_sound(&with_restarts(&rows(52, |row| row % 8)));
    assert_eq!(code(&with_restarts(&rows(51, |row| row % 8))), "truncated");
    assert_eq!(code(&with_restarts(&rows(53, |row| row % 8))), "damaged");
    assert_eq!(code(&with_restarts(&rows(52, |row| (row + 1) % 8))), "damaged");
    assert_eq!(code(&baseline(&[scan(&[1], (0, 63, 0), &rows(52, |row| row % 8))])), "damaged");
}

#[test]
fn a_progressive_picture_needs_every_coefficient_to_the_last_bit() {
    let dc = |high: u8, low: u8| scan(&[1], (0, 0, high << 4 | low), &zeros(BLOCKS));
    let ac = |start: u8, end: u8, high: u8, low: u8| scan(&[1], (start, end, high << 4 | low), &zeros(BLOCKS));
    is_sound(&progressive(&[dc(0, 0), ac(1, 63, 0, 0)]));
    is_sound(&progressive(&[dc(0, 1), ac(1, 5, 0, 2), ac(6, 63, 0, 2), ac(1, 63, 2, 1), dc(1, 0), ac(1, 63, 1, 0)]));
    for incomplete in [vec![dc(0, 0)], vec![dc(0, 0), ac(1, 62, 0, 0)], vec![dc(0, 1), ac(1, 63, 0, 0)]] {
        assert_eq!(code(&progressive(&incomplete)), "truncated");
    }
    for confused in [
        vec![dc(0, 0), dc(0, 0)],
        vec![dc(1, 0)],
        vec![dc(0, 2), dc(1, 0)],
        vec![dc(0, 2), dc(2, 0)],
        vec![scan(&[1], (0, 63, 0), &zeros(BLOCKS * 2))],
        vec![ac(5, 1, 0, 0)],
        vec![ac(1, 64, 0, 0)],
        vec![scan(&[9], (0, 0, 0), &zeros(BLOCKS))],
        vec![scan(&[], (0, 0, 0), &[])],
    ] {
        assert_eq!(code(&progressive(&confused)), "damaged");
    }
}

#[test]
fn a_file_of_nothing_but_scans_is_refused_before_it_costs_time() {
    let scans: Vec<_> = (1..=25).map(|at| scan(&[1], (at, at, 0), &zeros(BLOCKS))).collect();
    assert_eq!(code(&progressive(&scans)), "unsupported");
}

#[test]
fn codings_are_refused_by_name() {
    let table = [
        (plain_frame(0xc0, &[(1, 17), (2, 17), (3, 17), (4, 17)]), "CMYK"),
        (plain_frame(0xc0, &[(1, 17), (2, 17)]), "2 个颜色分量"),
        (frame(0xc1, 12, (WIDTH, HEIGHT), &GREY), "每个颜色 12 位"),
        (plain_frame(0xc3, &GREY), "无损"),
        (plain_frame(0xc5, &GREY), "分层"),
        (plain_frame(0xc9, &GREY), "算术"),
        (plain_frame(0xca, &GREY), "算术"),
        (segment(0xcc, &[0, 0]), "算术"),
        (segment(0xde, &[0; 9]), "分层"),
    ];
    for (header, word) in table {
        let problem = check(&file(&[header])).unwrap_err();
        let PhotoProblem::Unsupported(coding) = problem else { panic!("{problem}") };
        assert!(coding.words().contains(word), "{coding:?}");
        assert!(problem.to_string().contains("请用手机重新拍照"), "{problem}");
    }
}

#[test]
fn dimensions_are_read_before_anything_is_decoded() {
    for (width, height) in [(13000, 13000), (295, 412), (413, 295), (0, 0), (295, 0)] {
        let problem = check(&file(&[frame(0xc0, 8, (width, height), &GREY)]));
        assert_eq!(problem, Err(PhotoProblem::Dimensions { width: width.into(), height: height.into() }));
    }
}

#[test]
fn headers_that_make_no_sense_are_damaged() {
    let sound = || scan(&[1], (0, 63, 0), &zeros(BLOCKS * 2));
    let overfull = [&[0, 3], [0; 15].as_slice(), &[0, 0, 0]].concat();
    let table = [
        file(&[tables(), sound()]),
        file(&[tables(), plain_frame(0xc0, &GREY), plain_frame(0xc0, &GREY), sound()]),
        file(&[plain_frame(0xc0, &GREY), sound()]),
        file(&[tables(), plain_frame(0xc0, &[(1, 0x01)]), sound()]),
        file(&[tables(), plain_frame(0xc0, &[(1, 0x51)]), sound()]),
        file(&[tables(), plain_frame(0xc0, &[(1, 0x31), (2, 0x21), (3, 0x11)]), sound()]),
        file(&[tables(), plain_frame(0xc0, &[(1, 17), (1, 17), (3, 17)]), sound()]),
        file(&[segment(0xc4, &overfull)]),
        file(&[segment(0xc4, &[0x20; 18])]),
        file(&[segment(0xdd, &[1])]),
        file(&[vec![0xff, 0xd0]]),
        file(&[vec![0xff, 0xd8]]),
        file(&[vec![0xff, 0xe1, 0, 1]]),
        file(&[vec![0x00]]),
    ];
    for bytes in table {
        assert_eq!(code(&bytes), "damaged");
    }
}

#[test]
fn metadata_goes_and_what_colours_need_stays() {
    let jfif = b"JFIF\0\x01\x01\x01\0\x48\0\x48\x01\x01RGB";
    let adobe = b"Adobe\0\x64\0\0\0\0\x01";
    let picture = [tables(), plain_frame(0xc0, &GREY), scan(&[1], (0, 63, 0), &zeros(BLOCKS * 2))].concat();
    let dirty = file(&[
        segment(0xe0, jfif),
        segment(0xe0, b"JFXX\0\x13thumbnail"),
        segment(0xe1, b"Exif\0\0GPS"),
        segment(0xe2, b"ICC_PROFILE\0"),
        segment(0xee, &[adobe.as_slice(), b"more"].concat()),
        segment(0xef, b"x"),
        segment(0xfe, b"comment"),
        vec![0xff, 0xff],
        picture.clone(),
    ]);
    let bare = [&jfif[..12], &[0, 0]].concat();
    let expected = file(&[segment(0xe0, &bare), segment(0xee, adobe), picture]);
    assert_eq!(clean(&dirty), expected);
    assert_eq!(clean(&expected), expected);
}

fn clean(bytes: &[u8]) -> Vec<u8> {
    segments::clean(bytes, |_| Ok(())).unwrap().bytes
}

/// EXIF with this orientation, a camera's name and a position.
fn exif(orientation: u8) -> Vec<u8> {
    let entries = [
        b"\x01\x0f\0\x02\0\0\0\x04Cam\0".as_slice(),
        b"\x01\x12\0\x03\0\0\0\x01\0",
        &[orientation],
        b"\0\0\x88\x25\0\x04\0\0\0\x01\0\0\0\x2a\0\0\0\0GPS",
    ];
    segment(0xe1, &[b"Exif\0\0MM\0*\0\0\0\x08\0\x03".as_slice(), &entries.concat()].concat())
}

#[test]
fn an_orientation_that_viewers_obey_is_named_before_anything_that_is_measured_of_the_stored_pixels() {
    let picture = || [tables(), plain_frame(0xc0, &GREY), scan(&[1], (0, 63, 0), &zeros(BLOCKS * 2))].concat();
    for orientation in 2..=8 {
        let expected = format!("旋转信息（EXIF 方向 {orientation}）");
        let lying = frame(0xc0, 8, (413, 295), &GREY);
        let behind_the_frame = [tables(), plain_frame(0xc0, &GREY), exif(orientation), picture()].concat();
        for bytes in
            [file(&[exif(orientation), picture()]), file(&[exif(orientation), lying]), file(&[behind_the_frame])]
        {
            let problem = check(&bytes).unwrap_err();
            assert_eq!(problem.code(), "orientation");
            assert!(problem.to_string().contains(&expected), "{problem}");
        }
    }
    for upright in [0, 1, 9, 255] {
        is_sound(&file(&[exif(upright), picture()]));
    }
    // The first one counts, and none behind a scan.
    is_sound(&file(&[exif(1), exif(6), picture()]));
    is_sound(&file(&[picture(), exif(6)]));
}

#[test]
fn what_a_picture_lies_as_is_all_that_stays_of_exif() {
    let picture = [tables(), plain_frame(0xc0, &GREY), scan(&[1], (0, 63, 0), &zeros(BLOCKS * 2))].concat();
    let kept = segment(0xe1, b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
    let expected = file(&[kept, picture.clone()]);
    assert_eq!(clean(&file(&[exif(6), exif(3), picture.clone()])), expected);
    assert_eq!(clean(&expected), expected);
    assert_eq!(clean(&file(&[exif(1), picture.clone()])), file(&[picture]));
}

#[test]
fn padding_that_decoders_accept_is_accepted() {
    let data = zeros(BLOCKS * 2);
    let ending = |tail: &[u8]| baseline(&[scan(&[1], (0, 63, 0), &[data.as_slice(), tail].concat())]);
    // The codes end with a byte here.
    assert_eq!(data.last(), Some(&0));
    let ones = b"\xff\0".repeat(100);
    for tail in [&ones, b"\xff\0".as_slice(), b"\xff\0\xff\0\xff\0", b"\xff", b"\xff\xff\xff", b"\xff\0\xff"] {
        is_sound(&ending(tail));
    }
    for tail in [b"\0".as_slice(), b"\0\0\0", &[0; 64], b"\xff\0\0", b"\0\xff\0", b"\0\xff", b"\0\0\xff\xff"] {
        is_sound(&ending(tail));
    }
    for tail in [&[0; 65], b"\x7f".as_slice(), b"\0\x01", b"\xff\0PK", b"\0PK", b"\xff\xff\0"] {
        assert_eq!(code(&ending(tail)), "damaged", "{tail:?}");
    }
}

#[test]
fn fill_bytes_and_padding_stand_before_restart_markers_too() {
    let with = |before: &[u8]| {
        let mut data = Vec::new();
        for row in 0..52u8 {
            if row > 0 {
                data.extend([before, &[0xff, 0xd0 + (row - 1) % 8]].concat());
            }
            data.extend(zeros(BLOCKS_ACROSS * 2));
        }
        with_restarts(&data)
    };
    let plain = with(b"");
    for before in [b"\xff".as_slice(), b"\xff\xff\xff", b"\xff\0", b"\xff\0\xff"] {
        is_sound(&with(before));
    }
    assert_eq!(clean(&with(b"\xff\xff")), clean(&plain), "fill bytes are no part of the picture");
    assert_eq!(code(&with(b"\0")), "damaged");
}

#[test]
fn an_empty_tail_is_cut_off_and_any_other_is_refused() {
    let sound = baseline(&[scan(&[1], (0, 63, 0), &zeros(BLOCKS * 2))]);
    for tail in [b"\0".as_slice(), b"\r\n", b"\n", b"\r", b"\n\0\0\0", &[0; 600]] {
        let bytes = [sound.as_slice(), tail].concat();
        is_sound(&bytes);
        assert_eq!(clean(&bytes), clean(&sound));
    }
    for tail in [b" ".as_slice(), b"\0x", b"\r\nPK\x03\x04", b"\xff\xd9", b"\xff", b"\x1a"] {
        assert_eq!(
            check(&[sound.as_slice(), tail].concat()).map_err(|problem| problem.code()),
            Err("trailing"),
            "{tail:?}"
        );
    }
}

#[test]
fn quantisation_tables_come_before_what_needs_them() {
    let [dc, ac] = [0, 0x10].map(|slot| segment(0xc4, &[[slot, 1].as_slice(), &[0; 16]].concat()));
    let with = |tables: &[u8]| {
        let data = scan(&[1], (0, 63, 0), &zeros(BLOCKS * 2));
        file(&[segment(0xdb, tables), dc.clone(), ac.clone(), plain_frame(0xc0, &GREY), data])
    };
    let one = |head: u8, bytes: usize| [[head].as_slice(), &vec![1; bytes]].concat();
    is_sound(&with(&one(0, 64)));
    is_sound(&with(&one(0x10, 128)));
    is_sound(&with(&[one(1, 64), one(0, 64)].concat()));
    for bad in [Vec::new(), one(1, 64), one(0, 63), one(0x10, 64), one(0x20, 64), one(4, 64), one(0, 65)] {
        assert_eq!(code(&with(&bad)), "damaged");
    }
}

#[test]
fn sizes_just_over_a_bound_never_read_as_the_bound() {
    let says = |problem: PhotoProblem, word: &str| assert!(problem.to_string().contains(word), "{problem}");
    says(check(&vec![0; MAX_BYTES + 1]).unwrap_err(), "您上传的是 30.1KB");
    says(PhotoProblem::TooSmall { bytes: MIN_BYTES - 1 }, "您上传的是 9.9KB");
    assert_eq!(check(&vec![0; MAX_BYTES]).unwrap_err().code(), "not_jpeg");
    assert_eq!(check(&[]), Err(PhotoProblem::Empty));
}

#[test]
fn other_files_are_named() {
    let table: [(&[u8], &str); 10] = [
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"GIF89a", "GIF"),
        (b"BM\0\0", "BMP"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WebP"),
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"II*\0", "TIFF"),
        (b"%PDF-1.4", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b" \r\n<!DOCTYPE html>", "网页"),
        (b"MZ", "其他格式"),
    ];
    for (bytes, word) in table {
        let problem = check(bytes).unwrap_err();
        assert_eq!(problem.code(), "not_jpeg");
        assert!(problem.to_string().contains(word), "{problem}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..4000)) {
        prop_assert!(check(&bytes).is_err());
        let _ = check(&[[0xff, 0xd8].as_slice(), &bytes].concat());
        let _ = check(&[tables(), bytes].concat());
    }

    #[test]
    fn any_scan_data_is_answered(data in proptest::collection::vec(any::<u8>(), 0..600), ends in (0u8..64, 0u8..64, any::<u8>())) {
        for build in [baseline, progressive] {
            let _ = check(&build(&[scan(&[1], ends, &data)]));
        }
    }
}
