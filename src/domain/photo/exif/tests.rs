use super::*;
use proptest::prelude::*;

/// A directory of entries (tag, type, count, value field), in either byte order.
fn tiff(big_endian: bool, entries: &[(u16, u16, u32, [u8; 4])]) -> Vec<u8> {
    let short = |value: u16| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let long = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let mut bytes = if big_endian { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
    bytes.extend(long(8));
    bytes.extend(short(u16::try_from(entries.len()).unwrap_or(u16::MAX)));
    for (tag, kind, count, value) in entries {
        bytes.extend([short(*tag), short(*kind)].concat());
        bytes.extend(long(*count));
        bytes.extend(value);
    }
    bytes
}

fn number(tiff: &[u8]) -> Option<u8> {
    Orientation::of_tiff(tiff).map(Orientation::number)
}

#[test]
fn the_eight_are_read_in_both_byte_orders_and_written_as_one_entry() {
    for value in 1..=8 {
        let short = |big| {
            tiff(big, &[(0x010f, 2, 4, *b"abc\0"), (TAG, 3, 1, if big { [0, value, 0, 0] } else { [value, 0, 0, 0] })])
        };
        assert_eq!((number(&short(true)), number(&short(false))), (Some(value), Some(value)));
        assert_eq!(number(&Orientation(value).to_tiff()), Some(value));
        let app1 = [b"Exif\0\0".as_slice(), &short(false)].concat();
        assert_eq!(Orientation::of_app1(&app1), Some(Orientation(value)));
    }
    assert_eq!(number(&tiff(true, &[(TAG, 4, 1, [0, 0, 0, 6])])), Some(6));
    assert_eq!(number(&tiff(false, &[(TAG, 1, 1, [6, 0, 0, 0])])), Some(6));
}

#[test]
fn what_viewers_pass_over_is_no_orientation() {
    let of = |kind, count, value| tiff(true, &[(TAG, kind, count, value)]);
    let good = of(3, 1, [0, 6, 0, 0]);
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    let table = [
        ("zero", of(3, 1, [0, 0, 0, 0])),
        ("nine", of(3, 1, [0, 9, 0, 0])),
        ("more than a byte", of(3, 1, [1, 6, 0, 0])),
        ("two values", of(3, 2, [0, 6, 0, 6])),
        ("no value", of(3, 0, [0, 6, 0, 0])),
        ("text", of(2, 1, *b"6\0\0\0")),
        ("another tag", tiff(true, &[(0x0111, 3, 1, [0, 6, 0, 0])])),
        ("an empty directory", tiff(true, &[])),
        ("a byte order of neither", with(0, b'I')),
        ("a directory in the header", with(7, 4)),
        ("a directory beyond the end", with(4, 0xff)),
        ("an entry that was cut", good[..good.len() - 1].to_vec()),
        ("nothing", Vec::new()),
    ];
    for (what, bytes) in table {
        assert_eq!(number(&bytes), None, "{what}");
    }
    assert_eq!(number(&good), Some(6));
    assert_eq!(Orientation::of_app1(b"http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation=\"6\"/>"), None);
    assert_eq!(Orientation::of_app1(b"Exif\0"), None);
}

proptest! {
    #[test]
    fn any_bytes_are_read(
        order in prop_oneof![Just(b"MM\0*".to_vec()), Just(b"II*\0".to_vec()), Just(Vec::new())],
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        if let Some(number) = number(&[order, bytes].concat()) {
            prop_assert!((1..=8).contains(&number));
        }
    }

    #[test]
    fn a_wrong_byte_of_a_real_structure_is_read(at in 0usize..26, byte in any::<u8>(), keep in 0usize..=26) {
        let mut bytes = Orientation(6).to_tiff();
        bytes[at] = byte;
        let _ = number(&bytes[..keep]);
    }
}
