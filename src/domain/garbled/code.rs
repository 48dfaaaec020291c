//! Texts in which escapes are legitimate: addresses, markup, JSON, paths.

pub(super) fn is_code(text: &str) -> bool {
    let text = text.trim();
    is_address(text) || is_form(text) || is_markup(text) || is_json(text) || is_windows_path(text)
}

/// `https://…`, `www.…`, `/upload/…`, `upload/…/….jpg`.
fn is_address(text: &str) -> bool {
    let is_path = text.contains('/') && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'&');
    text.contains("://") || text.starts_with("www.") || is_path
}

/// `a=1&b=2`, in ASCII alone.
fn is_form(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-[]".contains(&b));
    text.is_ascii() && text.split('&').all(|pair| pair.split_once('=').is_some_and(|(name, _)| is_word(name)))
}

/// A tag or a comment, from bracket to bracket.
fn is_markup(text: &str) -> bool {
    let last = text.rfind('>').unwrap_or(0);
    text.match_indices('<').any(|(at, _)| {
        let rest = text[at + 1..].trim_start_matches('/');
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!') && at < last && !rest.starts_with("U+")
    })
}

fn is_json(text: &str) -> bool {
    let is_within = |open: char, close: char| text.len() > 1 && text.starts_with(open) && text.ends_with(close);
    is_within('"', '"') || ((is_within('{', '}') || is_within('[', ']')) && text.contains('"'))
}

/// `C:\…`, `\\server\…`.
fn is_windows_path(text: &str) -> bool {
    matches!(text.as_bytes(), [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic()) || text.starts_with("\\\\")
}
