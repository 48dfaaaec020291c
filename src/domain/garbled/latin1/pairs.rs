//! A text in Windows-1252 seen as the pairs of bytes of GBK.

use crate::domain::garbled::gbk;

/// The pairs of a text as if it were GBK.
#[derive(Default)]
pub(super) struct Pairs {
    pub(super) count: usize,
    pub(super) common: usize,
    /// Two common characters are adjacent: four letters with accents, as no name has them.
    pub(super) neighbours: bool,
    /// At least one pair has no ASCII in it.
    pub(super) high: bool,
    /// The text has no other letter.
    pub(super) nothing_else: bool,
}

pub(super) fn pairs(bytes: &[u8]) -> Pairs {
    let mut found = Pairs { nothing_else: true, ..Pairs::default() };
    let (mut at, mut was_common) = (0, false);
    while at < bytes.len() {
        let own = [bytes[at], bytes.get(at + 1).copied().unwrap_or(0)];
        let is_pair = matches!(own, [0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe]);
        let is_common = is_pair && gbk::is_common(own);
        if is_pair {
            found.count += 1;
            found.common += usize::from(is_common);
            found.high |= own[1] >= 0x80;
            found.neighbours |= is_common && was_common;
        } else {
            found.nothing_else &= own[0] < 0x80 && !own[0].is_ascii_alphabetic();
        }
        was_common = is_common;
        at += if is_pair { 2 } else { 1 };
    }
    found
}
