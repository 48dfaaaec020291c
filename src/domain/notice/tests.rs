#![allow(clippy::unwrap_used)]

use super::*;

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
}

#[test]
fn what_is_taken_or_refused_for_good_is_over() {
    assert_eq!(next(Attempt::Taken, 0, at(0), at(20)), Next::Settled(NoticeState::Sent));
    assert_eq!(next(Attempt::Refused, 0, at(0), at(20)), Next::Settled(NoticeState::Failed));
    assert_eq!(next(Attempt::TooLate, 0, at(20), at(20)), Next::Settled(NoticeState::Expired));
    assert_eq!(next(Attempt::Taken, 9, at(30), at(20)), Next::Settled(NoticeState::Sent), "late, and yet it went");
}

#[test]
fn what_is_deferred_is_tried_after_1_5_15_and_60_minutes_and_then_every_hour() {
    for (deferred, pause) in [(0, 1), (1, 5), (2, 15), (3, 60), (4, 60), (40, 60)] {
        let again = Next::Again { due_at: at(pause), counts: true };
        assert_eq!(next(Attempt::Deferred, deferred, at(0), at(24 * 60)), again, "{deferred}");
    }
}

#[test]
fn nothing_is_tried_again_at_or_after_its_expiry() {
    for (deferred, expires_at, over) in [(0, 2, false), (0, 1, true), (2, 16, false), (2, 15, true), (2, 14, true)] {
        let next = next(Attempt::Deferred, deferred, at(0), at(expires_at));
        assert_eq!(next == Next::Settled(NoticeState::Expired), over, "{deferred} {expires_at}");
    }
}

#[test]
fn an_outage_of_the_server_is_waited_for_and_counts_against_no_notice() {
    let again = Next::Again { due_at: at(0) + TimeDelta::seconds(30), counts: false };
    assert_eq!(next(Attempt::Unreached, 3, at(0), at(20)), again);
    assert_eq!(next(Attempt::Unreached, 0, at(20), at(20)), Next::Settled(NoticeState::Expired));
}
