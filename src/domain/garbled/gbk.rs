//! GBK, and texts in it whose bytes are UTF-8.

mod code;

use super::Of;
use crate::domain::text::is_placeholder;
pub(super) use code::{code, is_common};

/// Marks a lost character in the bytes.
const GAP: u8 = 0xff;

/// Two characters that garble to three common ones need a surname of these: of frequent ones, those whose bytes allow it.
const SURNAMES: &str =
    "赵许水任费贺殷常康顾平尹禹米项麻强贾干贲诸裴家羿段巴山谷仰仲詹幸宿宰寿边鱼容庾广饶空丰游竺淳夹延海岳年";

/// Whether the text, whose first character beyond ASCII is given, becomes UTF-8 of Chinese when it is encoded in GBK.
///
/// UTF-8 bytes without a partner are lost, at the end of the text or before ASCII: a placeholder or nothing is left in their place.
pub(super) fn is_utf8(first: char, text: &str, of: Of) -> bool {
    // Few names begin with such a character: the rest is examined in one of some hundred names.
    if !code(first).is_some_and(|[lead, _]| (0xe2..=0xf4).contains(&lead)) {
        return false;
    }
    let Some(bytes) = bytes(text) else { return false };
    let Some(found) = parse(&bytes) else { return false };
    let (common, rare) = (
        found.iter().filter(|c| code(**c).is_some_and(is_common)).count(),
        found.iter().filter(|c| is_rare(**c)).count(),
    );
    if common < 2 || common < rare {
        return false;
    }
    let characters = text.chars().filter(|c| !c.is_ascii()).count();
    let all_common = || text.chars().filter_map(code).all(is_common);
    // Short texts, such as names, need more than one suspicious character.
    of == Of::Text || characters > 3 || !all_common() || SURNAMES.contains(found[0])
}

fn is_rare(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}') && !code(c).is_some_and(is_common)
}

/// The text in GBK; `None` where GBK has no such character.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if is_placeholder(c) => bytes.push(GAP),
            '\0'..='\x7f' => bytes.push(u8::try_from(c).ok()?),
            // As in Windows: the byte is the last one of 一 and of every 64th character.
            '€' => bytes.push(0x80),
            _ => bytes.extend(code(c)?),
        }
    }
    Some(bytes)
}

/// The characters beyond ASCII, if the bytes are UTF-8 of Chinese text.
fn parse(bytes: &[u8]) -> Option<Vec<char>> {
    let (mut found, mut rest) = (Vec::new(), bytes);
    while let Some(first) = rest.first() {
        let length = match first {
            0..=0x7f | &GAP => {
                rest = &rest[1..];
                continue;
            }
            0xc2..=0xdf => 2,
            0xe2..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        let there = 1 + rest[1..].iter().take(length - 1).take_while(|byte| (0x80..=0xbf).contains(*byte)).count();
        let (own, behind) = rest.split_at(there);
        if there == length {
            let c = std::str::from_utf8(own).ok()?.chars().next()?;
            if !is_of_chinese_text(c) {
                return None;
            }
            found.push(c);
        } else if behind.first().is_some_and(|next| *next != GAP) {
            return None;
        }
        rest = behind;
    }
    Some(found)
}

fn is_of_chinese_text(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | '\u{2010}'..='\u{203b}'
        | '\u{2160}'..='\u{217f}' | '\u{2460}'..='\u{2473}' | '\u{a0}' | '\u{b7}' | '\u{d7}' | '\u{3400}'..='\u{4dbf}'
        | '\u{20000}'..='\u{3ffff}')
}
