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
    /// What is known of an exam's electronic certificates of a year: of several entries the one that began last.
    pub fn electronic(&self, exam: &Exam, year: &str) -> Option<&Electronic> {
        self.electronic.iter().filter(|known| known.covers(exam, year)).max_by_key(|known| known.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_entries_for_an_exam_the_one_that_began_last_holds() {
        let entry =
            |since, only| Electronic { exam: "ZJ".into(), since, only, url: String::new(), text: String::new() };
        for electronic in [vec![entry(2019, false), entry(2021, true)], vec![entry(2021, true), entry(2019, false)]] {
            let policy = Policy { photo_required_through: 2016, electronic };
            let exam = Exam { code: "ZJ".into(), name: "造价".into() };
            let only = |year| policy.electronic(&exam, year).map(|known| known.only);
            assert_eq!([only("2018"), only("2020"), only("2021")], [None, Some(false), Some(true)]);
        }
    }
}
