//! Years and dates as old systems wrote them.

use chrono::{Datelike, NaiveDate};

use crate::domain::form::parse_year;
use crate::domain::form::text::{half_width, tidy};
use crate::import::finding::Form;
use crate::import::transform::person::is_null;

/// Professional examinations in China are younger.
const FIRST_YEAR: i32 = 1950;

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

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

/// Whether a text is a day as spreadsheets show one: `1月2日`, `2017年1月`, `2-Jan`, `Jan-17`, `2017/1/2`, `2017-01-02`.
pub(super) fn is_spreadsheets(text: &str) -> bool {
    let is = |text: &str, range: std::ops::RangeInclusive<u32>| {
        (1..=4).contains(&text.len()) && number(text).is_some_and(|n| range.contains(&n))
    };
    let (day, month, year) = (
        |text: &str| is(text, 1..=31),
        |text: &str| is(text, 1..=12),
        |text: &str| text.len() == 4 && is(text, 1900..=2100),
    );
    let text = split_time(text).filter(|(_, time)| is_time(time)).map_or(text, |(day, _)| day);
    if let Some((before, rest)) = text.split_once('月') {
        let (of_year, of_month) = before.split_once('年').map_or((None, before), |(year, month)| (Some(year), month));
        let of_day = rest.strip_suffix('日');
        let has_day = of_day.map_or(rest.is_empty() && of_year.is_some(), day);
        return of_year.is_none_or(year) && month(of_month) && has_day;
    }
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    match parts[..] {
        [a, b] => (day(a) && is_month_name(b)) || (is_month_name(a) && (day(b) || is(b, 0..=99))),
        [a, b, c] if text.contains('/') => {
            (year(a) && month(b) && day(c)) || (day(a) && day(b) && (year(c) || (c.len() == 2 && is(c, 0..=99))))
        }
        [a, b, c] => (year(a) && month(b) && day(c)) || (day(a) && is_month_name(b) && (year(c) || is(c, 0..=99))),
        _ => false,
    }
}

fn is_month_name(text: &str) -> bool {
    MONTHS.iter().any(|name| name.eq_ignore_ascii_case(text))
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

type Parts<'a> = (&'a str, &'a str, &'a str);

fn split(day: &str) -> Option<(Form, Parts<'_>)> {
    if day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()) {
        return Some((Form::Digits, (&day[..4], &day[4..6], &day[6..])));
    }
    let separators = [
        (Form::Dashes, '-', '-', ""),
        (Form::Slashes, '/', '/', ""),
        (Form::Points, '.', '.', ""),
        (Form::Characters, '年', '月', "日"),
    ];
    for (form, first, second, last) in separators {
        let parts = day.split_once(first).and_then(|(year, rest)| {
            let (month, day) = rest.split_once(second)?;
            Some((year, month, day.strip_suffix(last)?))
        });
        if let Some(parts) = parts {
            let is_month = form == Form::Dashes && parts.1.chars().any(|c| !c.is_ascii_digit());
            return Some((if is_month { Form::Month } else { form }, parts));
        }
    }
    None
}

fn by_numbers((year, month, day): Parts<'_>) -> Option<NaiveDate> {
    if year.len() != 4 || !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(number(year)?).ok()?, number(month)?, number(day)?)
}

/// `21-OCT-17`, `21-OCT-2017`, `21-10月-17`.
fn by_month((day, month, year): Parts<'_>, today: NaiveDate) -> Option<NaiveDate> {
    let month = match month.strip_suffix('月') {
        Some(digits) => number(digits.trim())?,
        None => u32::try_from(MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))?).ok()? + 1,
    };
    let written = i32::try_from(number(year)?).ok()?;
    let year = match year.len() {
        4 => written,
        2 => {
            let century = today.year() / 100 * 100;
            if century + written > today.year() { century + written - 100 } else { century + written }
        }
        _ => return None,
    };
    if (1..=2).contains(&day.len()) { NaiveDate::from_ymd_opt(year, month, number(day)?) } else { None }
}

fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// `0:00`, `11:37:27`, `11:37:27.000`, `00:00:00Z`.
fn is_time(text: &str) -> bool {
    let text = text.trim_end_matches('Z');
    let parts: Vec<&str> = text.split(':').collect();
    (2..=3).contains(&parts.len())
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
    }

    #[test]
    fn keys_that_a_spreadsheet_made_days_are_told_from_others() {
        for key in [
            "1月2日",
            "2017年1月",
            "2017年1月2日",
            "2-Jan",
            "Jan-17",
            "2-Jan-17",
            "2017/1/2",
            "2017-01-02",
            "2017-1-2 0:00:00",
            "1/2/2017",
        ] {
            assert!(is_spreadsheets(key), "{key}");
        }
        for key in [
            "",
            "1",
            "1-2",
            "20170102",
            "2017-0102",
            "2017-13-02",
            "3201-01-02",
            "1-2-3",
            "A1/2/17",
            "无",
            "2017年",
            "1月",
            "5月花",
            "MAY-1234",
        ] {
            assert!(!is_spreadsheets(key), "{key}");
        }
    }

    #[test]
    fn dates_are_read_in_the_ways_of_old_systems() {
        for (text, form) in [
            ("20171021", Form::Digits),
            ("2017-10-21", Form::Dashes),
            ("2017/10/21", Form::Slashes),
            ("2017.10.21", Form::Points),
            ("2017年10月21日", Form::Characters),
            ("2017-10-21 00:00:00", Form::Dashes),
            ("2017/10/21 0:00", Form::Slashes),
            (" ２０１７１０２１\u{3000}", Form::Digits),
            ("2017-10-21T09:30:00.000Z", Form::Dashes),
            ("21-OCT-17", Form::Month),
            ("21-oct-2017", Form::Month),
            ("21-OCT-17 09:30:00", Form::Month),
            ("21-10月-17", Form::Month),
        ] {
            let day = NaiveDate::from_ymd_opt(2017, 10, 21).unwrap();
            assert_eq!(read(text, today()), Reading::Day(day, form), "{text}");
        }
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        assert_eq!(read("2011/8/2 17:16", today()), Reading::Day(day(2011, 8, 2), Form::Slashes));
        assert_eq!(read("1-JAN-26", today()), Reading::Day(day(2026, 1, 1), Form::Month));
        assert_eq!(read("31-DEC-98", today()), Reading::Day(day(1998, 12, 31), Form::Month));
        for text in [
            "20171032",
            "2017",
            "42999",
            "不详",
            "20140231",
            "2017-10",
            "2017-10-21 noon",
            "17-10-21",
            "2017--1",
            "2999-01-01",
            "+2017-1-1",
            "21-OKT-17",
            "32-OCT-17",
            "21-13月-17",
            "21-OCT-7",
            "1901-01-01",
        ] {
            assert_eq!(read(text, today()), Reading::Odd, "{text}");
        }
    }

    #[test]
    fn values_that_say_there_is_no_day_are_told_from_damaged_ones() {
        for text in [
            "0",
            "NULL",
            "null",
            "\\N",
            "0000-00-00",
            "0000-00-00 00:00:00",
            "19000101",
            "1900-01-01 00:00:00",
            "1900/1/1",
            "1900-01-00",
            "00000000",
            "1899-12-30",
            "0001-01-01",
        ] {
            assert_eq!(read(text, today()), Reading::Nothing { said: true }, "{text}");
        }
        assert_eq!(read(" \u{3000}", today()), Reading::Nothing { said: false });
    }

    #[test]
    fn years_are_four_digits() {
        for (text, expected) in [
            ("2017", Some(2017)),
            ("２０１７年", Some(2017)),
            ("2017年度", Some(2017)),
            ("17", None),
            ("1017", None),
            ("", None),
        ] {
            assert_eq!(year(text, today()), expected, "{text}");
        }
    }
}
