//! Days, months and years as people and old systems write them.

mod forms;

use chrono::{Datelike, NaiveDate};

use super::form::text::{half_width, is_null, tidy};
pub use forms::Form;
pub(crate) use forms::{MONTHS, number};
use forms::{by_month, by_numbers, split};

/// Professional examinations in China are younger.
const FIRST_YEAR: i32 = 1950;

/// The day that a text of an old system states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    Day(NaiveDate, Form),
    /// No day, by an empty text or by a value that databases use for NULL.
    Nothing {
        said: bool,
    },
    Odd,
}

/// Why a text states no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// None of the forms of [`Form`].
    Shape,
    /// No such day in the calendar, such as 31 November.
    Unreal,
}

/// Parses a day: `20171021`, `2017-10-21`, `2017/10/21`, `2017.10.21`, `2017年10月21日`, `21-OCT-17`, in any width, optionally with a time of
/// day. Forms in which day and month could be taken for each other are not among them. `today` settles the century of a year of two digits.
pub fn parse(text: &str, today: NaiveDate) -> Result<(NaiveDate, Form), Unreadable> {
    let text = half_width(tidy(text));
    parse_day(without_time(&text).ok_or(Unreadable::Shape)?, today)
}

/// The same where a column holds it: values that mean NULL are told from damaged ones, and years out of reach are damage.
pub fn read(text: &str, today: NaiveDate) -> Reading {
    let text = half_width(tidy(text));
    let Some(day) = without_time(&text) else { return Reading::Odd };
    if day.is_empty() || is_nothing(day) {
        return Reading::Nothing { said: !day.is_empty() };
    }
    match parse_day(day, today) {
        Ok((date, form)) if (FIRST_YEAR..=today.year() + 1).contains(&date.year()) => Reading::Day(date, form),
        _ => Reading::Odd,
    }
}

/// Parses a month, as (year, month): `201710`, `2017-10`, `2017/10`, `2017.10`, `2017年10月`, in any width; or the month of a whole day.
pub fn parse_month(text: &str, today: NaiveDate) -> Option<(i32, u32)> {
    let text = half_width(tidy(text));
    let parts = match text.len() {
        6 if text.bytes().all(|byte| byte.is_ascii_digit()) => text.split_at_checked(4),
        _ => {
            let characters = text.strip_suffix('月').and_then(|text| text.split_once('年'));
            characters.or_else(|| ['-', '/', '.'].into_iter().find_map(|mark| text.split_once(mark)))
        }
    };
    let month = parts.and_then(|(year, month)| {
        let is_shaped = year.len() == 4 && (1..=2).contains(&month.len());
        NaiveDate::from_ymd_opt(i32::try_from(number(year)?).ok()?, number(month)?, 1).filter(|_| is_shaped)
    });
    let date = month.or_else(|| parse(&text, today).ok().map(|(date, _)| date))?;
    Some((date.year(), date.month()))
}

/// A year's digits, without 年 or 年度 after them.
pub fn year_digits(text: &str) -> &str {
    let text = tidy(text);
    tidy(text.strip_suffix("年度").or_else(|| text.strip_suffix('年')).unwrap_or(text))
}

fn parse_day(day: &str, today: NaiveDate) -> Result<(NaiveDate, Form), Unreadable> {
    let (form, parts) = split(day).ok_or(Unreadable::Shape)?;
    let date = if form == Form::Month { by_month(parts, today) } else { by_numbers(parts) };
    date.map(|date| (date, form))
        .ok_or_else(|| if forms::are_numbers(parts) { Unreadable::Unreal } else { Unreadable::Shape })
}

/// `None`: what follows the day is no time.
fn without_time(text: &str) -> Option<&str> {
    match split_time(text) {
        Some((day, time)) => is_time(time.trim()).then_some(day),
        None => Some(text),
    }
}

/// Splits at a blank, or at a T after a digit (October ends in one).
pub(crate) fn split_time(text: &str) -> Option<(&str, &str)> {
    let is_mark =
        |(at, c): &(usize, char)| *c == ' ' || (*c == 'T' && text[..*at].ends_with(|c: char| c.is_ascii_digit()));
    let (at, _) = text.char_indices().find(is_mark)?;
    Some((&text[..at], &text[at + 1..]))
}

/// `0:00`, `11:37:27`, `11:37:27.000`, `00:00:00Z`.
pub(crate) fn is_time(text: &str) -> bool {
    let text = text.trim_end_matches('Z');
    let parts: Vec<&str> = text.split(':').collect();
    (2..=3).contains(&parts.len())
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
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

#[cfg(test)]
mod tests;
