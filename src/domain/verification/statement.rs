//! The fields of a request for manual verification.

use serde::{Deserialize, Serialize};

use crate::domain::word::words;

words! {
    /// A field of the request, by its name in the page's form. The order is the order of the page and of errors.
    pub enum Field {
        System = "system",
        Account = "account",
        OldNumber = "old_number",
        OldName = "old_name",
        Exam = "exam",
        Year = "year",
        Note = "note",
        Evidence = "evidence",
    }
}

impl Field {
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "原系统",
            Self::Account => "原账户",
            Self::OldNumber => "原证件号码",
            Self::OldName => "原姓名",
            Self::Exam => "考试",
            Self::Year => "考试年度",
            Self::Note => "情况说明",
            Self::Evidence => "证明图片",
        }
    }

    /// The longest text, in characters.
    pub(super) const fn max_chars(self) -> usize {
        match self {
            Self::OldNumber | Self::OldName => 64,
            Self::Note => 1000,
            _ => 100,
        }
    }
}

/// The text fields of a request, as typed or as checked.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The old system's word; empty where the citizen does not know it.
    pub system: String,
    /// The document number under which the old data may stand.
    pub old_number: String,
    /// The name under which it may stand.
    pub old_name: String,
    /// Code or name of an exam, or free text.
    pub exam: String,
    /// Four digits, or empty.
    pub year: String,
    /// In the citizen's own words.
    pub note: String,
}

impl Statement {
    /// The text of a field; empty for those that are no text.
    pub fn get(&self, field: Field) -> &str {
        match field {
            Field::System => &self.system,
            Field::OldNumber => &self.old_number,
            Field::OldName => &self.old_name,
            Field::Exam => &self.exam,
            Field::Year => &self.year,
            Field::Note => &self.note,
            Field::Account | Field::Evidence => "",
        }
    }
}

/// Prints no value: values are personal data.
impl std::fmt::Debug for Statement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let filled: Vec<_> =
            Field::ALL.into_iter().filter(|field| !self.get(*field).is_empty()).map(Field::as_str).collect();
        f.debug_struct("Statement").field("filled", &filled).finish()
    }
}
