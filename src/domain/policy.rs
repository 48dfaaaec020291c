//! What a province decides about reissue, and about its review.

use super::case::{Levels, Terms};
use super::certificate::Electronic;
use super::day::year_digits;
use super::exam::Exam;
use super::form::parse_year;
use super::workdays::Calendar;

#[derive(Clone, Debug)]
pub struct Policy {
    /// The last year whose certificates need a photo (manual: 2016 年及以前).
    pub photo_required_through: i32,
    /// Exams whose certificates are electronic.
    pub electronic: Vec<Electronic>,
    pub levels: Levels,
    pub terms: Terms,
    /// Terms are counted in working days.
    pub calendar: Calendar,
}

impl Policy {
    /// What is known of an exam's electronic certificates of a year: of several entries the one that began last.
    pub fn electronic(&self, exam: &Exam, year: &str) -> Option<&Electronic> {
        self.electronic.iter().filter(|known| known.covers(exam, year)).max_by_key(|known| known.since)
    }

    /// What to tell whoever fills in a form by hand: of the year that is typed or, before one is, of every year, the first that began first.
    pub fn electronic_by_hand(&self, exam: &Exam, typed: &str) -> Vec<&Electronic> {
        let year = year_digits(typed);
        if parse_year(year).is_some() {
            return self.electronic(exam, year).into_iter().collect();
        }
        let mut known: Vec<_> = self.electronic.iter().filter(|known| known.is_of(exam)).collect();
        known.sort_by_key(|known| known.since);
        known
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
            let policy = Policy {
                photo_required_through: 2016,
                electronic,
                levels: Levels { has_city: true },
                terms: Terms { answer_within: 20 },
                calendar: Calendar::default(),
            };
            let exam = Exam { code: "ZJ".into(), name: "造价".into() };
            let only = |year| policy.electronic(&exam, year).map(|known| known.only);
            assert_eq!([only("2018"), only("2020"), only("2021")], [None, Some(false), Some(true)]);
            let by_hand = |typed| policy.electronic_by_hand(&exam, typed).iter().map(|known| known.since).collect();
            let table: [(&str, &[i32]); 6] = [
                ("2018", &[]),
                ("2020", &[2019]),
                ("２０２１年", &[2021]),
                ("", &[2019, 2021]),
                ("二〇", &[2019, 2021]),
                ("20", &[2019, 2021]),
            ];
            for (typed, since) in table {
                let told: Vec<_> = by_hand(typed);
                assert_eq!(told, since, "{typed}");
            }
            let other = Exam { code: "YS".into(), name: "执业药师".into() };
            assert!(policy.electronic_by_hand(&other, "").is_empty());
        }
    }
}
