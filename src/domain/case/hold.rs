//! 挂起: an application leaves the queue until a day, for a reason.

use chrono::{NaiveDate, TimeDelta};

use super::reason::Comment;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The first day on which it is in the queue again.
    pub until: NaiveDate,
    /// For staff alone.
    pub reason: Comment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldProblem {
    /// It is no day.
    NoDay,
    /// Today, or before.
    Passed,
    /// More than [`Hold::LONGEST`] days away.
    TooFar,
    ReasonNeeded,
}

impl Hold {
    /// In days.
    pub const LONGEST: i64 = 180;

    /// Reads a day such as 2026-10-20 or 20261020.
    ///
    /// # Errors
    /// What is wrong first: the day before the reason.
    pub fn new(until: &str, reason: Option<Comment>, today: NaiveDate) -> Result<Self, HoldProblem> {
        let until = until.trim();
        let forms = ["%Y-%m-%d", "%Y%m%d"];
        let until = forms.iter().find_map(|form| NaiveDate::parse_from_str(until, form).ok());
        let until = until.ok_or(HoldProblem::NoDay)?;
        if until <= today {
            return Err(HoldProblem::Passed);
        }
        if until.signed_duration_since(today) > TimeDelta::days(Self::LONGEST) {
            return Err(HoldProblem::TooFar);
        }
        Ok(Self { until, reason: reason.ok_or(HoldProblem::ReasonNeeded)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_ends_on_a_day_to_come_and_has_a_reason() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let why = || Comment::new("等待考试机构答复").unwrap();
        let until = |text: &str| Hold::new(text, why(), day("2026-10-20")).map(|hold| hold.until);
        assert_eq!(until(" 2026-10-21 "), Ok(day("2026-10-21")));
        assert_eq!(until("20261021"), Ok(day("2026-10-21")));
        assert_eq!(until("2027-04-18"), Ok(day("2027-04-18")));
        for (text, problem) in [
            ("", HoldProblem::NoDay),
            ("明天", HoldProblem::NoDay),
            ("2026-02-30", HoldProblem::NoDay),
            ("2026-10-20", HoldProblem::Passed),
            ("0001-01-01", HoldProblem::Passed),
            ("2027-04-19", HoldProblem::TooFar),
            ("+262142-12-31", HoldProblem::TooFar),
        ] {
            assert_eq!(until(text), Err(problem), "{text}");
        }
        assert_eq!(Hold::new("2026-10-21", None, day("2026-10-20")), Err(HoldProblem::ReasonNeeded));
    }
}
