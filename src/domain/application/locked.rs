//! Locked fields: what the service knows already is shown with its source and cannot be changed by the applicant.
//!
//! Creating and 申请信息维护 use the same function. In maintenance the caller passes the exam and the identity that the
//! application was made with, so that neither ever changes afterwards.

mod value;

use crate::domain::form::born::birth_month_and_gender;
use crate::domain::form::field::{Field, Input};
pub use value::{Locked, LockedValue, Source};

/// What the certificate's row says, as stored; empty where the old system had nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Registered {
    pub exam: String,
    pub year: String,
    pub name: String,
    pub document_number: String,
    pub level: String,
    pub specialty: String,
    pub city: String,
    pub certificate_number: String,
    pub approval_date: String,
}

#[derive(Clone, Default, PartialEq, Eq)]
pub struct Applicant {
    pub name: String,
    pub document_number: String,
    /// The canonical 18-character number where the document is of the resident family; birth month and gender come from it.
    pub resident_number: Option<String>,
}

#[derive(Clone, Copy)]
pub enum Path<'a> {
    /// 申请补证 on a registered certificate.
    Registered { certificate: &'a Registered },
    /// 填写补证申请: no certificate found for this exam.
    Manual { exam: &'a str },
    /// 申请信息维护 of an old system's application: exam and person as registered there.
    Old { exam: &'a str },
}

/// Says which fields are locked, to which values.
///
/// Registered path: every non-blank value of the certificate. Both paths: the exam; name and document number (the
/// portal's where the certificate has none, so that nobody types another person's); birth month and gender where the
/// document number tells them. Everything else is free.
pub fn locked_fields(path: Path<'_>, person: &Applicant) -> Locked {
    let mut locked = Locked::default();
    match path {
        Path::Registered { certificate: c } => {
            let values = [
                (Field::Exam, &c.exam),
                (Field::Year, &c.year),
                (Field::Name, &c.name),
                (Field::DocumentNumber, &c.document_number),
                (Field::Level, &c.level),
                (Field::Specialty, &c.specialty),
                (Field::City, &c.city),
                (Field::CertificateNumber, &c.certificate_number),
                (Field::ApprovalDate, &c.approval_date),
            ];
            for (field, value) in values {
                locked.lock(field, value, Source::Registered);
            }
        }
        Path::Manual { exam } => locked.lock(Field::Exam, exam, Source::Chosen),
        Path::Old { exam } => {
            locked.lock(Field::Exam, exam, Source::OldApplication);
            locked.lock(Field::Name, &person.name, Source::OldApplication);
            locked.lock(Field::DocumentNumber, &person.document_number, Source::OldApplication);
        }
    }
    locked.lock(Field::Name, &person.name, Source::Portal);
    locked.lock(Field::DocumentNumber, &person.document_number, Source::Portal);
    if let Some((month, gender)) = person.resident_number.as_deref().and_then(birth_month_and_gender) {
        locked.lock(Field::BirthMonth, &month, Source::DocumentNumber);
        locked.lock(Field::Gender, gender.as_str(), Source::DocumentNumber);
    }
    locked
}

/// `submitted` with every locked value in its place, whatever was sent for it.
pub fn merge(locked: &Locked, submitted: Input) -> Input {
    let mut merged = submitted;
    for (field, value) in locked.iter() {
        merged.set(field, value.value.as_str());
    }
    merged
}

/// Values are personal data, and none of these types may print one through `{:?}`.
macro_rules! debug_without_values {
    ($($name:ty),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}
debug_without_values!(Registered, Applicant, Path<'_>, LockedValue);

#[cfg(test)]
mod tests;
