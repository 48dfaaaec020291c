//! Examinations: the catalogue from which years, levels and specialties are suggested.

mod build;
mod catalogue;
mod order;

use serde::{Deserialize, Serialize};

pub use catalogue::Catalogue;
pub use order::sort_by_pinyin;

/// An examination, such as 造价. The name is the newest of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exam {
    pub code: String,
    pub name: String,
}

/// One row of the catalogue: a combination that was examined, as imported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    pub code: String,
    pub name: String,
    pub year: String,
    pub level: String,
    pub specialty: String,
}

#[cfg(test)]
mod tests;
