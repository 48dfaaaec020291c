//! Text rules that form values and comparison keys share.

/// `text` without white space and invisible characters at both ends.
///
/// Pasting from a spreadsheet or a chat brings tabs, U+3000, U+FEFF and zero-width spaces along, unintended by the user.
pub(crate) fn tidy(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_zero_width(c))
}

/// Full-width ASCII (U+FF01 to U+FF5E) and the ideographic space turned into their half-width forms.
pub(crate) fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{3000}' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        })
        .collect()
}

/// Whether `text` holds a character that must not be stored: C0, DEL and C1 controls (NUL is an error in PostgreSQL), and the direction
/// controls with which a value could spoof another on a reviewer's screen.
pub(crate) fn has_forbidden(text: &str) -> bool {
    text.chars().any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

/// The form in which two values are compared: half width, no white space or invisible characters, upper case.
pub(crate) fn comparison_key(text: &str) -> String {
    half_width(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !is_zero_width(*c) && !c.is_control())
        .flat_map(char::to_uppercase)
        .collect()
}

/// Whether a text is how an export writes NULL.
pub(crate) fn is_null(text: &str) -> bool {
    let text = tidy(text);
    text.eq_ignore_ascii_case("null") || text == "\\N"
}

fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ends_are_tidied_and_the_middle_is_kept() {
        for (raw, tidied) in [("\t 济南市\u{3000}", "济南市"), ("\u{feff}a b\u{200b}\r\n", "a b"), (" \u{3000} ", "")]
        {
            assert_eq!(tidy(raw), tidied);
        }
    }

    #[test]
    fn full_width_becomes_half_width_and_chinese_stays() {
        assert_eq!(half_width("２０１２年　Ａ～！"), "2012年 A~!");
    }

    #[test]
    fn controls_and_direction_marks_are_forbidden() {
        for bad in ["a\0b", "a\u{1}b", "a\u{7f}", "a\u{85}b", "a\u{202e}b", "\u{2066}"] {
            assert!(has_forbidden(bad), "{bad:?}");
        }
        for good in ["", "测试·Ａ", "a b", "𠮷"] {
            assert!(!has_forbidden(good), "{good:?}");
        }
    }

    proptest! {
        #[test]
        fn a_comparison_key_is_stable(text in any::<String>()) {
            let key = comparison_key(&text);
            prop_assert_eq!(comparison_key(&key), key);
        }
    }
}
