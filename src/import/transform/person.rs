//! Document numbers and names of legacy rows: kept as given, checked for damage.

use chrono::NaiveDate;

use crate::domain::document::{Number, Unreadable, Upgrade};
use crate::domain::form::text::is_null;
use crate::domain::{name, text};
use crate::import::finding::{Code, Tally};
use crate::vault::{LookUp, Vault};

/// The look-up value of a number; `None` where it cannot be read, because unreadable numbers are never compared.
pub fn number_lookup(vault: &Vault, raw: &str) -> Option<Vec<u8>> {
    let number = Number::new(raw, None);
    (number.unreadable().is_none() && !is_null(raw)).then(|| vault.look_up(LookUp::Number, &[number.canonical()]))
}

/// Notes findings about a number.
pub(super) fn check_number(raw: &str, today: NaiveDate, row: u64, tally: &mut Tally) {
    if is_null(raw) {
        return tally.row(Code::NullText, row);
    }
    if let Some(code) = find_number_damage(&Number::new(raw, None), today) {
        tally.row(code, row);
    }
}

fn find_number_damage(number: &Number, today: NaiveDate) -> Option<Code> {
    match number.unreadable() {
        Some(Unreadable::Empty) => return Some(Code::EmptyNumber),
        Some(Unreadable::Masked) => return Some(Code::MaskedNumber),
        Some(Unreadable::ExcelDamage) => return Some(Code::ExcelDamage),
        None => {}
    }
    if !number.check_digit_holds() {
        return Some(Code::BadCheckDigit);
    }
    match number.upgrade() {
        _ if !number.is_valid(today) => Some(Code::OddNumber),
        Upgrade::From15Ambiguous => Some(Code::AmbiguousFifteenDigit),
        Upgrade::From15 => Some(Code::FifteenDigit),
        Upgrade::None => None,
    }
}

/// Notes findings about a name.
pub(super) fn check_name(raw: &str, row: u64, tally: &mut Tally) {
    if is_null(raw) {
        return tally.row(Code::NullText, row);
    }
    let private = raw.chars().any(|c| matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10fffd}'));
    let marked = raw.chars().any(text::is_placeholder);
    if name::is_empty(raw) {
        tally.row(Code::EmptyName, row);
    }
    if marked {
        tally.row(Code::NamePlaceholder, row);
    }
    if private {
        // Apart from placeholders, only a character without a published mapping is one.
        let unmapped = name::has_placeholder(&raw.replace(text::is_placeholder, ""));
        tally.row(if unmapped { Code::NamePrivateUse } else { Code::NamePrivateUseMapped }, row);
    }
}

#[cfg(test)]
mod tests;
