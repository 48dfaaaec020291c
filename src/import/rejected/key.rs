//! Keys and cells as a list may show them.

use crate::domain::document::Number;

/// The longest key that is shown.
const LONGEST: usize = 32;

/// Masks a key for a list: unchanged where it can only be a key, else its first character and its length. Some systems use ID numbers,
/// names, addresses or telephone numbers as keys.
pub(in crate::import) fn harmless(key: &str) -> String {
    if is_mere_key(key) {
        return neutral(key);
    }
    let printable: Vec<char> = key.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let masked = printable.iter().enumerate().map(|(at, c)| if at == 0 && printable.len() > 1 { *c } else { '*' });
    neutral(&masked.collect::<String>())
}

/// Up to three letters and up to six digits: too short for the number of a person, a document or a telephone.
pub(super) fn is_serial(key: &str) -> bool {
    let digits = key.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    key.len() - digits.len() <= 3 && (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Masks a key of several parts, each by itself.
pub(in crate::import) fn harmless_parts(key: &str, between: &str) -> String {
    let parts: Vec<String> = key.split('\u{1f}').map(harmless).collect();
    neutral(&parts.join(between))
}

fn is_mere_key(key: &str) -> bool {
    /// The number of digits of a telephone number.
    const TELLING: usize = 11;
    let plain = key.len() <= LONGEST
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-'));
    let runs = || key.split(|c: char| !c.is_ascii_digit()).map(str::len);
    plain && runs().all(|digits| digits < TELLING) && !Number::new(key, None).is_resident()
}

/// Escapes a cell so that no spreadsheet takes it for a formula.
pub(in crate::import) fn neutral(cell: &str) -> String {
    if cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || cell.starts_with(['\t', '\r', '\n'])
    {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}
