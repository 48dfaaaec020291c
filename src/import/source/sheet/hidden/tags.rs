//! The tags of a part, read one by one.

use std::io::Read;

/// The most bytes that are read of a tag.
const MAX_TAG: usize = 64 * 1024;

/// Calls `give` with every tag, without its brackets. A truncated part was reported before.
pub(super) fn each_tag(mut part: impl Read, mut give: impl FnMut(&str)) {
    let (mut chunk, mut tag, mut in_tag, mut quote) = (vec![0; 64 * 1024], Vec::new(), false, None);
    while let Ok(count @ 1..) = part.read(&mut chunk) {
        for byte in &chunk[..count] {
            match (in_tag, quote, byte) {
                (false, _, b'<') => in_tag = true,
                (false, ..) => {}
                (true, None, b'>') => {
                    give(std::str::from_utf8(&tag).unwrap_or_default());
                    tag.clear();
                    in_tag = false;
                }
                _ => {
                    quote = match (quote, byte) {
                        (Some(mark), byte) if mark == *byte => None,
                        (None, b'"' | b'\'') => Some(*byte),
                        (quote, _) => quote,
                    };
                    if tag.len() < MAX_TAG {
                        tag.push(*byte);
                    }
                }
            }
        }
    }
}

/// The name of an element that begins, without its prefix.
pub(super) fn name(tag: &str) -> &str {
    let name = tag.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
    name.rsplit(':').next().unwrap_or_default()
}

/// The value of an attribute, whatever its prefix.
pub(super) fn attribute(tag: &str, wanted: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        let (before, behind) = rest.split_once('=')?;
        let behind = behind.trim_start();
        let mark = behind.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
        let (value, behind) = behind[1..].split_once(mark)?;
        let name = before.split_whitespace().last().unwrap_or_default();
        if name.rsplit(':').next() == Some(wanted) {
            return Some(unescape(value));
        }
        rest = behind;
    }
}

fn unescape(value: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .iter()
        .fold(value.to_owned(), |value, (entity, c)| value.replace(entity, c))
}
