//! The forms of a day.

use chrono::{Datelike, NaiveDate};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Digits,
    Dashes,
    Slashes,
    Points,
    Characters,
    /// `21-OCT-17`, Oracle's own format; its century is the last that is not in the future.
    Month,
}

impl Form {
    pub const ALL: [Self; 6] = [Self::Digits, Self::Dashes, Self::Slashes, Self::Points, Self::Characters, Self::Month];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Digits => "yyyyMMdd",
            Self::Dashes => "yyyy-MM-dd",
            Self::Slashes => "yyyy/M/d",
            Self::Points => "yyyy.M.d",
            Self::Characters => "yyyy年M月d日",
            Self::Month => "dd-mon-yy",
        }
    }
}

pub(crate) const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

type Parts<'a> = (&'a str, &'a str, &'a str);

pub(super) fn split(day: &str) -> Option<(Form, Parts<'_>)> {
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

pub(super) fn by_numbers((year, month, day): Parts<'_>) -> Option<NaiveDate> {
    if year.len() != 4 || !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(number(year)?).ok()?, number(month)?, number(day)?)
}

/// `21-OCT-17`, `21-OCT-2017`, `21-10月-17`.
pub(super) fn by_month((day, month, year): Parts<'_>, today: NaiveDate) -> Option<NaiveDate> {
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

pub(crate) fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// Year, month and day of the right lengths, whether or not there is such a day.
pub(super) fn are_numbers((year, month, day): Parts<'_>) -> bool {
    let is = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    is(year, 4..=4) && is(month, 1..=2) && is(day, 1..=2)
}
