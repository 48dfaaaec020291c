//! Percent-encoding, also where it was applied twice or to part of a text.

use encoding_rs::GBK;

use super::{Garbled, digits};

/// `%E5%BC%A0`, `%D5%C5`, `%25E5%25BC`, `%u5f20`, and the `%20` and `%40` of an address.
pub(super) fn percent(rest: &[u8]) -> Option<Garbled> {
    if let [b'u' | b'U', rest @ ..] = rest {
        return (digits(rest, u8::is_ascii_hexdigit) >= 4).then_some(Garbled::Percent);
    }
    if rest.starts_with(b"20") || rest.starts_with(b"40") {
        return Some(Garbled::Percent);
    }
    is_text(&hex_bytes(rest, b'%')).then_some(Garbled::Percent)
}

/// The first bytes of `E5%BC%A0`, as many as a character has; `25` is the percent sign itself where the text was encoded twice.
pub(super) fn hex_bytes(mut rest: &[u8], sign: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < 4 {
        if sign == b'%' && rest.starts_with(b"25") {
            rest = &rest[2..];
        }
        let [high, low, behind @ ..] = rest else { return bytes };
        let (Some(high), Some(low)) = (char::from(*high).to_digit(16), char::from(*low).to_digit(16)) else {
            return bytes;
        };
        bytes.push(u8::try_from(high * 16 + low).unwrap_or(0));
        match behind {
            [next, behind @ ..] if *next == sign => rest = behind,
            _ => return bytes,
        }
    }
    bytes
}

/// Whether bytes begin with a character beyond ASCII, in UTF-8 or GBK.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let is_utf8 =
        bytes.utf8_chunks().next().is_some_and(|chunk| chunk.valid().chars().next().is_some_and(|c| !c.is_ascii()));
    is_utf8
        || bytes.get(..2).is_some_and(|pair| {
            pair[0] > 0x80 && GBK.decode_without_bom_handling_and_without_replacement(pair).is_some()
        })
}
