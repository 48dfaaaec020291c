//! Passwords that people choose here (局部版手册“注册”: 6 to 30 characters, with letters and digits).
//!
//! What was chosen at an old system is never measured by these rules: it opens its account as it always did.

mod common;

use chrono::NaiveDate;

use super::form::text::half_width;
use super::name;

pub(super) use common::is_common;

/// The manual's floor, which `access.password_minimum` may raise.
pub const SHORTEST: usize = 6;

/// The manual's ceiling.
pub const LONGEST: usize = 30;

/// Of a number, so many of its last characters make a password guessable: old systems gave them out as first passwords.
const LAST_OF_NUMBER: usize = 6;

/// What everybody can know of the person.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// 证件号码, as typed.
    pub number: &'a str,
    pub name: &'a str,
    pub birth: Option<NaiveDate>,
}

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Shorter than so many characters.
    Short(usize),
    Long,
    NoLetter,
    NoDigit,
    /// A control character: no keyboard types it, and no two browsers send it alike.
    Control,
    /// Among those that are tried first.
    Common,
    HoldsNumber,
    HoldsBirthDate,
    HoldsName,
}

impl Weakness {
    /// For the person who typed it.
    pub fn message(self) -> String {
        match self {
            Self::Short(least) => format!("密码至少 {least} 位，需要包含字母、数字"),
            Self::Long => format!("密码不能超过 {LONGEST} 位"),
            Self::NoLetter => "密码需要包含字母".to_owned(),
            Self::NoDigit => "密码需要包含数字".to_owned(),
            Self::Control => "密码含有无法输入的字符，请重新填写".to_owned(),
            Self::Common => "这个密码太常见，容易被人猜到，请换一个".to_owned(),
            Self::HoldsNumber => "密码中不要含有证件号码，请换一个".to_owned(),
            Self::HoldsBirthDate => "密码中不要含有出生日期，请换一个".to_owned(),
            Self::HoldsName => "密码中不要含有姓名，请换一个".to_owned(),
        }
    }
}

/// Whether a password may be chosen by a person of whom this is known; the first thing that is wrong with it. `minimum` is at least
/// [`SHORTEST`].
pub fn judge(password: &str, known: &Known<'_>, minimum: usize) -> Result<(), Weakness> {
    let (length, least) = (password.chars().count(), minimum.max(SHORTEST));
    // Blanks at the ends do not count: they would be lost in many forms (`app::old_password`).
    if password.trim().chars().count() < least {
        return Err(Weakness::Short(least));
    }
    if length > LONGEST {
        return Err(Weakness::Long);
    }
    if password.chars().any(char::is_control) {
        return Err(Weakness::Control);
    }
    if !password.chars().any(|c| c.is_ascii_alphabetic()) {
        return Err(Weakness::NoLetter);
    }
    if !password.chars().any(|c| c.is_ascii_digit()) {
        return Err(Weakness::NoDigit);
    }
    let plain = half_width(password).to_ascii_lowercase();
    if holds_number(&plain, known.number) {
        return Err(Weakness::HoldsNumber);
    }
    if known.birth.is_some_and(|birth| holds_date(&plain, birth)) {
        return Err(Weakness::HoldsBirthDate);
    }
    if holds_name(&plain, known.name) {
        return Err(Weakness::HoldsName);
    }
    if is_common(plain.trim()) {
        return Err(Weakness::Common);
    }
    Ok(())
}

fn holds_number(plain: &str, number: &str) -> bool {
    let number: Vec<char> = half_width(number).to_ascii_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let Some(from) = number.len().checked_sub(LAST_OF_NUMBER) else { return false };
    let last: String = number[from..].iter().collect();
    plain.contains(&last)
}

/// 19900307, 900307, 1990-03-07 and the like.
fn holds_date(plain: &str, birth: NaiveDate) -> bool {
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    digits.contains(&birth.format("%y%m%d").to_string())
}

fn holds_name(plain: &str, name: &str) -> bool {
    let name: String = half_width(name).to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    // A single character, or a short name in Latin letters, stands in too many words.
    let enough = if name.is_ascii() { 4 } else { 2 };
    name.chars().count() >= enough && !name::is_empty(&name) && plain.contains(&name)
}

#[cfg(test)]
mod tests;
