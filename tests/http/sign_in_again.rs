//! A return that others use before, beside or after the visitor: prefetches, link scanners, strangers, reloads.

use reqwest::Method;
use sso::simulator::{Endpoint, Fault, JisShape, OAuth2Shape, Protocol, WayBack};
use url::Url;

use crate::support::{Browser, Page, TestApp};

/// Each way in which a portal sends a browser back.
fn protocols() -> Vec<Protocol> {
    let jis = [WayBack::Query, WayBack::Ampersand, WayBack::Post];
    let jis = jis.map(|way_back| Protocol::Jis(JisShape { way_back, ..JisShape::shandong() }));
    let mut all = vec![Protocol::Oidc, Protocol::OAuth2(Box::new(OAuth2Shape::standard()))];
    all.extend(jis);
    all
}

/// The address by which the browser comes back: the portal's, or our own after a posted form.
async fn address(browser: &Browser, return_to: Option<&str>) -> Url {
    let answer = browser.leave_portal(&browser.start_sign_in(return_to).await, "ceshi").await;
    if answer.status.is_redirection() {
        return answer.location();
    }
    browser.post_across(&answer.form("form")).await.location()
}

#[track_caller]
fn assert_refused(page: Page, browser: &Browser) {
    let page = page.expect(400);
    assert!(page.has("[data-failure=expired]"), "{}", page.summary());
    assert_eq!(browser.session(), None);
}

const AHEAD: [(&str, &str); 5] = [
    ("sec-purpose", "prefetch;prerender"),
    ("sec-purpose", "prefetch"),
    ("purpose", "prefetch"),
    ("purpose", "preview"),
    ("x-moz", "prefetch"),
];

#[tokio::test]
async fn a_page_that_is_fetched_ahead_takes_nothing_with_and_without_cookies() {
    for protocol in protocols() {
        let app = TestApp::builder().speaking(protocol).build().await;
        let browser = app.anon();
        let back = address(&browser, None).await;
        for (name, value) in AHEAD {
            for ahead in [app.anon().with_header(name, value), browser.with_header(name, value)] {
                let page = ahead.come_back(&back).await.expect(200);
                assert!(page.has("[data-ahead]"), "{name}: {value}");
                assert_eq!(page.header("cache-control"), "no-store");
                assert_eq!(ahead.session(), None);
            }
        }
        assert_eq!(app.count("persons"), 0);
        assert_eq!(browser.come_back(&back).await.leads_to(), "/continuity");
    }
}

#[tokio::test]
async fn a_sign_in_or_a_way_back_from_the_portals_sign_out_that_is_fetched_ahead_begins_and_confirms_nothing() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    browser.with_header("sec-purpose", "prefetch").get("/sso/login").await.expect(200);
    assert!(app.redis.keys("pending:").is_empty());
    let portal = browser.sign_out().await.location();
    let back = browser.fetch(Method::GET, portal, |request| request).await.location();
    browser.with_header("purpose", "prefetch").come_back(&back).await.expect(200);
    app.anon().come_back(&back).await.expect(400);
    browser.come_back(&back).await.expect(200);
    browser.come_back(&back).await.expect(400);
}

#[tokio::test]
async fn a_scanner_or_a_stranger_with_the_address_ends_no_sign_in() {
    for protocol in protocols() {
        let app = TestApp::builder().speaking(protocol).build().await;
        let (browser, stranger, scanner) = (app.anon(), app.anon(), app.anon());
        let back = address(&browser, None).await;
        stranger.start_sign_in(None).await;
        for _ in 0..3 {
            assert_refused(scanner.come_back(&back).await, &scanner);
            assert_refused(stranger.come_back(&back).await, &stranger);
        }
        assert_eq!(app.count("persons"), 0, "nothing was asked of the portal");
        assert_eq!(browser.come_back(&back).await.leads_to(), "/continuity");
    }
}

#[tokio::test]
async fn a_return_that_comes_again_leads_on_in_the_browser_that_it_signed_in_and_in_no_other() {
    for protocol in protocols() {
        let app = TestApp::builder().speaking(protocol).build().await;
        app.user("ceshi").await;
        let (browser, stranger) = (app.anon(), app.user("xinren").await);
        let back = address(&browser, Some("/applications")).await;
        assert_eq!(browser.come_back(&back).await.leads_to(), "/applications");
        let (session, person) = (browser.session(), browser.person().await);
        for _ in 0..2 {
            assert_eq!(browser.come_back(&back).await.leads_to(), "/applications");
        }
        assert_eq!((browser.session(), browser.person().await), (session, person));
        let page = stranger.come_back(&back).await.expect(400);
        assert!(page.has("[data-failure=expired]"));
        assert_refused(app.anon().come_back(&back).await, &app.anon());
        // With the login cookie alone, or a session that has ended, it leads nowhere.
        let stolen = app.anon();
        stolen.set_cookie("bz_login", &browser.cookie("bz_login").unwrap());
        assert_refused(stolen.come_back(&back).await, &stolen);
        browser.sign_out().await;
        assert_refused(browser.come_back(&back).await, &browser);
    }
}

