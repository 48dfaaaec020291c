//! The portal is silent: visitors learn so soon, nobody waits twice, and those who are signed in go on.

use sso::simulator::{Endpoint, Fault, JisShape, OAuth2Shape, Protocol};
use std::time::{Duration, Instant};

use crate::support::{Page, TestApp};

/// Long enough for every good request on a busy machine; a silent one takes all of it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Visitors wait for the portal this long.
async fn app(protocol: Protocol, patience: Duration, failures: u32, pause: Duration) -> TestApp {
    let builder = TestApp::builder().speaking(protocol).config(move |config| {
        config.portal.oidc.request_timeout = patience;
        config.portal.oauth2.request_timeout = patience;
        config.portal.jis.request_timeout = patience;
        config.portal.outage.failures = failures;
        config.portal.outage.pause = pause;
        config.throttle.sign_in_starts_per_minute = 0;
    });
    builder.build().await
}

/// The portal falls silent before this many visitors who are on their way back from it, somebody having signed in before.
async fn fall_silent(app: &TestApp, visitors: u32) {
    app.user("ceshi").await;
    let mut returning = Vec::new();
    for _ in 0..visitors {
        let browser = app.anon();
        let to_portal = browser.start_sign_in(None).await;
        let answer = browser.leave_portal(&to_portal, "ceshi").await;
        let back = if answer.status.is_redirection() {
            answer.location()
        } else {
            browser.post_across(&answer.form("form")).await.location()
        };
        returning.push((browser, back));
    }
    app.simulator.silence();
    for (browser, back) in returning {
        assert_outage(browser.fetch(reqwest::Method::GET, back, |request| request).await);
    }
}

#[track_caller]
fn assert_outage(page: Page) {
    let page = page.expect(503);
    assert!(page.has("[data-failure=unavailable]"));
    page.says("请几分钟后再试");
    assert!(page.header("retry-after").parse::<u32>().unwrap() > 0);
}

#[tokio::test]
async fn a_visitor_does_not_wait_longer_than_for_one_request() {
    let app = app(Protocol::Oidc, PATIENCE, 5, Duration::from_secs(10)).await;
    app.simulator.fault(Fault::Slow(Endpoint::Discovery));
    let began = Instant::now();
    assert_outage(app.anon().get_any("/sso/login").await);
    // Twice over would take four seconds more. By default a request takes four; see the tests of `sso`.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn after_some_failures_nobody_waits_any_more() {
    let app = app(Protocol::Oidc, Duration::from_millis(200), 2, Duration::from_hours(1)).await;
    for _ in 0..2 {
        app.simulator.fault(Fault::Slow(Endpoint::Discovery));
        assert_outage(app.anon().get_any("/sso/login").await);
    }
    let asked = app.simulator.requests(Endpoint::Discovery);
    for _ in 0..20 {
        assert_outage(app.anon().get_any("/sso/login").await);
    }
    assert_eq!(app.simulator.requests(Endpoint::Discovery), asked, "nobody was kept waiting for it");
}

fn protocols() -> [Protocol; 3] {
    [Protocol::Oidc, Protocol::OAuth2(Box::new(OAuth2Shape::standard())), Protocol::Jis(JisShape::shandong())]
}

