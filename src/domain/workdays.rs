//! Working days: weekdays, without public holidays, and with the weekends that are worked in their place (调休).
//!
//! Source: the State Council's yearly notices on public holidays (国务院办公厅关于部分节假日安排的通知), each in November for the year after. Of a year
//! without a notice only weekends, and the days that are fixed by the calendar, are known.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::collections::BTreeMap;

const NOTICES: &str = include_str!("workdays/state_council.txt");

/// 元旦, 劳动节 (two days since 2025), 国庆节 (three days): 全国年节及纪念日放假办法, article 2.
const FIXED: [(u32, u32); 6] = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)];

/// Which days are worked.
#[derive(Clone, Debug, Default)]
pub struct Calendar(BTreeMap<NaiveDate, bool>);

/// A line that cannot be read, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {0} is none of: a comment after #, `2026-01-01 off`, `2026-01-01..2026-01-03 off`, `2026-01-04 on`")]
pub struct Unreadable(pub usize);

impl Calendar {
    /// By the notices that this program knows.
    ///
    /// # Panics
    /// Never: a test reads the file.
    pub fn of_the_state_council() -> Self {
        Self::parse(NOTICES).unwrap_or_default()
    }

    /// Reads `2026-01-01..2026-01-03 off` and `2026-01-04 on`, one a line; what stands after # is a comment.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let mut days = BTreeMap::new();
        for (line, at) in text.lines().zip(1..) {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let (range, works) = read(line).ok_or(Unreadable(at))?;
            days.extend(range.map(|day| (day, works)));
        }
        Ok(Self(days))
    }

    /// Adds what another calendar says; where both say something of a day, the other one counts.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub fn is_worked(&self, day: NaiveDate) -> bool {
        self.0.get(&day).copied().unwrap_or_else(|| {
            !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !FIXED.contains(&(day.month(), day.day()))
        })
    }

    /// The last of so many working days that begin after a day.
    pub fn after(&self, day: NaiveDate, working_days: u32) -> NaiveDate {
        self.walk(day, working_days, NaiveDate::checked_add_days)
    }

    /// The same backwards.
    pub fn before(&self, day: NaiveDate, working_days: u32) -> NaiveDate {
        self.walk(day, working_days, NaiveDate::checked_sub_days)
    }

    fn walk(&self, from: NaiveDate, count: u32, next: fn(NaiveDate, Days) -> Option<NaiveDate>) -> NaiveDate {
        let (mut day, mut left) = (from, count);
        while left > 0 {
            let Some(following) = next(day, Days::new(1)) else { return day };
            day = following;
            left -= u32::from(self.is_worked(day));
        }
        day
    }

    /// Working days after `from`, up to and with `until`; negative where that is earlier.
    pub fn between(&self, from: NaiveDate, until: NaiveDate) -> i64 {
        let (first, last, sign) = if from <= until { (from, until, 1) } else { (until, from, -1) };
        let worked =
            first.iter_days().skip(1).take_while(|day| *day <= last).filter(|day| self.is_worked(*day)).count();
        sign * i64::try_from(worked).unwrap_or(i64::MAX)
    }
}

fn read(line: &str) -> Option<(impl Iterator<Item = NaiveDate>, bool)> {
    let (days, word) = line.split_once(char::is_whitespace)?;
    let works = match word.trim() {
        "on" => true,
        "off" => false,
        _ => return None,
    };
    let (first, last) = days.split_once("..").unwrap_or((days, days));
    let (first, last): (NaiveDate, NaiveDate) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last && (last - first).num_days() < 32)
        .then(|| (first.iter_days().take_while(move |day| *day <= last), works))
}

#[cfg(test)]
mod tests;
