//! White space around values, as gateways and exports deliver them: a tab, a line feed, U+3000, U+00A0.

/// White space of every kind, and zero-width characters: joiners, marks of direction, byte order mark, soft hyphen.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
}

/// The trimmed text.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// A name from a portal, or from an export of its users, trimmed. `None` where it is empty.
pub fn given_name(text: &str) -> Option<String> {
    Some(trimmed(text)).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A document number from a portal, or from an export of its users: trimmed, and without tabs and line ends within, which its canonical
/// form does not hold. `None` where it is empty.
pub fn given_number(text: &str) -> Option<String> {
    let is_break = |c: char| c.is_control() && c.is_whitespace();
    given_name(text).map(|text| text.chars().filter(|c| !is_break(*c)).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn blanks_of_every_kind_are_taken_from_the_ends() {
        let blanks =
            ["", " ", "\t", "\n", "\r\n", "\u{3000}", "\u{a0}", "\u{85}", "\u{feff}", "\u{200b}", "\u{2003} \t"];
        for (before, after) in blanks.iter().flat_map(|before| blanks.map(|after| (before, after))) {
            assert_eq!(given_name(&format!("{before}欧阳 明{after}")).as_deref(), Some("欧阳 明"));
            assert_eq!(given_number(&format!("{before}110101\t1990{after}")).as_deref(), Some("1101011990"));
            assert_eq!(given_name(&format!("{before}{after}")), None);
        }
        assert_eq!(trimmed("\u{0}a\u{7}"), "\u{0}a\u{7}", "what is no white space is judged, not taken away");
        assert_eq!(given_name("密\t名").as_deref(), Some("密\t名"));
    }

    proptest! {
        #[test]
        fn a_trimmed_text_is_a_part_without_blanks_at_its_ends(text in "[\\t\\n 　\u{a0}\u{200b}a-c\u{0}]{0,12}") {
            let trimmed = trimmed(&text);
            prop_assert!(text.contains(trimmed));
            prop_assert!(!trimmed.starts_with(is_blank) && !trimmed.ends_with(is_blank));
        }
    }
}
