//! Passwords of staff: long ones, and none that is tried first. No kinds of characters are demanded (NIST SP 800-63B-4 §3.1.1.2): length is what
//! counts.

use std::collections::BTreeSet;

use super::UserName;
use crate::domain::form::text::half_width;
use crate::domain::password::is_common;

/// Characters, at least.
pub const SHORTEST: usize = 12;

/// Characters, at most.
pub const LONGEST: usize = 128;

/// Of fewer different characters a long password is a short one, repeated.
const DIFFERENT: usize = 5;

/// A name that is shorter stands in too many words.
const NAME_COUNTS: usize = 3;

/// Long ones that are tried first, beside those of [`is_common`], which hold letters and digits both.
const COMMON: [&str; 16] = [
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "qazwsxedcrfv",
    "qwertyuiopasdfghjkl",
    "administrator",
    "adminadmin123",
    "admin@123456",
    "password@123",
    "p@ssw0rd1234",
    "passw0rd1234",
    "changeme1234",
    "letmeinletmein",
    "woaiwojia1314",
    "iloveyou1314",
    "zaq12wsxcde3",
];

/// What keyboards and alphabets hold in a row.
const ROWS: [&str; 6] = [
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "09876543210987654321",
];

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    Short,
    Long,
    /// A control character: no keyboard types it, and no two browsers send it alike.
    Control,
    /// Among those that are tried first, or one sequence over and over.
    Common,
    HoldsName,
}

impl Weakness {
    /// For the person who typed it.
    pub fn message(self) -> String {
        match self {
            Self::Short => format!("密码至少 {SHORTEST} 位"),
            Self::Long => format!("密码不能超过 {LONGEST} 位"),
            Self::Control => "密码含有无法输入的字符，请重新填写".to_owned(),
            Self::Common => "这个密码太常见或重复过多，容易被人猜到，请换一个".to_owned(),
            Self::HoldsName => "密码中不要含有用户名，请换一个".to_owned(),
        }
    }
}

/// Whether staff of this name may choose a password; the first thing that is wrong with it.
pub fn judge(password: &str, name: &UserName) -> Result<(), Weakness> {
    // Blanks at the ends do not count: they would be lost in many forms.
    if password.trim().chars().count() < SHORTEST {
        return Err(Weakness::Short);
    }
    if password.chars().count() > LONGEST {
        return Err(Weakness::Long);
    }
    if password.chars().any(char::is_control) {
        return Err(Weakness::Control);
    }
    let plain = half_width(password.trim()).to_ascii_lowercase();
    let name = name.as_str();
    if name.len() >= NAME_COUNTS && plain.contains(name) {
        return Err(Weakness::HoldsName);
    }
    let different: BTreeSet<char> = plain.chars().collect();
    let is_tried_first =
        is_common(&plain) || COMMON.contains(&plain.as_str()) || is_repeated(&plain) || is_of_rows(&plain);
    if different.len() < DIFFERENT || is_tried_first {
        return Err(Weakness::Common);
    }
    Ok(())
}

/// `qwertyuiop12345`: nothing but pieces of rows, of three characters and more.
fn is_of_rows(plain: &str) -> bool {
    let mut rest = plain;
    while !rest.is_empty() {
        let piece = (3..=rest.len()).rev().find_map(|end| {
            let piece = rest.get(..end)?;
            ROWS.iter().any(|row| row.contains(piece)).then_some(piece)
        });
        let Some(piece) = piece else { return false };
        rest = &rest[piece.len()..];
    }
    true
}

/// `abc123abc123`: a common password, written twice or more.
fn is_repeated(plain: &str) -> bool {
    let letters: Vec<char> = plain.chars().collect();
    (1..=letters.len() / 2).any(|length| {
        letters.len().is_multiple_of(length) && letters.chunks(length).all(|chunk| chunk == &letters[..length])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_neither_common_nor_the_name() {
        let name = UserName::parse("jinan").unwrap();
        let judged = |password: &str| judge(password, &name);
        for good in ["Demo-review-2026", "correct horse battery", "审核人员的一个长长的口令吧", "a1!b2@c3#d4$"]
        {
            assert_eq!(judged(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("", Weakness::Short),
            ("eleven-char", Weakness::Short),
            ("   short    ", Weakness::Short),
            (&"长".repeat(129), Weakness::Long),
            ("with\ttab-inside", Weakness::Control),
            ("My-Jinan-2026!", Weakness::HoldsName),
            ("aaaaaaaaaaaa", Weakness::Common),
            ("123412341234", Weakness::Common),
            ("abc123abc123", Weakness::Common),
            ("qwertyqwerty", Weakness::Common),
            ("QWERTYUIOP123", Weakness::Common),
            ("123456789012", Weakness::Common),
            ("Administrator", Weakness::Common),
            ("1Q2w3e4r5t6y", Weakness::Common),
        ] {
            assert_eq!(judged(bad), Err(why), "{bad:?}");
        }
        assert_eq!(judge("li-and-others-2026", &UserName::parse("li").unwrap()), Ok(()));
    }
}
