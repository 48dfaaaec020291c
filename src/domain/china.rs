//! Times as clocks in China show them: one zone, UTC+8, and no daylight saving time since 1991.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

const ZONE: FixedOffset = match FixedOffset::east_opt(8 * 3600) {
    Some(zone) => zone,
    None => panic!("eight hours are less than a day"),
};

/// A moment as a clock in China shows it; the last hours that can be told at all stay in UTC.
pub fn in_china(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    let can_be_told = at.naive_utc().checked_add_offset(ZONE).is_some();
    if can_be_told { at.with_timezone(&ZONE) } else { at.fixed_offset() }
}

/// The calendar date in China.
pub fn china_date(at: DateTime<Utc>) -> NaiveDate {
    in_china(at).date_naive()
}

/// Such as 2026-09-20 10:24:05, for lists that people read; what programs read is in UTC.
pub fn china_timestamp(at: DateTime<Utc>) -> String {
    in_china(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_begins_in_china_while_it_is_still_yesterday_in_greenwich() {
        let at = "2026-09-19T16:00:05Z".parse().unwrap_or_default();
        assert_eq!(china_timestamp(at), "2026-09-20 00:00:05");
        assert_eq!(china_date(at), NaiveDate::from_ymd_opt(2026, 9, 20).unwrap_or_default());
    }

    #[test]
    fn no_moment_is_too_early_or_too_late() {
        for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            china_date(at);
            china_timestamp(at);
        }
    }
}
