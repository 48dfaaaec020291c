//! The forms in which dates were written, counted by column.

use crate::domain::day::Form;
use crate::import::kind::Target;

/// The columns that hold dates.
const COLUMNS: [Target; 3] = [Target::RegisteredAt, Target::ApprovalDate, Target::SubmittedAt];

/// How often each form occurred in each of [`COLUMNS`]. An array, because a map is too slow to count every row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Forms([[u64; Form::ALL.len()]; COLUMNS.len()]);

impl Forms {
    pub(super) fn add(&mut self, target: Target, form: Form) {
        if let Some(at) = COLUMNS.iter().position(|column| *column == target) {
            self.0[at][form as usize] += 1;
        }
    }

    pub(super) fn absorb(&mut self, other: &Self) {
        let (ours, theirs) = (self.0.as_flattened_mut(), other.0.as_flattened());
        ours.iter_mut().zip(theirs).for_each(|(ours, theirs)| *ours += theirs);
    }

    /// The columns with more than one form: how many dates they hold, and how many of each form.
    pub(super) fn mixed(&self) -> (u64, Vec<String>) {
        let mut details = Vec::new();
        let mut dates = 0;
        for (column, counts) in COLUMNS.iter().zip(&self.0) {
            let met: Vec<String> = Form::ALL
                .iter()
                .zip(counts)
                .filter(|(_, count)| **count > 0)
                .map(|(form, count)| format!("{} {count}", form.as_str()))
                .collect();
            if met.len() > 1 {
                dates += counts.iter().sum::<u64>();
                details.push(format!("{}：{}", column.as_str(), met.join("、")));
            }
        }
        (dates, details)
    }
}
