//! Years and dates as old systems wrote them.

use chrono::{Datelike, NaiveDate};

use crate::domain::form::parse_year;
use crate::domain::form::text::{half_width, tidy};

/// Professional examinations in China are younger.
const FIRST_YEAR: i32 = 1950;

/// Reads a year: four digits of any width, 年 or 年度 behind them allowed.
pub(super) fn year(text: &str, today: NaiveDate) -> Option<i32> {
    let text = tidy(text);
    let digits = text.strip_suffix("年度").or_else(|| text.strip_suffix('年')).unwrap_or(text);
    parse_year(tidy(digits)).filter(|year| (FIRST_YEAR..=today.year() + 1).contains(year))
}

/// Reads a day: `20171021`, `2017-10-21`, `2017/10/21`, `2017.10.21`, `2017年10月21日`, a time of day behind it allowed.
/// 1900-01-01 and the like, by which databases say "none", are no dates.
pub(super) fn date(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let text = half_width(tidy(text));
    let day = match text.split_once(['T', ' ']) {
        Some((day, time)) if is_time(time.trim()) => day,
        Some(_) => return None,
        None => text.as_str(),
    };
    let (year, month, day) = if day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()) {
        (&day[..4], &day[4..6], &day[6..])
    } else {
        split(day)?
    };
    if year.len() != 4 || !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(i32::try_from(number(year)?).ok()?, number(month)?, number(day)?)?;
    (FIRST_YEAR..=today.year() + 1).contains(&date.year()).then_some(date)
}

fn split(day: &str) -> Option<(&str, &str, &str)> {
    for (first, second, last) in [('-', '-', ""), ('/', '/', ""), ('.', '.', ""), ('年', '月', "日")] {
        let parts = day.split_once(first).and_then(|(year, rest)| {
            let (month, day) = rest.split_once(second)?;
            Some((year, month, day.strip_suffix(last)?))
        });
        if parts.is_some() {
            return parts;
        }
    }
    None
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
    fn dates_are_read_in_the_ways_of_old_systems() {
        for text in [
            "20171021",
            "2017-10-21",
            "2017/10/21",
            "2017.10.21",
            "2017年10月21日",
            "2017-10-21 00:00:00",
            "2017/10/21 0:00",
            " ２０１７１０２１\u{3000}",
            "2017-10-21T09:30:00.000Z",
        ] {
            assert_eq!(date(text, today()), NaiveDate::from_ymd_opt(2017, 10, 21), "{text}");
        }
        assert_eq!(date("2011/8/2 17:16", today()), NaiveDate::from_ymd_opt(2011, 8, 2));
        for text in [
            "",
            "20171032",
            "2017",
            "42999",
            "0000-00-00",
            "不详",
            "20140231",
            "1900-01-01",
            "0",
            "NULL",
            "2017-10",
            "2017-10-21 noon",
            "17-10-21",
            "2017--1",
            "2999-01-01",
            "+2017-1-1",
        ] {
            assert_eq!(date(text, today()), None, "{text}");
        }
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
