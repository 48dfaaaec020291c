//! Days as spreadsheets show them.

use crate::domain::day::{MONTHS, is_time, number, split_time};

/// Whether a text is a day as spreadsheets show one: `1月2日`, `2017年1月`, `2-Jan`, `Jan-17`, `2017/1/2`, `2017-01-02`.
pub(in crate::import::transform) fn is_spreadsheets(text: &str) -> bool {
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
