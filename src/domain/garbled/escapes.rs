//! Characters written by other characters: HTML entities, escapes of programming languages, percent-encoding.

mod percent;

use super::Garbled;
use percent::{hex_bytes, is_text, percent};

/// The kind of escape that bytes begin with, if they begin with one.
type Rule = fn(&[u8]) -> Option<Garbled>;

pub(super) fn look(text: &str) -> Option<Garbled> {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().find_map(|(at, byte)| {
        let rule: Rule = match byte {
            b'&' => entity,
            b'\\' => backslash,
            b'%' => percent,
            b'=' => quoted_printable,
            b'u' | b'U' => bare,
            _ => return None,
        };
        let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
        let found = rule(&bytes[at + 1..])?;
        // A percent sign or a letter after a digit or a word is no indication.
        let is_plain = match (byte, &bytes[at + 1..]) {
            // `笔试60%40分`: percentages follow digits and stand among words.
            (b'%', [b'2' | b'4', b'0', ..]) if before.is_ascii_digit() || !text.is_ascii() => true,
            (b'%', [b'2', b'0', next, ..]) => !(before.is_ascii_alphabetic() && next.is_ascii_alphabetic()),
            (b'%', [b'4', b'0', next, ..]) => !(before.is_ascii_alphanumeric() && next.is_ascii_alphanumeric()),
            (b'u' | b'U', _) => before.is_ascii_alphanumeric(),
            _ => false,
        };
        (!is_plain).then_some(found)
    })
}

fn digits(bytes: &[u8], is: fn(&u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| is(byte)).count()
}

/// `&#24352;`, `&#x5f20;`, `&nbsp;`, and without the semicolon where it is certain.
fn entity(rest: &[u8]) -> Option<Garbled> {
    let ends = |length: usize, rest: &[u8]| rest.get(length) == Some(&b';');
    let is = match rest {
        [b'#', b'x' | b'X', rest @ ..] => {
            let length = digits(rest, u8::is_ascii_hexdigit);
            (4..=6).contains(&length) || (length > 1 && ends(length, rest))
        }
        [b'#', rest @ ..] => {
            let length = digits(rest, u8::is_ascii_digit);
            (5..=6).contains(&length) || ((2..=4).contains(&length) && ends(length, rest))
        }
        _ => {
            let length = digits(rest, u8::is_ascii_alphanumeric);
            // `A&BC;` is no entity.
            let word = &rest[..length];
            let is_word = word.first().is_some_and(u8::is_ascii_alphabetic) && word.iter().any(u8::is_ascii_lowercase);
            word == b"nbsp" || (is_word && (2..=8).contains(&length) && ends(length, rest))
        }
    };
    is.then_some(Garbled::Html)
}

/// `\u5f20`, `\U00005f20`, `\u{5f20}`, `\xe5\xbc`, `\345\274`.
fn backslash(rest: &[u8]) -> Option<Garbled> {
    let is_octal = |byte: &u8| matches!(byte, b'0'..=b'7');
    let octal = |rest: &[u8]| rest.len() >= 3 && matches!(rest[0], b'2' | b'3') && rest[1..3].iter().all(is_octal);
    let is = match rest {
        [b'u', b'{', rest @ ..] => digits(rest, u8::is_ascii_hexdigit) >= 2,
        [b'u' | b'U', rest @ ..] => digits(rest, u8::is_ascii_hexdigit) >= 4,
        [b'x', a, b, b'\\', b'x', c, d, ..] => [a, b, c, d].iter().all(|byte| byte.is_ascii_hexdigit()),
        [_, _, _, b'\\', second @ ..] => octal(rest) && octal(second),
        _ => false,
    };
    is.then_some(Garbled::Escaped)
}

/// `=E5=BC=A0`, `=?utf-8?B?…?=`.
fn quoted_printable(rest: &[u8]) -> Option<Garbled> {
    let is_word = ["?utf-8?", "?gb"]
        .iter()
        .any(|start| rest.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes())));
    (is_word || is_text(&hex_bytes(rest, b'='))).then_some(Garbled::Escaped)
}

/// `U+5F20`, and `u5f20u4e09` whose backslashes a database swallowed.
fn bare(rest: &[u8]) -> Option<Garbled> {
    let is_hanzi = |digits: &[u8]| {
        let text = std::str::from_utf8(digits).ok();
        text.and_then(|text| u32::from_str_radix(text, 16).ok()).is_some_and(|code| (0x4e00..=0x9fff).contains(&code))
    };
    let is = match rest {
        [b'+', digits @ ..] if digits.len() >= 4 => is_hanzi(&digits[..4]),
        _ if rest.len() >= 9 => is_hanzi(&rest[..4]) && matches!(rest[4], b'u' | b'U') && is_hanzi(&rest[5..9]),
        _ => false,
    };
    is.then_some(Garbled::Escaped)
}
