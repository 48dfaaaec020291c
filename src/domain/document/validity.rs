//! Whether a number is acceptable from a person who types it today.

use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;

use super::clean::check_digit;
use super::kind::{DocumentType, Family};
use super::number::Number;

impl Number {
    /// Whether the last character of a resident number is the right check digit; `true` for other families.
    pub fn check_digit_holds(&self) -> bool {
        !self.is_resident() || check_digit(&self.canonical) == self.canonical.chars().last()
    }

    /// Whether this is acceptable as the number of a person who signs in or types it today.
    ///
    /// Resident numbers need the right length, check digit and a birth date that exists and is not after `today`; other documents need 4 to
    /// 32 letters, digits, or the brackets and slashes that some have. A number without a stated type that is all digits and nearly as long
    /// as a resident number is a mistyped one, not a passport.
    pub fn is_valid(&self, today: NaiveDate) -> bool {
        if self.unreadable.is_some() {
            return false;
        }
        match self.family {
            Family::Resident => self.check_digit_holds() && self.birth_date().is_some_and(|born| born <= today),
            Family::Typed(DocumentType::ResidentId | DocumentType::HmtResidencePermit) => false,
            Family::Typed(DocumentType::PermanentResidence) => {
                is_plausible(&self.canonical) && !self.is_near_resident()
            }
            Family::Typed(_) => is_plausible(&self.canonical),
            Family::Untyped => is_plausible(&self.canonical) && !self.is_near_resident(),
        }
    }

    /// Whether an old row's number can be one human's: not a word such as 无, a lone 0 or a run of one digit, which rows share by the thousand. A
    /// wrong check digit is no objection.
    pub fn can_be_one_humans(&self) -> bool {
        if self.unreadable.is_some() {
            return false;
        }
        if self.is_resident() {
            // No area's code is one digit six times, as what was typed into a field that must be filled in.
            let area: BTreeSet<char> = self.canonical.chars().take(6).collect();
            return area.len() > 1 && self.birth_date().is_some();
        }
        let distinct: BTreeSet<char> = self.canonical.chars().collect();
        let digits = self.canonical.chars().filter(char::is_ascii_digit).count();
        is_plausible(&self.canonical) && self.canonical.chars().count() >= 6 && digits >= 4 && distinct.len() >= 4
    }

    /// The birth date in a resident number, where that date exists.
    pub fn birth_date(&self) -> Option<NaiveDate> {
        if !self.is_resident() {
            return None;
        }
        let digits = self.canonical.get(6..14)?;
        let date = NaiveDate::parse_from_str(digits, "%Y%m%d").ok()?;
        (1800..2200).contains(&date.year()).then_some(date)
    }

    fn is_near_resident(&self) -> bool {
        (14..=20).contains(&self.canonical.len()) && self.canonical.bytes().all(|b| b.is_ascii_digit() || b == b'X')
    }
}

fn is_plausible(canonical: &str) -> bool {
    (4..=32).contains(&canonical.chars().count())
        && canonical.chars().any(char::is_alphanumeric)
        && canonical.chars().all(|c| c.is_alphanumeric() || matches!(c, '(' | ')' | '/'))
}
