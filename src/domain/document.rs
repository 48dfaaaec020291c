//! Identity documents: canonical form, comparison, masking.
//!
//! Sources: GB 11643-1999 (18-digit resident number, check digit by ISO 7064 MOD 11-2), GB 11643-1989 (15 digits),
//! and `LINKING.md` for what counts as the same number.

use chrono::{Datelike, NaiveDate};
use std::fmt;

use super::text;
use super::word::words;

words! {
    /// The kind of document a portal vouches for, by its word in the configuration (`portal.document_types`), in the database and in the
    /// forecast's input. Legacy rows carry none.
    pub enum DocumentType {
        /// 居民身份证.
        ResidentId = "resident_id",
        /// 港澳台居民居住证, numbers beginning with 81, 82 or 83.
        HmtResidencePermit = "hmt_residence_permit",
        /// 外国人永久居留身份证; the 18-character card begins with 9, the older one has 15 characters with letters.
        PermanentResidence = "permanent_residence",
        /// 护照.
        Passport = "passport",
        /// 港澳居民来往内地通行证.
        HkMacauPermit = "hk_macau_permit",
        /// 台湾居民来往大陆通行证.
        TaiwanPermit = "taiwan_permit",
        /// 军人证件.
        Military = "military",
        Other = "other",
    }
}

impl DocumentType {
    fn may_be_resident_family(self) -> bool {
        matches!(self, Self::ResidentId | Self::HmtResidencePermit | Self::PermanentResidence)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upgrade {
    /// The number was not a 15-digit resident number.
    None,
    /// `19` inserted, check digit appended.
    From15,
    /// `19` inserted, check digit appended; but the sequence is 996-999, given to people born in the 1800s, so that `19` may be wrong.
    From15Ambiguous,
}

/// Why a number cannot be compared with any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing is left after cleaning.
    Empty,
    /// Digits were replaced, as in `110101********1233`.
    Masked,
    /// A spreadsheet turned the number into a float: `1.10101E+17`, a decimal point, or a trailing `000`.
    ExcelDamage,
}

/// Documents that may match one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Resident,
    Typed(DocumentType),
    Untyped,
}

impl Family {
    fn compatible(self, other: Self) -> bool {
        match (self, other) {
            (Self::Resident, Self::Resident) => true,
            (Self::Resident, _) | (_, Self::Resident) => false,
            (Self::Typed(a), Self::Typed(b)) => a == b,
            (Self::Untyped, _) | (_, Self::Untyped) => true,
        }
    }
}

/// A document number in canonical form, with what is needed to compare it and to explain the comparison.
///
/// Equality of canonical forms alone is not a match: see [`Number::relation`].
#[derive(Clone, PartialEq, Eq)]
pub struct Number {
    canonical: String,
    kind: Option<DocumentType>,
    family: Family,
    upgrade: Upgrade,
    unreadable: Option<Unreadable>,
}

/// The relation of two document numbers (LINKING.md, "number relation").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Canonical forms equal and families compatible; with the upgrade that one side needed for it.
    Same(Upgrade),
    /// At least one side cannot be read.
    Unreadable,
    /// Two readable numbers that are not the same.
    Different,
}

impl Number {
    /// Reads a number as typed, exported or vouched for; `kind` is `None` where the source names no type.
    pub fn new(raw: &str, kind: Option<DocumentType>) -> Self {
        let cleaned = clean(raw);
        let may_be_resident = kind.is_none_or(DocumentType::may_be_resident_family);
        let resident = may_be_resident && has_resident_shape(&cleaned);
        let family = match kind {
            _ if resident => Family::Resident,
            Some(kind) => Family::Typed(kind),
            None => Family::Untyped,
        };
        let unreadable = find_damage(&cleaned, may_be_resident);
        let (canonical, upgrade) =
            if resident && cleaned.len() == 15 { upgrade_to_18(&cleaned) } else { (cleaned, Upgrade::None) };
        Self { canonical, kind, family, upgrade, unreadable }
    }