#[tokio::test]
async fn a_form_that_the_portal_has_posted_and_that_is_sent_again_leads_on_too() {
    let shape = JisShape { way_back: WayBack::Post, ..JisShape::shandong() };
    let app = TestApp::builder().speaking(Protocol::Jis(shape)).build().await;
    let browser = app.anon();
    let form = browser.leave_portal(&browser.start_sign_in(None).await, "ceshi").await.form("form");
    let own = browser.post_across(&form).await.location();
    assert_eq!(browser.come_back(&own).await.leads_to(), "/continuity");
    let again = browser.post_across(&form).await.location();
    assert_refused(app.anon().come_back(&again).await, &app.anon());
    assert_eq!(browser.come_back(&again).await.leads_to(), "/continuity");
    assert_eq!(app.count("sign_in_decisions"), 1);
}

#[tokio::test]
async fn a_page_that_is_loaded_again_while_the_portal_is_asked_leads_on_in_its_own_browser() {
    for protocol in protocols() {
        let exchange = if matches!(protocol, Protocol::Jis(_)) { Endpoint::Ticket } else { Endpoint::Token };
        let app = TestApp::builder().speaking(protocol).build().await;
        let (browser, stranger) = (app.anon(), app.anon());
        stranger.start_sign_in(None).await;
        let back = address(&browser, None).await;
        app.simulator.fault(Fault::Slow(exchange));
        let asked = app.simulator.requests(exchange);
        let come_back = || {
            let (browser, back) = (browser.clone(), back.clone());
            tokio::spawn(async move { browser.come_back(&back).await })
        };
        let given_up = come_back();
        while app.simulator.requests(exchange) == asked {
            tokio::task::yield_now().await;
        }
        given_up.abort();
        assert!(given_up.await.is_err());
        let again = come_back();
        assert_refused(stranger.come_back(&back).await, &stranger);
        assert!(!again.is_finished());
        while !again.is_finished() {
            app.simulator.release();
            tokio::task::yield_now().await;
        }
        assert_eq!(again.await.unwrap().leads_to(), "/continuity");
        assert!(browser.person().await.is_some());
        assert_eq!(app.count("sign_in_decisions"), 1);
        // What was handed over is not for later.
        let stolen = app.anon();
        stolen.set_cookie("bz_login", &browser.cookie("bz_login").unwrap());
        assert_refused(stolen.come_back(&back).await, &stolen);
    }
}

#[tokio::test]
async fn a_page_that_is_loaded_again_after_its_visitor_missed_the_answer_leads_on_once() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let back = address(&browser, None).await;
    app.simulator.fault(Fault::Slow(Endpoint::Token));
    let asked = app.simulator.requests(Endpoint::Token);
    let missed = {
        let (browser, back) = (browser.clone(), back.clone());
        tokio::spawn(async move { browser.come_back(&back).await })
    };
    while app.simulator.requests(Endpoint::Token) == asked {
        tokio::task::yield_now().await;
    }
    missed.abort();
    assert!(missed.await.is_err());
    while app.redis.keys("handed-over:").is_empty() {
        app.simulator.release();
        tokio::task::yield_now().await;
    }
    let mut without_code = back.clone();
    let kept = back.query_pairs().filter(|(name, _)| name == "state");
    without_code.query_pairs_mut().clear().extend_pairs(kept).append_pair("error", "access_denied");
    assert_refused(browser.come_back(&without_code).await, &browser);
    assert_eq!(browser.come_back(&back).await.leads_to(), "/continuity");
    assert!(browser.person().await.is_some());
    let stolen = app.anon();
    stolen.set_cookie("bz_login", &browser.cookie("bz_login").unwrap());
    assert_refused(stolen.come_back(&back).await, &stolen);
}

#[tokio::test]
async fn a_return_that_waits_for_one_that_fails_is_refused_as_well() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let back = address(&browser, None).await;
    app.simulator.fault(Fault::WrongNonce);
    let returns = [browser.clone(), browser.clone()].map(|browser| {
        let back = back.clone();
        tokio::spawn(async move { browser.come_back(&back).await })
    });
    for page in returns {
        assert_eq!(page.await.unwrap().status, 400);
    }
    assert_eq!(browser.session(), None);
}

#[tokio::test]
async fn of_many_returns_at_once_one_signs_in_whoever_else_has_the_address() {
    let app = TestApp::new().await;
    let (browser, stranger) = (app.anon(), app.anon());
    let back = address(&browser, None).await;
    let mut coming = tokio::task::JoinSet::new();
    for n in 0..12 {
        let (comer, back) = (if n % 2 == 0 { browser.clone() } else { stranger.clone() }, back.clone());
        coming.spawn(async move { (n % 2 == 0, comer.come_back(&back).await.status.as_u16()) });
    }
    let answers = coming.join_all().await;
    assert!(answers.iter().all(|(own, status)| *status == 400 || (*own && *status == 303)), "{answers:?}");
    assert!(answers.contains(&(true, 303)), "{answers:?}");
    assert_eq!(app.count("sign_in_decisions"), 1);
}

#[tokio::test]
async fn the_login_cookies_value_stands_nowhere_in_redis() {
    for protocol in protocols() {
        let app = TestApp::builder().speaking(protocol).build().await;
        let browser = app.user("ceshi").await;
        let login = browser.cookie("bz_login").unwrap();
        let never_holds_it = || {
            for key in app.redis.keys("") {
                assert!(!key.contains(&login), "{key}");
                let held = app.redis.dump(&key);
                assert!(!held.windows(login.len()).any(|window| window == login.as_bytes()), "{key}");
            }
        };
        let back = address(&browser, None).await;
        assert!(!app.redis.keys("pending").is_empty());
        never_holds_it();
        browser.come_back(&back).await.location();
        never_holds_it();
        browser.sign_out().await;
        never_holds_it();
    }
}
