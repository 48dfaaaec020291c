//! The names of the form's fields, and a form in transit between browser, rules and store.

mod input;

use crate::domain::word::words;
pub use input::Input;

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

#[cfg(test)]
mod tests;