    /// The canonical form; the input of look-up values.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    pub fn kind(&self) -> Option<DocumentType> {
        self.kind
    }

    /// The name of the family: numbers with equal characters but of different families are different documents.
    pub fn family_word(&self) -> &'static str {
        match self.family {
            Family::Resident => "resident",
            Family::Typed(kind) => kind.as_str(),
            Family::Untyped => "untyped",
        }
    }

    /// Whether the number belongs to the resident family: 18 characters whose digits hold a birth date and a sex.
    pub fn is_resident(&self) -> bool {
        self.family == Family::Resident
    }

    pub fn upgrade(&self) -> Upgrade {
        self.upgrade
    }

    /// Why the number cannot be compared, if it cannot.
    pub fn unreadable(&self) -> Option<Unreadable> {
        self.unreadable
    }

    /// Whether the last character of a resident number is the right check digit; `true` for other families.
    pub fn check_digit_holds(&self) -> bool {
        !self.is_resident() || check_digit(&self.canonical) == self.canonical.chars().last()
    }

    pub fn relation(&self, other: &Self) -> Relation {
        if self.unreadable.is_some() || other.unreadable.is_some() {
            return Relation::Unreadable;
        }
        if self.canonical != other.canonical || !self.family.compatible(other.family) {
            return Relation::Different;
        }
        Relation::Same(match (self.upgrade, other.upgrade) {
            // Both numbers were written with the same 15 digits: no upgrade is needed to see that they are equal.
            (left, right) if left == right => Upgrade::None,
            (Upgrade::None, upgrade) | (upgrade, _) => upgrade,
        })
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

    /// The birth date in a resident number, where that date exists.
    pub fn birth_date(&self) -> Option<NaiveDate> {
        if !self.is_resident() {
            return None;
        }
        let digits = self.canonical.get(6..14)?;
        let date = NaiveDate::parse_from_str(digits, "%Y%m%d").ok()?;
        (1800..2200).contains(&date.year()).then_some(date)
    }

    /// The number as a page may show it: the first six and last four characters of 18 (`110101********1233`), fewer of shorter numbers.
    pub fn masked(&self) -> String {
        mask(&self.canonical)
    }

    fn is_near_resident(&self) -> bool {
        (14..=20).contains(&self.canonical.len()) && self.canonical.bytes().all(|b| b.is_ascii_digit() || b == b'X')
    }
}

/// Never prints the number itself: logs hold no personal data.
impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Number").field("family", &self.family).field("upgrade", &self.upgrade).finish_non_exhaustive()
    }
}

/// Masks the middle of a number, keeping its length.
pub fn mask(number: &str) -> String {
    let characters: Vec<char> = number.chars().collect();
    let (head, tail) = match characters.len() {
        15.. => (6, 4),
        8..15 => (2, 2),
        3..8 => (1, 1),
        _ => (0, 0),
    };
    let last = characters.len() - tail;
    characters.iter().enumerate().map(|(at, c)| if at < head || at >= last { *c } else { '*' }).collect()
}

/// Normalises width, white space, hyphens, spreadsheet quoting and case.
fn clean(raw: &str) -> String {
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
fn has_resident_shape(cleaned: &str) -> bool {
    let bytes = cleaned.as_bytes();
    match bytes.len() {
        15 => bytes.iter().all(u8::is_ascii_digit),
        18 => bytes[..17].iter().all(u8::is_ascii_digit) && (bytes[17].is_ascii_digit() || bytes[17] == b'X'),
        _ => false,
    }
}

fn find_damage(cleaned: &str, may_be_resident: bool) -> Option<Unreadable> {
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

fn is_plausible(canonical: &str) -> bool {
    (4..=32).contains(&canonical.chars().count())
        && canonical.chars().any(char::is_alphanumeric)
        && canonical.chars().all(|c| c.is_alphanumeric() || matches!(c, '(' | ')' | '/'))
}

/// `cleaned` is 15 digits.
fn upgrade_to_18(cleaned: &str) -> (String, Upgrade) {
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

#[cfg(test)]
mod tests;
