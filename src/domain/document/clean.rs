//! Reading a number as it was written: clean-up, damage, the upgrade from 15 digits.

use super::{Unreadable, Upgrade};
use crate::domain::text;

/// Normalises width, white space, hyphens, spreadsheet quoting and case.
pub(super) fn clean(raw: &str) -> String {
    let mut cleaned: String = raw
        .chars()
        .map(text::to_half_width)
        .filter(|c| !text::is_blank(*c) && !is_hyphen(*c))
        .flat_map(char::to_uppercase)
        .collect();
    loop {
        let inner = cleaned
            .strip_prefix(['\'', '\u{2018}', '\u{2019}'])
            .or_else(|| cleaned.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')));
        match inner {
            Some(inner) => cleaned = inner.to_owned(),
            None => return cleaned,
        }
    }
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}')
}

/// 15 digits, or 17 digits and a digit or X.
pub(super) fn has_resident_shape(cleaned: &str) -> bool {
    let bytes = cleaned.as_bytes();
    match bytes.len() {
        15 => bytes.iter().all(u8::is_ascii_digit),
        18 => bytes[..17].iter().all(u8::is_ascii_digit) && (bytes[17].is_ascii_digit() || bytes[17] == b'X'),
        _ => false,
    }
}

pub(super) fn find_damage(cleaned: &str, may_be_resident: bool) -> Option<Unreadable> {
    if cleaned.is_empty() {
        return Some(Unreadable::Empty);
    }
    if cleaned.chars().any(|c| text::is_placeholder(c) || matches!(c, '#' | '×' | '•' | '●')) || cleaned.contains("XXX")
    {
        return Some(Unreadable::Masked);
    }
    let floated = cleaned.contains("E+") || cleaned.contains('.');
    let rounded = may_be_resident
        && cleaned.len() == 18
        && has_resident_shape(cleaned)
        && cleaned.ends_with("000")
        && check_digit(cleaned) != cleaned.chars().last();
    (floated || rounded).then_some(Unreadable::ExcelDamage)
}

/// `cleaned` is 15 digits.
pub(super) fn upgrade_to_18(cleaned: &str) -> (String, Upgrade) {
    let mut upgraded = format!("{}19{}", &cleaned[..6], &cleaned[6..]);
    upgraded.extend(check_digit(&upgraded));
    let ambiguous = matches!(&cleaned[12..], "996" | "997" | "998" | "999");
    (upgraded, if ambiguous { Upgrade::From15Ambiguous } else { Upgrade::From15 })
}

/// The MOD 11-2 check digit of the first 17 digits (ISO 7064, GB 11643-1999); `None` where there are not 17 digits.
pub fn check_digit(number: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const DIGITS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let head = number.get(..17)?;
    let sum = head.chars().zip(WEIGHTS).try_fold(0, |sum, (c, weight)| Some(sum + c.to_digit(10)? * weight))?;
    Some(DIGITS[(sum % 11) as usize])
}
