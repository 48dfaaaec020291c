//! Which columns hold dates, keys, identifiers and numbers.

use crate::import::kind::Target;

pub(super) fn is_date(target: Option<Target>) -> bool {
    matches!(target, Some(Target::RegisteredAt | Target::ApprovalDate | Target::SubmittedAt))
}

/// The columns by which other rows refer to a row.
fn is_key(target: Option<Target>) -> bool {
    matches!(target, Some(Target::Key | Target::Account | Target::Code))
}

/// The columns that distinguish one row, or one person, from another.
pub(super) fn is_identifier(target: Option<Target>) -> bool {
    is_key(target) || is_number(target)
}

/// A number that identifies: as a numeric cell it has lost its leading zeros, and may have lost its last digits.
pub(super) fn is_number(target: Option<Target>) -> bool {
    matches!(target, Some(Target::Number | Target::CertificateNumber))
}
