#![allow(clippy::unwrap_used)]
use super::guess::guess_bytes;
use super::utf16::FromUtf16Le;
use super::*;
use indicatif::ProgressBar;
use std::io::Read;

fn from_utf16(units: &[u16], tail: &[u8]) -> Vec<u8> {
    let mut raw: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    raw.extend(tail);
    let mut text = Vec::new();
    FromUtf16Le::new(raw.as_slice()).read_to_end(&mut text).unwrap();
    text
}

#[test]
fn gb18030_is_decoded_strictly() {
    let encoding = Encoding::Gb18030;
    assert_eq!(encoding.decode(b"\xb2\xe2\xca\xd4").unwrap(), "测试");
    assert_eq!(encoding.decode(b"\x84\x31\xa4\x37").unwrap(), "\u{fffd}");
    assert_eq!(encoding.decode(b"\x95\x32\x82\x36").unwrap(), "\u{20000}");
    for malformed in [&b"a\xff"[..], b"\xd5", b"\xd5\x20", b"\x84\x31\xa4"] {
        assert_eq!(encoding.decode(malformed), None, "{malformed:?}");
    }
    assert_eq!(encoding.decode(b"\xef\xbb\xbfa").as_deref(), Some("锘縜"), "a UTF-8 mark changes nothing");
    for field in [&b"\xb2\xe2\xca\xd4"[..], b"\x95\x32\x82\x36", b"\xef\xbb\xbfa", b"", b"abc", b"a\xff", b"\xd5\x20"] {
        let mut text = "x".to_owned();
        let decoded = encoding.decode_into(field, &mut text).map(|()| text[1..].to_owned());
        assert_eq!(decoded, encoding.decode(field).map(Cow::into_owned), "{field:?}");
    }
}

#[test]
fn utf16_becomes_utf8_and_halves_of_pairs_become_a_byte_that_is_refused() {
    let text: Vec<u16> = "编号,\u{20000}\r\n".encode_utf16().collect();
    assert_eq!(from_utf16(&text, &[]), "编号,\u{20000}\r\n".as_bytes());
    assert_eq!(from_utf16(&[0x61, 0xd800, 0x62], &[]), b"a\xffb");
    assert_eq!(from_utf16(&[0x61], &[0x62]), b"a\xff");
    let long: Vec<u16> = "测".repeat(100_000).encode_utf16().collect();
    assert_eq!(from_utf16(&long, &[]).len(), 300_000);
}

#[test]
fn encodings_are_guessed_by_most_lines() {
    let gb = b"\xb1\xe0\xba\xc5,1\r\n\xb2\xe2\xca\xd4,2\r\n";
    assert_eq!(guess_bytes(gb), Encoding::Gb18030);
    assert_eq!(guess_bytes("编号,1\n测试,2\n".as_bytes()), Encoding::Utf8);
    assert_eq!(guess_bytes(b"a,b\n1,2\n"), Encoding::Utf8);
    assert_eq!(guess_bytes(&[b"\xff,1\n", "编号\n测试\n".as_bytes()].concat()), Encoding::Utf8);
    let wide: Vec<u8> = "编号,姓名\r\n1,测试\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(guess_bytes(&wide), Encoding::Utf16Le);
    assert_eq!(guess_bytes(b""), Encoding::Utf8);
}

#[test]
fn byte_order_marks_are_taken_off_and_foreign_ones_noted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f.csv");
    let table: [(&[u8], Declared, Encoding, bool, bool); 5] = [
        (b"\xef\xbb\xbfa", Declared::Auto, Encoding::Utf8, false, false),
        (b"\xef\xbb\xbfa", Declared::Fixed(Encoding::Gb18030), Encoding::Gb18030, false, true),
        (b"\xff\xfea\0", Declared::Auto, Encoding::Utf16Le, false, false),
        (b"\x84\x31\x95\x33a", Declared::Fixed(Encoding::Gb18030), Encoding::Gb18030, false, false),
        (b"a", Declared::Auto, Encoding::Utf8, true, false),
    ];
    for (bytes, declared, encoding, guessed, foreign) in table {
        std::fs::write(&path, bytes).unwrap();
        let told = tell(&path, declared).unwrap();
        let mut text = String::new();
        open(&path, told, &ProgressBar::hidden()).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), told.encoding, told.guessed, told.foreign_mark), ("a", encoding, guessed, foreign));
    }
    assert!(tell(folder.path(), Declared::Auto).is_err(), "a folder is no file");
}
