//! Identity documents: canonical form, comparison, masking.
//!
//! Sources: GB 11643-1999 (18-digit resident number, check digit by ISO 7064 MOD 11-2), GB 11643-1989 (15 digits),
//! and `LINKING.md` for what counts as the same number.

mod clean;
mod kind;
mod number;
mod validity;

pub use clean::check_digit;
pub use kind::DocumentType;
pub use number::Number;

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

#[cfg(test)]
mod tests;
