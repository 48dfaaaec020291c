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