#[tokio::test]
async fn nobody_is_sent_to_a_silent_portal_however_well_it_is_known() {
    for protocol in protocols() {
        let app = app(protocol, PATIENCE, 2, Duration::from_hours(1)).await;
        fall_silent(&app, 2).await;
        let began = Instant::now();
        assert_outage(app.anon().get_any("/sso/login").await);
        assert!(began.elapsed() < PATIENCE, "at once: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_portal_that_answers_again_is_found_again() {
    for protocol in protocols() {
        let app = app(protocol, PATIENCE, 2, Duration::ZERO).await;
        fall_silent(&app, 2).await;
        assert_outage(app.anon().get_any("/sso/login").await);
        app.simulator.speak();
        app.user("ceshi").await;
    }
}

#[tokio::test]
async fn answers_however_bad_close_the_way_to_nobody() {
    let app = app(Protocol::Oidc, Duration::from_secs(4), 2, Duration::from_hours(1)).await;
    for fault in [Fault::ServerError(Endpoint::Token), Fault::NotJson(Endpoint::Token), Fault::WrongNonce] {
        for _ in 0..3 {
            app.simulator.fault(fault.clone());
            let browser = app.anon();
            let to_portal = browser.start_sign_in(None).await;
            let callback = browser.at_portal(&to_portal, "ceshi").await;
            browser.fetch(reqwest::Method::GET, callback, |request| request).await;
        }
    }
    app.user("ceshi").await;
}

#[tokio::test]
async fn visitors_who_do_not_wait_for_the_portal_close_the_way_to_nobody() {
    let app = app(Protocol::Oidc, Duration::from_secs(30), 2, Duration::from_hours(1)).await;
    app.user("xinren").await;
    for _ in 0..5 {
        app.simulator.fault(Fault::Slow(Endpoint::Token));
        let browser = app.anon();
        let to_portal = browser.start_sign_in(None).await;
        let callback = browser.at_portal(&to_portal, "ceshi").await;
        let asked = app.simulator.requests(Endpoint::Token);
        let impatient =
            tokio::spawn(async move { browser.get_any(&callback[url::Position::BeforePath..]).await.status });
        while app.simulator.requests(Endpoint::Token) == asked {
            tokio::task::yield_now().await;
        }
        impatient.abort();
        assert!(impatient.await.is_err());
    }
    app.user("ceshi").await;
}

#[tokio::test]
async fn signed_in_people_go_on_and_can_sign_out_while_the_portal_is_gone() {
    let app = app(Protocol::Oidc, PATIENCE, 1, Duration::from_hours(1)).await;
    let browser = app.user("ceshi").await;
    fall_silent(&app, 1).await;
    for path in ["/reissue", "/applications", "/continuity", "/help"] {
        browser.get(path).await.expect(200);
    }
    let page = app.anon().get_any("/sso/login?return_to=/applications").await;
    assert!(page.has("a[href='/sso/login?return_to=/applications']"));
    assert_outage(page);
    assert_eq!(browser.sign_out().await.location().path(), "/end-session");
    assert_eq!(browser.person().await, None);
}

#[tokio::test]
async fn a_failed_sign_in_leads_on_to_where_it_was_to_lead() {
    let app = TestApp::new().await;
    for fault in [Fault::ServerError(Endpoint::Token), Fault::AuthorizeError("access_denied"), Fault::WrongNonce] {
        app.simulator.fault(fault);
        let browser = app.anon();
        let to_portal = browser.start_sign_in(Some("/applications")).await;
        let callback = browser.at_portal(&to_portal, "ceshi").await;
        let page = browser.fetch(reqwest::Method::GET, callback, |request| request).await;
        let again = page.attr("[data-failure] a.btn-primary", "href").unwrap();
        assert!(again.starts_with("/sso/login?return_to="), "{again}");
        let to_portal = browser.get(&again).await.location();
        let callback = browser.at_portal(&to_portal, "ceshi").await;
        let place = browser.come_back(&callback).await.location();
        assert!(["/applications", "/continuity"].contains(&place.path()), "{place}");
    }
}

#[tokio::test]
async fn after_an_outage_on_the_way_back_the_next_try_leads_to_where_the_first_was_to_lead() {
    for protocol in protocols() {
        let app = TestApp::builder().speaking(protocol).build().await;
        let browser = app.anon();
        let to_portal = browser.start_sign_in(Some("/applications")).await;
        let back = browser.at_portal(&to_portal, "ceshi").await;
        app.execute("ALTER TABLE identities RENAME TO identities_gone");
        let page = browser.fetch(reqwest::Method::GET, back.clone(), |request| request).await;
        assert!(page.status.is_server_error() && page.has("[data-failure=outage]"), "{}", page.summary());
        assert!(page.has("a[href='/sso/login?return_to=/applications']"), "{}", page.summary());
        app.execute("ALTER TABLE identities_gone RENAME TO identities");
        // A reload of that page: the portal's answer was used, and where it was to lead is still known.
        let page = browser.come_back(&back).await.expect(400);
        assert!(page.has("a[href='/sso/login?return_to=/applications']"), "{}", page.summary());
        app.anon().come_back(&back).await.expect(400).never_holds("return_to=");
        let place = browser.try_sign_in("ceshi", Some("/applications")).await.location();
        assert!(["/continuity", "/applications"].contains(&place.path()), "{place}");
    }
}

#[tokio::test]
async fn a_sign_in_that_cannot_begin_leads_on_when_it_is_tried_again() {
    let app = TestApp::builder().config(|config| config.throttle.sign_in_starts_per_minute = 1).build().await;
    app.anon().start_sign_in(None).await;
    let page = app.anon().get("/sso/login?return_to=/applications").await.expect(429);
    page.says("过于频繁");
    assert!(page.has("a[href='/sso/login?return_to=/applications']"));
}

#[tokio::test]
async fn a_burst_of_exchanges_that_hang_shuts_nobody_out_who_is_answered_meanwhile() {
    let app = app(Protocol::Oidc, 2 * PATIENCE, 8, Duration::from_hours(1)).await;
    app.user("xinren").await;
    let mut hanging = tokio::task::JoinSet::new();
    let before = app.simulator.requests(Endpoint::Token);
    for n in 1..=8 {
        let browser = app.anon();
        let to_portal = browser.start_sign_in(None).await;
        let callback = browser.at_portal(&to_portal, "ceshi").await;
        app.simulator.fault(Fault::Slow(Endpoint::Token));
        hanging.spawn(async move { browser.fetch(reqwest::Method::GET, callback, |request| request).await });
        while app.simulator.requests(Endpoint::Token) < before + n {
            tokio::task::yield_now().await;
        }
    }
    // Answered while the others hang.
    app.user("ceshi").await;
    for page in hanging.join_all().await {
        assert_outage(page);
    }
    app.user("ceshi").await;
}
