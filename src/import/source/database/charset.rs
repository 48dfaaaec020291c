//! Character sets of columns, by the number of their collation.

use crate::import::source::Encoding;

/// What the bytes of a column are; `None` for `latin1`, `binary` and others of single bytes, in which old programs put whatever they liked.
///
/// The numbers are the protocol's: `SELECT id, character_set_name FROM information_schema.collations`. MariaDB's own begin at 2048.
pub(super) const fn encoding(collation: u16) -> Option<Encoding> {
    match collation {
        33 | 45 | 46 | 76 | 83 | 192..=247 | 255..=323 => Some(Encoding::Utf8),
        24 | 28 | 86 | 87 | 248..=250 => Some(Encoding::Gb18030),
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
            (28, Some(Encoding::Gb18030)),
            (24, Some(Encoding::Gb18030)),
            (248, Some(Encoding::Gb18030)),
        ] {
            assert_eq!(encoding(collation), expected, "{collation}");
        }
    }
}
