//! What a province decides about reissue.

use super::certificate::Electronic;
use super::exam::Exam;

#[derive(Clone, Debug)]
pub struct Policy {
    /// The last year whose certificates need a photo (manual: 2016 年及以前).
    pub photo_required_through: i32,
    /// Exams whose certificates are electronic.
    pub electronic: Vec<Electronic>,
}

impl Policy {
    /// What is known of an exam's electronic certificates of a year.
    pub fn electronic(&self, exam: &Exam, year: &str) -> Option<&Electronic> {
        self.electronic.iter().find(|known| known.covers(exam, year))
    }
}
