use super::*;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_notices_are_readable_and_their_holidays_are_weekdays_or_weekends_as_they_say() {
    let calendar = Calendar::parse(NOTICES).unwrap();
    assert!(calendar.0.len() > 50);
    for (day, works) in &calendar.0 {
        let is_weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        assert!(!works || is_weekend, "{day}: only weekends are worked in place of another day");
    }
}

#[test]
fn a_weekend_may_be_worked_and_a_weekday_may_be_off() {
    let calendar = Calendar::of_the_state_council();
    for (text, works) in [
        ("2026-10-01", false),
        ("2026-10-07", false),
        ("2026-10-08", true),
        ("2026-10-10", true),
        ("2026-10-11", false),
        ("2026-11-30", true),
        ("2031-10-02", false),
        ("2031-10-06", true),
    ] {
        assert_eq!(calendar.is_worked(day(text)), works, "{text}");
    }
}

#[test]
fn terms_are_counted_over_holidays() {
    let calendar = Calendar::of_the_state_council();
    for (from, count, last) in [
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-30", 0, "2026-11-30"),
    ] {
        assert_eq!(calendar.after(day(from), count), day(last), "{count} after {from}");
    }
    assert_eq!(calendar.before(day("2026-10-08"), 1), day("2026-09-30"));
    assert_eq!(calendar.between(day("2026-09-30"), day("2026-10-10")), 3);
    assert_eq!(calendar.between(day("2026-10-10"), day("2026-09-30")), -3);
}

#[test]
fn an_operator_s_file_counts_over_the_notices_and_a_wrong_line_is_named() {
    let own = Calendar::parse("# own\n2026-12-01..2026-12-02 off\n").unwrap();
    assert!(!Calendar::of_the_state_council().with(own).is_worked(day("2026-12-02")));
    for text in
        ["2026-12-01", "2026-12-01 maybe", "2026-13-01 off", "2026-12-02..2026-12-01 off", "2026-01-01..2027-01-01 off"]
    {
        assert_eq!(Calendar::parse(&format!("\n{text}")).unwrap_err(), Unreadable(2), "{text}");
    }
}

proptest! {
    #[test]
    fn a_term_ends_on_a_working_day_and_is_as_long_as_it_says(offset in 0_u64..3000, count in 1_u32..60) {
        let calendar = Calendar::of_the_state_council();
        let from = day("2024-01-01").checked_add_days(Days::new(offset)).unwrap();
        let last = calendar.after(from, count);
        prop_assert!(calendar.is_worked(last));
        prop_assert_eq!(calendar.between(from, last), i64::from(count));
        let first = calendar.before(last, count);
        prop_assert!(calendar.is_worked(first));
        prop_assert_eq!(calendar.between(first, last), i64::from(count));
    }
}
