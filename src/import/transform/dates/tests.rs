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
