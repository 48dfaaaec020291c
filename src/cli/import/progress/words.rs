//! How much is done, how fast it goes and how long it takes, in words.

use indicatif::{FormattedDuration, HumanBytes, HumanCount};
use std::time::Duration;

use super::Unit;

pub(super) fn done(unit: Unit, position: u64, length: Option<u64>) -> String {
    let length = length.filter(|length| *length > 0);
    let share = length.map(|length| position.min(length) * 100 / length);
    match (unit, length, share) {
        (Unit::Things(_), Some(length), Some(share)) => {
            format!("{}/{} {share}%", HumanCount(position), HumanCount(length))
        }
        (Unit::Bytes, Some(_), Some(share)) => format!("{share}%"),
        (Unit::Things(word), ..) => format!("{} {word}", HumanCount(position)),
        (Unit::Bytes, ..) => HumanBytes(position).to_string(),
    }
}

pub(super) fn rate(unit: Unit, per_second: f64) -> String {
    match unit {
        Unit::Bytes => format!("{}/秒", HumanBytes(whole(per_second))),
        Unit::Things(word) => format!("{} {word}/秒", HumanCount(whole(per_second))),
    }
}

pub(super) fn left(position: u64, length: Option<u64>, per_second: f64) -> String {
    let Some(rest) = length.filter(|length| *length > 0).map(|length| length.saturating_sub(position)) else {
        return String::new();
    };
    if rest == 0 {
        return String::new();
    }
    match Duration::try_from_secs_f64(as_float(rest) / per_second) {
        Ok(time) => format!("剩余约 {}", duration(time)),
        // Nothing moved, or next to nothing.
        Err(_) => "剩余时间未知".into(),
    }
}

/// `00:01:10`, `2d 03:00:00`.
pub(in crate::cli::import) fn duration(time: Duration) -> FormattedDuration {
    FormattedDuration(time)
}

#[allow(clippy::cast_precision_loss)] // a rate for people
pub(super) const fn as_float(count: u64) -> f64 {
    count as f64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates, and no rate is negative
fn whole(rate: f64) -> u64 {
    rate.round() as u64
}
