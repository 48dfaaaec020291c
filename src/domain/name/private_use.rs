//! Private-use code points of old GBK fonts, and the characters that have since been assigned for them.
//!
//! Code page 936 and GB 18030-2000 put the characters at FE50-FEA0 into the private-use area (U+E815-U+E864), because Unicode
//! had no place for them yet. GB 18030-2005 and GB 18030-2022 publish the assigned code points. The same
//! standards do so for A8BC and A8BF; the remaining moves there are punctuation, which no name holds.

const FIRST: u32 = 0xe815;

#[rustfmt::skip]
const ASSIGNED: [u32; 80] = [
    0x2e81, 0x20087, 0x20089, 0x200cc, 0x2e84, 0x3473, 0x3447, 0x2e88,
    0x2e8b, 0x9fb4, 0x359e, 0x361a, 0x360e, 0x2e8c, 0x2e97, 0x396e,
    0x3918, 0x9fb5, 0x39cf, 0x39df, 0x3a73, 0x39d0, 0x9fb6, 0x9fb7,
    0x3b4e, 0x3c6e, 0x3ce0, 0x2ea7, 0x215d7, 0x9fb8, 0x2eaa, 0x4056,
    0x415f, 0x2eae, 0x4337, 0x2eb3, 0x2eb6, 0x2eb7, 0x2298f, 0x43b1,
    0x43ac, 0x2ebb, 0x43dd, 0x44d6, 0x4661, 0x464c, 0x9fb9, 0x4723,
    0x4729, 0x477c, 0x478d, 0x2eca, 0x4947, 0x497a, 0x497d, 0x4982,
    0x4983, 0x4985, 0x4986, 0x499f, 0x499b, 0x49b7, 0x49b6, 0x9fba,
    0x241fe, 0x4ca3, 0x4c9f, 0x4ca0, 0x4ca1, 0x4c77, 0x4ca2, 0x4d13,
    0x4d14, 0x4d15, 0x4d16, 0x4d17, 0x4d18, 0x4d19, 0x4dae, 0x9fbb,
];

/// The assigned character for a private-use one, where a published mapping exists.
pub(super) fn assigned(c: char) -> Option<char> {
    let code = c as u32;
    match code {
        0xe7c7 => Some('\u{1e3f}'),
        0xe7c8 => Some('\u{1f9}'),
        _ => char::from_u32(*ASSIGNED.get(code.checked_sub(FIRST)? as usize)?),
    }
}

/// Whether a character is a private-use one: without a mapping its meaning is unknown.
pub(super) fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The web platform's decoder holds an independent copy of most rows of FE50-FEA0.
    #[test]
    fn the_table_agrees_with_the_gb18030_decoder_wherever_that_knows_an_assigned_character() {
        let trail = (0x50..=0x7e).chain(0x80..=0xa0u8);
        let mut compared = 0;
        for (at, byte) in trail.enumerate() {
            let bytes = [0xfe, byte];
            let (decoded, _) = encoding_rs::GB18030.decode_without_bom_handling(&bytes);
            let decoded = decoded.chars().next().unwrap();
            let private = char::from_u32(FIRST + u32::try_from(at).unwrap()).unwrap();
            if !is_private(decoded) {
                assert_eq!(assigned(private), Some(decoded), "{private:?}");
                compared += 1;
            }
        }
        assert!(compared >= 66, "{compared}");
    }

    #[test]
    fn private_use_characters_outside_the_table_stay_unknown() {
        assert_eq!(assigned('\u{e000}'), None);
        assert_eq!(assigned('\u{e865}'), None);
        assert_eq!(assigned('\u{e814}'), None);
        assert!(is_private('\u{e000}') && is_private('\u{100000}') && !is_private('张'));
    }
}
