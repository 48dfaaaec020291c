//! A form in transit: the text of each field.

use serde::{Deserialize, Serialize};

use super::Field;

/// The text fields of a form. The photo is sent beside them, as bytes.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Input {
    pub exam: String,
    pub year: String,
    pub name: String,
    pub document_number: String,
    pub birth_month: String,
    pub gender: String,
    pub certificate_number: String,
    pub approval_date: String,
    pub level: String,
    pub specialty: String,
    pub city: String,
    pub contact: String,
}

impl Input {
    /// The text of a field; empty for the photo.
    pub fn get(&self, field: Field) -> &str {
        match field {
            Field::Exam => &self.exam,
            Field::Year => &self.year,
            Field::Name => &self.name,
            Field::DocumentNumber => &self.document_number,
            Field::BirthMonth => &self.birth_month,
            Field::Gender => &self.gender,
            Field::CertificateNumber => &self.certificate_number,
            Field::ApprovalDate => &self.approval_date,
            Field::Level => &self.level,
            Field::Specialty => &self.specialty,
            Field::City => &self.city,
            Field::Contact => &self.contact,
            Field::Photo => "",
        }
    }

    /// Sets the text of a field; for the photo it does nothing.
    pub fn set(&mut self, field: Field, text: impl Into<String>) {
        let slot = match field {
            Field::Exam => &mut self.exam,
            Field::Year => &mut self.year,
            Field::Name => &mut self.name,
            Field::DocumentNumber => &mut self.document_number,
            Field::BirthMonth => &mut self.birth_month,
            Field::Gender => &mut self.gender,
            Field::CertificateNumber => &mut self.certificate_number,
            Field::ApprovalDate => &mut self.approval_date,
            Field::Level => &mut self.level,
            Field::Specialty => &mut self.specialty,
            Field::City => &mut self.city,
            Field::Contact => &mut self.contact,
            Field::Photo => return,
        };
        *slot = text.into();
    }
}

/// Prints no value: values are personal data, and `{:?}` brings forms into logs.
impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let filled: Vec<_> =
            Field::ALL.into_iter().filter(|field| !self.get(*field).is_empty()).map(Field::as_str).collect();
        f.debug_struct("Input").field("filled", &filled).finish()
    }
}
