//! 联系方式: no single format, but something by which a person can be reached.

use super::text::{half_width, has_forbidden, tidy};

/// Digits of the shortest number that reaches a person: account numbers of QQ have five, telephone numbers seven or more. Three and four are
/// short numbers of services, or the beginning of a number.
const FEWEST_DIGITS: usize = 5;

/// Characters of the shortest contact of another kind; 无 is none.
const FEWEST_CHARACTERS: usize = 3;

/// Whether a contact looks cut off, so that its owner is asked once more. The manual wants it to be right (确保联络畅通) and gives it no format:
/// what is confirmed is accepted. An empty or forbidden text is no question but an error.
pub fn is_doubtful_contact(text: &str) -> bool {
    let text = half_width(tidy(text));
    if text.is_empty() || has_forbidden(&text) {
        return false;
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_number = digits > 0 && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | ' '));
    if is_number { digits < FEWEST_DIGITS } else { text.chars().count() < FEWEST_CHARACTERS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_that_looks_cut_off_is_asked_about() {
        for odd in ["123", "１２３", "110", "1390", "0531-", "(053) 1", "无", "同上", "a"] {
            assert!(is_doubtful_contact(odd), "{odd}");
        }
        for good in
            ["1234567890", "13912340001", "0531-86011234", "+86 139 1234 0001", "12345", "a@b.cn", "wx1", "微信同名"]
        {
            assert!(!is_doubtful_contact(good), "{good}");
        }
        for error in ["", " \u{3000}", "1\0", "\u{202e}1"] {
            assert!(!is_doubtful_contact(error), "{error:?}");
        }
    }
}
