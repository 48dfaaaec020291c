//! The names of the form's fields, and a form in transit between browser, rules and store.

use serde::{Deserialize, Serialize};

use crate::domain::word::words;

words! {
    /// A field of the application form, by its name there. The order is the order of the page, of errors, and of the error summary.
    pub enum Field {
        Exam = "exam",
        Year = "year",
        Name = "name",
        DocumentNumber = "document_number",
        BirthMonth = "birth_month",
        Gender = "gender",
        CertificateNumber = "certificate_number",
        ApprovalDate = "approval_date",
        Level = "level",
        Specialty = "specialty",
        City = "city",
        Contact = "contact",
        Photo = "photo",
    }
}

impl Field {
    /// The label, in the manual's words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Exam => "考试",
            Self::Year => "考试年度",
            Self::Name => "姓名",
            Self::DocumentNumber => "证件号码",
            Self::BirthMonth => "出生年月",
            Self::Gender => "性别",
            Self::CertificateNumber => "证书管理号",
            Self::ApprovalDate => "批准日期",
            Self::Level => "级别",
            Self::Specialty => "专业",
            Self::City => "报名市",
            Self::Contact => "联系方式",
            Self::Photo => "考生照片",
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_strangers_are_no_field() {
        for field in Field::ALL {
            assert_eq!(Field::from_word(field.as_str()), Some(field));
        }
        for name in ["csrf_token", "version", "Exam", ""] {
            assert_eq!(Field::from_word(name), None);
        }
    }

    #[test]
    fn what_is_set_is_what_is_got() {
        let mut input = Input::default();
        for field in Field::ALL {
            input.set(field, field.as_str());
        }
        for field in Field::ALL {
            let expected = if field == Field::Photo { "" } else { field.as_str() };
            assert_eq!(input.get(field), expected);
        }
    }

    #[test]
    fn debug_output_holds_no_personal_data() {
        let input = Input { name: "测试".into(), document_number: "110101199003071233".into(), ..Input::default() };
        assert_eq!(format!("{input:?}"), r#"Input { filled: ["name", "document_number"] }"#);
    }
}
