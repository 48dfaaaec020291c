use std::time::Duration;

use super::*;

const PAUSE: Duration = Duration::from_secs(10);

fn breaker() -> Breaker {
    Breaker::new(OutageConfig { failures: 3, pause: PAUSE, ..OutageConfig::default() })
}

/// The duration of one request.
const WAIT: Duration = Duration::from_secs(4);

async fn fail(breaker: &Breaker, times: usize) {
    for _ in 0..times {
        let request = breaker.ask().unwrap_or_else(|_| panic!("let through"));
        tokio::time::advance(WAIT).await;
        request.silent();
    }
}

async fn succeed(breaker: &Breaker) {
    let request = breaker.ask().unwrap_or_else(|_| panic!("let through"));
    request.answered();
    tokio::time::advance(Duration::from_millis(1)).await;
}

#[tokio::test(start_paused = true)]
async fn it_opens_after_failures_in_a_row_and_one_request_tries_again() {
    let breaker = breaker();
    fail(&breaker, 2).await;
    succeed(&breaker).await;
    fail(&breaker, 3).await;
    assert!(breaker.ask().is_err());
    assert!(breaker.check().is_err());
    tokio::time::advance(PAUSE).await;
    assert!(breaker.check().is_err(), "time alone brings no portal back");
    let probe = breaker.ask().ok().unwrap();
    assert!(breaker.ask().is_err(), "one tries");
    probe.silent();
    assert!(breaker.ask().is_err());
    tokio::time::advance(PAUSE).await;
    breaker.ask().ok().unwrap().answered();
    assert!(breaker.ask().is_ok() && breaker.check().is_ok());
}

#[tokio::test(start_paused = true)]
async fn all_exchanges_that_may_run_at_once_may_hang_beside_one_that_is_answered() {
    for exchanges in [1, 64, 10_000] {
        let breaker = Breaker::new(OutageConfig { failures: 5, pause: PAUSE, exchanges });
        let (began, hanging) = (Instant::now(), exchanges.max(25));
        breaker.finished();
        tokio::time::advance(WAIT).await;
        (1..hanging).for_each(|_| breaker.overran(began));
        assert!(breaker.check().is_ok(), "{exchanges}");
        (0..=hanging).for_each(|_| breaker.overran(began));
        assert!(breaker.check().is_err(), "{exchanges}: twice as many");
    }
}

#[tokio::test(start_paused = true)]
async fn a_visitor_who_goes_away_says_nothing_about_the_portal() {
    let breaker = breaker();
    fail(&breaker, 2).await;
    drop(breaker.ask());
    assert!(breaker.check().is_ok());
    fail(&breaker, 1).await;
    tokio::time::advance(PAUSE).await;
    drop(breaker.ask().ok().unwrap());
    assert!(breaker.ask().is_ok(), "another one may try");
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_to_a_request_from_before_does_not_close_it() {
    let breaker = breaker();
    let late = breaker.ask().ok().unwrap();
    fail(&breaker, 3).await;
    late.answered();
    assert!(breaker.check().is_err());
}

#[tokio::test(start_paused = true)]
async fn exchanges_that_never_end_in_time_open_it_though_each_request_is_answered() {
    let breaker = breaker();
    let slow = async || {
        let began = Instant::now();
        breaker.ask().ok().unwrap().answered();
        tokio::time::advance(WAIT).await;
        breaker.overran(began);
    };
    slow().await;
    slow().await;
    breaker.finished();
    tokio::time::advance(WAIT).await;
    slow().await;
    slow().await;
    assert!(breaker.check().is_ok(), "only those since then count");
    slow().await;
    assert!(breaker.check().is_err());
    tokio::time::advance(PAUSE).await;
    breaker.ask().ok().unwrap().answered();
    tokio::time::advance(WAIT).await;
    slow().await;
    assert!(breaker.check().is_ok(), "the count begins again");
}

#[tokio::test(start_paused = true)]
async fn nobody_is_told_at_once_where_it_is_switched_off() {
    let breaker = Breaker::new(OutageConfig { failures: 0, pause: PAUSE, ..OutageConfig::default() });
    fail(&breaker, 100).await;
    (0..100).for_each(|_| breaker.overran(Instant::now()));
    assert!(breaker.ask().is_ok() && breaker.check().is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_burst_that_hangs_and_ends_together_shuts_nobody_out_who_is_answered_meanwhile() {
    let breaker = breaker();
    let hanging: Vec<_> = (0..64).map(|_| (breaker.ask().ok().unwrap(), Instant::now())).collect();
    for _ in 0..2 {
        tokio::time::advance(Duration::from_secs(1)).await;
        succeed(&breaker).await;
        breaker.finished();
    }
    tokio::time::advance(WAIT).await;
    for (request, began) in hanging {
        request.silent();
        breaker.overran(began);
        assert!(breaker.check().is_ok());
    }
    // No request is answered any more: the outage is real after all.
    tokio::time::advance(WAIT).await;
    fail(&breaker, 3).await;
    assert!(breaker.check().is_err());
}

#[tokio::test(start_paused = true)]
async fn what_hung_from_before_an_outage_ended_does_not_begin_another() {
    let breaker = breaker();
    let hanging: Vec<_> = (0..3).map(|_| breaker.ask().ok().unwrap()).collect();
    fail(&breaker, 3).await;
    tokio::time::advance(PAUSE).await;
    succeed(&breaker).await;
    hanging.into_iter().for_each(Leave::silent);
    assert!(breaker.check().is_ok());
}
