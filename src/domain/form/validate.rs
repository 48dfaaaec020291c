//! The checks of every field, and the sentence for each failure.

mod check;
mod values;

use chrono::NaiveDate;

use super::text::{half_width, tidy};
use super::{Field, Input};
use crate::domain::application::{Locked, merge};
use check::{check, photo_missing};
pub use values::parse_year;

/// The longest value of a text field, in characters.
pub const MAX_CHARS: usize = 64;

/// Professional-qualification examinations are younger than this; an earlier year or approval date is a typing error.
pub const FIRST_YEAR: i32 = 1980;

#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Today in China ([`crate::domain::china::china_date`]).
    pub today: NaiveDate,
    /// The last year whose certificates need a photo (`reissue.photo_required_through`).
    pub photo_required_through: i32,
    /// A photo that keeps all rules came with this form, or was kept from before.
    pub photo_given: bool,
    /// The newest year that the catalogue has of the exam; `None` where it has none, or where a newer year was accepted before.
    pub newest_year: Option<i32>,
    /// Whoever typed a contact that is in doubt was asked about it, and stands by it.
    pub contact_confirmed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoState {
    Required,
    NotNeeded,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: Field,
    pub message: String,
}

/// A form that passed every rule: values trimmed, digits half width, locked values in place. Only [`validate`] constructs one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valid {
    input: Input,
    photo: PhotoState,
}

impl Valid {
    pub const fn input(&self) -> &Input {
        &self.input
    }

    pub const fn photo(&self) -> PhotoState {
        self.photo
    }

    pub fn into_input(self) -> Input {
        self.input
    }
}

/// Validates a submitted form: locked values are put in first and not checked (registered data is never corrected); every other field is.
/// Errors are in field order, at most one for a field.
pub fn validate(submitted: Input, locked: &Locked, rules: &Rules) -> Result<Valid, Vec<FieldError>> {
    let mut input = merge(locked, submitted);
    let mut errors = Vec::new();
    for field in Field::ALL {
        if field == Field::Photo || locked.is_locked(field) {
            continue;
        }
        match check(field, &input, rules) {
            Ok(normal) => input.set(field, normal),
            Err(message) => errors.push(FieldError { field, message }),
        }
    }
    let photo = photo_state(&input.year, rules.photo_required_through);
    // Whether a photo is required depends on the year: with a wrong year only the year is reported.
    let year_stands = !errors.iter().any(|error| error.field == Field::Year);
    if year_stands && photo == PhotoState::Required && !rules.photo_given {
        errors.push(FieldError { field: Field::Photo, message: photo_missing(rules.photo_required_through) });
    }
    if errors.is_empty() { Ok(Valid { input, photo }) } else { Err(errors) }
}

/// Whether a certificate of `year` needs a photo. A registered year that cannot be read needs one: a reviewer can ignore a photo, but
/// cannot print a certificate without it.
pub fn photo_state(year: &str, photo_required_through: i32) -> PhotoState {
    let text = half_width(tidy(year));
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    match parse_year(&text[..digits]) {
        Some(year) if year > photo_required_through => PhotoState::NotNeeded,
        _ => PhotoState::Required,
    }
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
