//! Names by which staff sign in.

use std::fmt;

/// Two to 32 characters: a lower-case letter, then lower-case letters, digits, `.`, `_` and `-`. It stands in the audit log and on pages of
/// colleagues.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserName(String);

impl UserName {
    /// `None` for what is no such name.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(|first: char| first.is_ascii_lowercase())?;
        let is_name = (1..=31).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte));
        is_name.then(|| Self(text.to_owned()))
    }

    /// As somebody types it: blanks around it do not count, nor do the capitals that a phone puts first.
    pub fn typed(text: &str) -> Option<Self> {
        Self::parse(&text.trim().to_ascii_lowercase())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_of_lower_case_letters_digits_and_three_marks_and_begins_with_a_letter() {
        for good in ["li", "jinan", "a.b_c-9", &format!("a{}", "b".repeat(31))] {
            assert_eq!(UserName::parse(good).map(|name| name.to_string()).as_deref(), Some(good));
        }
        for bad in ["", "a", "9a", "-a", "Jinan", "a b", "王五", "a\u{0}", "a/b", &"a".repeat(33)] {
            assert_eq!(UserName::parse(bad), None, "{bad:?}");
        }
        assert_eq!(UserName::typed(" Jinan ").unwrap().as_str(), "jinan");
        assert_eq!(UserName::typed("济南"), None);
    }
}
