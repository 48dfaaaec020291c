//! What a form must hold, field by field, with the message for each failure.
//!
//! [`Field`] and [`Input`] are the form in transit; [`validate`] turns an input into a [`Valid`] one or a list of errors in field order.
//! Locked fields ([`super::application::Locked`]) are put in before anything is checked, so that what a browser sends for them has no
//! effect.

pub(super) mod born;
mod city;
mod contact;
pub(super) mod field;
pub(crate) mod text;
mod validate;

pub use born::{Gender, birth_month_and_gender};
pub use city::{CITIES, LAIWU, LAIWU_LAST_YEAR};
pub use contact::is_doubtful_contact;
pub use field::{Field, Input};
pub use validate::{FIRST_YEAR, FieldError, MAX_CHARS, PhotoState, Rules, Valid, parse_year, photo_state, validate};
