use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use tokio::time::{Instant, timeout};

const MAX_EXCHANGES: usize = 64;

fn bounds(timeout: Duration) -> Bounds {
    Bounds { timeout, request_timeout: timeout, max_body: 1024, outage: OutageConfig::default() }
}

#[tokio::test]
async fn exchanges_at_once_are_bounded_and_the_rest_have_their_turn() {
    let http = Arc::new(Http::new(bounds(Duration::from_secs(30))).unwrap());
    let (running, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
    let mut visitors = tokio::task::JoinSet::new();
    for _ in 0..MAX_EXCHANGES + 36 {
        let (http, running, gate) = (http.clone(), running.clone(), gate.clone());
        visitors.spawn(async move {
            let work = async {
                running.fetch_add(1, Ordering::SeqCst);
                gate.acquire().await.unwrap().forget();
                Ok(())
            };
            http.exchange(work).await
        });
    }
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(running.load(Ordering::SeqCst), MAX_EXCHANGES);
    gate.add_permits(MAX_EXCHANGES + 36);
    assert!(visitors.join_all().await.into_iter().all(|result| result.is_ok()));
}

#[tokio::test(start_paused = true)]
async fn an_exchange_that_never_ends_is_ended() {
    let http = Http::new(bounds(Duration::from_secs(10))).unwrap();
    let result: Result<(), LoginError> = http.exchange(std::future::pending()).await;
    assert!(matches!(result, Err(LoginError::Unavailable { .. })));
}

#[tokio::test(start_paused = true)]
async fn exchanges_that_never_end_open_the_way_to_the_page_that_says_so_and_visitors_who_go_away_do_not() {
    let http = Http::new(bounds(Duration::from_secs(10))).unwrap();
    let failures = OutageConfig::default().failures;
    for _ in 0..failures {
        let never = http.exchange::<()>(std::future::pending());
        assert!(timeout(Duration::from_millis(9900), never).await.is_err(), "the visitor went away");
    }
    assert!(http.check_outage().is_ok());
    for _ in 0..failures {
        assert!(http.check_outage().is_ok());
        assert!(http.exchange::<()>(std::future::pending()).await.is_err());
    }
    assert!(http.check_outage().is_err());
}

#[tokio::test(start_paused = true)]
async fn an_exchange_that_waited_for_its_turn_is_not_held_against_the_portal() {
    let outage = OutageConfig { failures: 1, exchanges: 1, ..OutageConfig::default() };
    let http = Http::new(Bounds { outage, ..bounds(Duration::from_secs(10)) }).unwrap();
    let turn = http.exchanges.acquire().await.unwrap();
    assert!(http.exchange::<()>(std::future::pending()).await.is_err());
    drop(turn);
    assert!(http.check_outage().is_ok());
}

#[tokio::test(start_paused = true)]
async fn by_default_no_beginning_of_a_sign_in_takes_five_seconds() {
    use crate::config::{JisConfig, OAuth2Config, OidcConfig};
    let (oidc, oauth2, jis) = (OidcConfig::default(), OAuth2Config::default(), JisConfig::default());
    for (timeout, request_timeout) in [
        (oidc.timeout, oidc.request_timeout),
        (oauth2.timeout, oauth2.request_timeout),
        (jis.timeout, jis.request_timeout),
    ] {
        let http = Http::new(Bounds { request_timeout, ..bounds(timeout) }).unwrap();
        let began = Instant::now();
        assert_eq!(http.start::<()>(std::future::pending()).await, Err(TOO_LONG));
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
}

#[test]
fn a_request_ends_clearly_before_its_exchange_however_they_are_configured() {
    let http = Http::new(bounds(Duration::from_secs(3))).unwrap();
    assert_eq!(http.request_timeout, Duration::from_millis(2700));
}

#[test]
fn the_tls_provider_can_be_installed_twice() {
    install_crypto_provider();
    install_crypto_provider();
    assert!(rustls::crypto::CryptoProvider::get_default().is_some());
}
