//! The bytes of characters in GBK.

use encoding_rs::GBK;
use std::sync::LazyLock;

/// The two bytes of each character of the basic plane, cached: the library's look-up of single characters is too slow for every cell of
/// millions of rows.
static CODES: LazyLock<Box<[u16]>> = LazyLock::new(|| {
    let mut codes = vec![0; 0x1_0000].into_boxed_slice();
    for lead in 0x81..=0xfe_u8 {
        for trail in (0x40..=0xfe_u8).filter(|trail| *trail != 0x7f) {
            let own = [lead, trail];
            let decoded = GBK.decode_without_bom_handling_and_without_replacement(&own);
            let c = decoded.and_then(|text| text.chars().next()).map_or(0, u32::from);
            if let Some(code) = codes.get_mut(c as usize).filter(|_| c >= 0x80) {
                *code = u16::from_be_bytes(own);
            }
        }
    }
    codes
});

/// The bytes of a character; `None` for ASCII and for characters that GBK lacks.
pub(in crate::domain::garbled) fn code(c: char) -> Option<[u8; 2]> {
    CODES.get(c as usize).filter(|code| **code != 0).map(|code| code.to_be_bytes())
}

/// Whether bytes encode one of the 6763 characters of GB 2312, of which nearly all names and words are made.
pub(in crate::domain::garbled) fn is_common([lead, trail]: [u8; 2]) -> bool {
    (0xb0..=0xf7).contains(&lead) && trail >= 0xa1
}
