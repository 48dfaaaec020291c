use std::time::Duration;

use proptest::prelude::*;

use super::*;

const FAILURES: u32 = 5;
const PER_ANSWER: usize = 50;

/// The instant so many seconds after the first.
fn at(start: Instant, seconds: u64) -> Instant {
    start + Duration::from_secs(seconds)
}

/// When it began, when it ended, whether it was answered. Rows stand in the order of their ends.
type Row = (u64, u64, bool);

fn silent_after(rows: &[Row]) -> Vec<bool> {
    let (start, mut tally) = (Instant::now(), Tally::default());
    let told = rows.iter().map(|(began, ended, answered)| {
        if *answered {
            tally.answered(at(start, *ended));
        } else {
            tally.failed(at(start, *began), at(start, *ended));
        }
        !answered && tally.is_silent(FAILURES, PER_ANSWER)
    });
    told.collect()
}

#[test]
fn silence_is_told_by_its_share_of_what_ended_meanwhile() {
    let hang = |count: usize| vec![(0, 4, false); count];
    let one_after_the_other = (0..5).map(|n| (n * 60, n * 60 + 4, false)).collect::<Vec<_>>();
    let cases: [(&str, Vec<Row>, bool); 8] = [
        ("too few", hang(4), false),
        ("enough, and nothing else", hang(5), true),
        ("one a minute, as the service's own looks are", one_after_the_other, true),
        ("a burst, and two answers meanwhile", [vec![(1, 2, true), (2, 3, true)], hang(64)].concat(), false),
        ("a burst, and answers before it alone", [vec![(0, 0, true)], vec![(1, 5, false); 5]].concat(), true),
        ("nearly everything, for long", [vec![(1, 2, true)], hang(50)].concat(), true),
        ("an answer after the burst", [hang(4), vec![(4, 5, true), (1, 6, false)]].concat(), false),
        ("after that answer nothing but silence", [vec![(4, 5, true)], vec![(6, 10, false); 5]].concat(), true),
    ];
    for (name, rows, silent) in cases {
        assert_eq!(silent_after(&rows).last(), Some(&silent), "{name}");
    }
}

proptest! {
    #[test]
    fn an_answer_for_less_than_fifty_failures_keeps_the_way_open(
        waits in prop::collection::vec((0u64..20, 1u64..8), 1..200),
    ) {
        // Answered every third second, whatever hangs beside.
        let mut rows: Vec<_> = waits.iter().map(|(began, took)| (*began, began + took.max(&3), false)).collect();
        rows.extend((0..30).flat_map(|n| [(n, n, true); 5].into_iter().filter(move |_| n % 3 == 0)));
        rows.sort_by_key(|(_, ended, answered)| (*ended, !answered));
        prop_assert!(silent_after(&rows).iter().all(|silent| !silent));
    }

    #[test]
    fn a_wholly_silent_portal_is_told_by_the_first_failures_whatever_came_before(
        before in prop::collection::vec(0u64..100, 0..200), waits in prop::collection::vec(1u64..30, 5..20),
    ) {
        let mut before: Vec<_> = before.into_iter().map(|ended| (0, ended, true)).collect();
        before.sort_unstable();
        let asked = before.len();
        let after = waits.into_iter().scan(101, |now, wait| { *now += wait; Some((*now - wait, *now, false)) });
        let told = silent_after(&before.into_iter().chain(after).collect::<Vec<_>>());
        prop_assert_eq!(told.iter().position(|silent| *silent), Some(asked + 4));
    }
}
