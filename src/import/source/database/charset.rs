//! Character sets of columns, by the number of their collation.

use crate::import::source::Encoding;

/// What the bytes of a column are; `None` for `latin1`, `binary` and others of single bytes, in which old programs put whatever they liked.
///
/// The numbers are the protocol's: `SELECT id, character_set_name FROM information_schema.collations`. MariaDB adds 1024 for
/// those that ignore no blanks at the end, and 576 to 639 and 2048 to 2559 of its own for UTF-8.
pub(super) const fn encoding(collation: u16) -> Option<Encoding> {
    match collation {
        33
        | 45
        | 46
        | 76
        | 83
        | 192..=247
        | 255..=323
        | 576..=639
        | 1057
        | 1069
        | 1070
        | 1107
        | 1216..=1271
        | 2048..=2559 => Some(Encoding::Utf8),
        24 | 28 | 86 | 87 | 248..=250 | 1048 | 1052 | 1110 | 1111 => Some(Encoding::Gb18030),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_character_sets_of_chinese_and_of_everything_say_what_their_bytes_are() {
        for (collation, expected) in [
            (8, None),
            (47, None),
            (63, None),
            (11, None),
            (33, Some(Encoding::Utf8)),
            (45, Some(Encoding::Utf8)),
            (224, Some(Encoding::Utf8)),
            (255, Some(Encoding::Utf8)),
            (1069, Some(Encoding::Utf8)),
            (2304, Some(Encoding::Utf8)),
            (1052, Some(Encoding::Gb18030)),
            (1032, None),
            (2560, None),
            (28, Some(Encoding::Gb18030)),
            (24, Some(Encoding::Gb18030)),
            (248, Some(Encoding::Gb18030)),
        ] {
            assert_eq!(encoding(collation), expected, "{collation}");
        }
    }
}
