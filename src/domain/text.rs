//! Characters as old systems wrote them: width, blanks, placeholders.

/// Full width to half width: U+FF01..U+FF5E to ASCII, U+3000 to a space. Nothing else is touched (this is not NFKC).
pub fn to_half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// White space of every kind (U+00A0 and U+3000 among them) and zero-width characters: joiners, marks of direction, byte order mark, soft
/// hyphen.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
}

/// Replaces a character that a system could not show: `? ？ * ＊ □ 〓 U+FFFD`.
pub fn is_placeholder(c: char) -> bool {
    matches!(c, '?' | '？' | '*' | '＊' | '□' | '〓' | '\u{fffd}')
}

/// NUL and the other C0 and C1 control characters: refused at every input; PostgreSQL text cannot hold NUL.
pub fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}
