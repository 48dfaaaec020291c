use super::*;

#[test]
fn every_collation_says_what_its_bytes_are_or_that_nobody_knows() {
    let utf8 = Charset::Known(Bytes::As(Encoding::Utf8));
    let gb18030 = Charset::Known(Bytes::As(Encoding::Gb18030));
    let [big5, utf16, utf16le, utf32] = [Bytes::Big5, Bytes::Utf16, Bytes::Utf16Le, Bytes::Utf32].map(Charset::Known);
    let table: [(Charset, &[u16]); 8] = [
        (utf8, &[33, 45, 46, 76, 83, 192, 223, 224, 247, 255, 323, 576, 608, 1057, 1069, 1216, 1270, 2048, 2304, 2503]),
        (gb18030, &[24, 28, 86, 87, 248, 250, 1048, 1052, 1110, 1111]),
        (big5, &[1, 84, 1025, 1108]),
        (utf16, &[35, 54, 55, 90, 101, 128, 151, 159, 640, 672, 1059, 1078, 1152, 2560, 2759, 2816, 3015]),
        (utf16le, &[56, 62, 1080, 1086]),
        (utf32, &[60, 61, 160, 183, 736, 1084, 1206, 3072, 3271]),
        (Charset::Whatever, &[5, 8, 11, 15, 31, 47, 48, 49, 63, 65, 94, 1032, 1035, 1071]),
        // Of Japanese, Korean, Thai, Cyrillic and other writing, and unassigned numbers.
        (
            Charset::Foreign,
            &[0, 2, 7, 12, 13, 18, 19, 25, 30, 51, 95, 97, 1024, 1036, 1037, 1112, 1119, 2047, 3328, u16::MAX],
        ),
    ];
    for (charset, collations) in table {
        for collation in collations {
            assert_eq!(Charset::of(*collation), charset, "{collation}");
        }
    }
}

#[test]
fn bytes_are_read_by_their_character_set_and_never_guessed() {
    let table: [(Bytes, &[u8], Option<&str>); 18] = [
        (Bytes::As(Encoding::Utf8), "张三".as_bytes(), Some("张三")),
        (Bytes::As(Encoding::Gb18030), b"\xd5\xc5\xc8\xfd", Some("张三")),
        (Bytes::Big5, b"\xb1i\xa4T A1", Some("張三 A1")),
        (Bytes::Big5, b"\xb1i\xa4", None),
        (Bytes::Big5, b"\xb1i\xc6\xe8", None),
        (Bytes::Big5, b"\xc8\xfe", None),
        // C7 and A4 are bytes of two characters.
        (Bytes::Big5, b"\xa4\xc7\xa4T", Some("匹三")),
        (Bytes::Utf16, b"\x5f\x20\x4e\x09", Some("张三")),
        (Bytes::Utf16, b"\xd8\x40\xdc\x00", Some("\u{20000}")),
        (Bytes::Utf16, b"\xd8\x40", None),
        (Bytes::Utf16, b"\x5f\x20\x4e", None),
        (Bytes::Utf16Le, b"\x20\x5f\x09\x4e", Some("张三")),
        (Bytes::Utf16Le, b"\x00\xdc", None),
        (Bytes::Utf32, b"\0\0\x5f\x20\0\x02\0\0", Some("张\u{20000}")),
        (Bytes::Utf32, b"\0\0\xd8\0", None),
        (Bytes::Utf32, b"\0\x11\0\0", None),
        (Bytes::Utf32, b"\0\0\x5f", None),
        (Bytes::Utf32, b"", Some("")),
    ];
    for (bytes, own, expected) in table {
        let mut text = String::from("x");
        let done = bytes.decode_into(own, &mut text);
        assert_eq!(done.map(|()| &text[1..]), expected, "{bytes:?} {own:?}");
    }
}
