//! Years and dates as old systems wrote them.

mod forms;
mod spreadsheet;

use chrono::{Datelike, NaiveDate};

use crate::domain::form::parse_year;
use crate::domain::form::text::{half_width, tidy};
use crate::import::finding::Form;
use crate::import::transform::person::is_null;
use forms::{by_month, by_numbers, number, split};
pub(super) use spreadsheet::is_spreadsheets;

/// Professional examinations in China are younger.
const FIRST_YEAR: i32 = 1950;

/// Parses a year: four digits of any width, with an optional 年 or 年度.
pub(super) fn year(text: &str, today: NaiveDate) -> Option<i32> {
    let text = tidy(text);
    let digits = text.strip_suffix("年度").or_else(|| text.strip_suffix('年')).unwrap_or(text);
    parse_year(tidy(digits)).filter(|year| (FIRST_YEAR..=today.year() + 1).contains(year))
}

/// The day that a text states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Day(NaiveDate, Form),
    /// No day, by an empty text or by a value that databases use for NULL.
    Nothing {
        said: bool,
    },
    Odd,
}

/// Parses a day: `20171021`, `2017-10-21`, `2017/10/21`, `2017.10.21`, `2017年10月21日`, `21-OCT-17`, optionally with a time of day.
pub(super) fn read(text: &str, today: NaiveDate) -> Reading {
    let text = half_width(tidy(text));
    let day = match split_time(&text) {
        Some((day, time)) if is_time(time.trim()) => day,
        Some(_) => return Reading::Odd,
        None => text.as_str(),
    };
    if day.is_empty() || is_nothing(day) {
        return Reading::Nothing { said: !day.is_empty() };
    }
    let Some((form, parts)) = split(day) else { return Reading::Odd };
    let date = if form == Form::Month { by_month(parts, today) } else { by_numbers(parts) };
    match date.filter(|date| (FIRST_YEAR..=today.year() + 1).contains(&date.year())) {
        Some(date) => Reading::Day(date, form),
        None => Reading::Odd,
    }
}

/// Splits at a blank, or at a T after a digit (October ends in one).
fn split_time(text: &str) -> Option<(&str, &str)> {
    let is_mark =
        |(at, c): &(usize, char)| *c == ' ' || (*c == 'T' && text[..*at].ends_with(|c: char| c.is_ascii_digit()));
    let (at, _) = text.char_indices().find(is_mark)?;
    Some((&text[..at], &text[at + 1..]))
}

/// The earliest day of a system, an impossible day, or the word NULL.
fn is_nothing(day: &str) -> bool {
    if is_null(day) || day.bytes().all(|b| b == b'0') {
        return true;
    }
    let Some((form, (year, month, date))) = split(day) else { return false };
    let numbers = [year, month, date].map(number);
    form != Form::Month
        && matches!(
            numbers,
            [Some(0), Some(0), Some(0)]
                | [Some(1899), Some(12), Some(30 | 31)]
                | [Some(1 | 1900), Some(1), Some(0..=1)]
        )
}

/// `0:00`, `11:37:27`, `11:37:27.000`, `00:00:00Z`.
fn is_time(text: &str) -> bool {
    let text = text.trim_end_matches('Z');
    let parts: Vec<&str> = text.split(':').collect();
    (2..=3).contains(&parts.len())
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

#[cfg(test)]
mod tests;
