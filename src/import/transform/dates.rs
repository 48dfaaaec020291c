//! Years and dates as old systems wrote them.

mod spreadsheet;

use chrono::{Datelike, NaiveDate};

use crate::domain::day::year_digits;
use crate::domain::form::parse_year;
pub(super) use spreadsheet::is_spreadsheets;

/// Professional examinations in China are younger.
const FIRST_YEAR: i32 = 1950;

/// Parses a year: four digits of any width, with an optional 年 or 年度.
pub(super) fn year(text: &str, today: NaiveDate) -> Option<i32> {
    parse_year(year_digits(text)).filter(|year| (FIRST_YEAR..=today.year() + 1).contains(year))
}

#[cfg(test)]
mod tests;
