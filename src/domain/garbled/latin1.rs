//! Windows-1252, and texts in it whose bytes are GBK or UTF-8.

mod pairs;

use encoding_rs::WINDOWS_1252;
use std::sync::LazyLock;

use super::Garbled;
use pairs::pairs;

/// The characters of Windows-1252 in place of the C1 control characters.
static SIGNS: LazyLock<Vec<(char, u8)>> = LazyLock::new(|| {
    let sign = |byte: u8| WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().map(|c| (c, byte));
    (0x80..=0x9f).filter_map(sign).collect()
});

/// The byte of a character beyond ASCII.
pub(super) fn byte(c: char) -> Option<u8> {
    match c {
        '\u{80}'..='\u{ff}' => u8::try_from(u32::from(c)).ok(),
        '\u{152}'..='\u{2122}' => SIGNS.iter().find(|(sign, _)| *sign == c).map(|(_, byte)| *byte),
        _ => None,
    }
}

pub(super) fn look(text: &str) -> Option<Garbled> {
    if ["Â·", "ï¿½"].iter().any(|sign| text.contains(sign)) {
        return Some(Garbled::Utf8AsLatin1);
    }
    let is_ours = |c: char| c.is_ascii() || byte(c).is_some();
    let parts = text.split(|c| !is_ours(c)).filter(|part| !part.is_ascii());
    parts.map(|part| look_at(part, part.len() == text.len())).find_map(|found| found)
}

/// Looks at a part without Chinese characters, which may be the whole text.
fn look_at(part: &str, whole: bool) -> Option<Garbled> {
    let characters: Vec<char> = part.chars().collect();
    let bytes: Vec<u8> =
        characters.iter().filter_map(|c| u8::try_from(*c).ok().filter(u8::is_ascii).or_else(|| byte(*c))).collect();
    if is_utf8(&characters, &bytes) {
        return Some(Garbled::Utf8AsLatin1);
    }
    let found = pairs(&bytes);
    // `25°·×÷` holds two pairs of signs.
    let letters = characters.iter().any(|c| !c.is_ascii() && c.is_alphabetic());
    // `××××` stands for an omission.
    let varied = characters.iter().any(|c| *c != characters[0]);
    let only_pairs = whole && varied && found.count > 1 && found.count * 2 == characters.len();
    if !letters && !only_pairs {
        return None;
    }
    let alone = whole && found.nothing_else && found.high && found.common > 0 && found.common * 2 >= found.count;
    (found.neighbours || alone).then_some(Garbled::GbkAsLatin1)
}

/// Names hold adjacent letters with accents, but hardly three of those that begin and continue a character; with a sign among them the case
/// is certain.
fn is_utf8(characters: &[char], bytes: &[u8]) -> bool {
    let (mut whole, mut certain, mut at) = (0, false, 0);
    while at < bytes.len() {
        let length = match bytes[at] {
            0xc2 | 0xc3 => 2,
            0xe2..=0xef => 3,
            0xf0 => 4,
            _ => 1,
        };
        let behind = (at + 1)..(at + length).min(bytes.len());
        // The no-break space is often lost, or replaced by a space.
        let continues = |byte: &u8| matches!(byte, 0x80..=0xbf | b' ');
        if length == 1 || behind.len() < length - 1 || !bytes[behind.clone()].iter().all(continues) {
            at += 1;
            continue;
        }
        let own: Vec<u8> = bytes[at..at + length].iter().map(|byte| if *byte == b' ' { 0xa0 } else { *byte }).collect();
        let signs = characters[behind].iter().any(|c| !c.is_alphabetic() && *c != ' ');
        let c = std::str::from_utf8(&own).ok().and_then(|text| text.chars().next());
        match c {
            // `É·` and `Ã·` end and begin parts of a name.
            Some('\u{f7}') | None => at += 1,
            Some(c) if length == 2 => {
                certain |= signs && c > '\u{a0}';
                at += length;
            }
            Some(c) if is_asian(c) => {
                whole += 1;
                certain |= signs;
                at += length;
            }
            Some(_) => at += 1,
        }
    }
    certain || whole > 1
}

fn is_asian(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{203b}' | '\u{3000}'..='\u{303f}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{fffd}' | '\u{1f000}'..)
}
