#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
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
fn an_impossible_day_is_told_from_a_text_that_is_none() {
    for text in ["20110229", "2011-2-29", "2011年11月31日", "20111301"] {
        assert_eq!(parse(text, today()), Err(Unreadable::Unreal), "{text}");
    }
    for text in
        ["", "2011", "1/2/2011", "11-2-1", "2011-2", "2011年2月", "二〇一一年二月一日", "2011-2-1 noon", "2011 2 1"]
    {
        assert_eq!(parse(text, today()), Err(Unreadable::Shape), "{text}");
    }
}

#[test]
fn months_are_read_in_the_same_forms_and_from_whole_days() {
    for text in [
        "199003",
        "1990-03",
        "1990-3",
        "1990/3",
        "1990.03",
        "1990年3月",
        "１９９０年０３月",
        " 1990.3\u{3000}",
        "19900307",
        "1990-3-7",
        "1990年3月7日",
    ] {
        assert_eq!(parse_month(text, today()), Some((1990, 3)), "{text}");
    }
    for text in
        ["", "1990", "19903", "90-3", "3-1990", "199013", "1990-13", "1990-3-32", "1990年", "3月", "1990--3", "+199-3"]
    {
        assert_eq!(parse_month(text, today()), None, "{text}");
    }
}

#[test]
fn a_year_may_be_followed_by_its_word() {
    for text in ["2017", "2017年", "2017年度", " 2017 年\u{3000}"] {
        assert_eq!(year_digits(text), "2017", "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in any::<String>(), near in "[0-9年月日./ T:-]{0,12}") {
        for text in [text, near] {
            let parsed = parse(&text, today());
            let _ = (read(&text, today()), parse_month(&text, today()));
            if let Ok((date, _)) = parsed {
                prop_assert_eq!(parse(&date.format("%Y%m%d").to_string(), today()).is_ok(), date.year() > 0 && date.year() < 10_000);
            }
        }
    }
}
