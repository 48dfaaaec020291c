//! The service behind a portal that hands out tickets and echoes nothing of ours.

use reqwest::Method;
use sso::simulator::{Endpoint, Fault, JisShape, Protocol, WayBack};

use crate::support::{Browser, Page, TestApp};

async fn behind(shape: JisShape) -> TestApp {
    TestApp::builder().speaking(Protocol::Jis(shape)).build().await
}

/// The page of a return that belongs to no sign-in of this browser.
#[track_caller]
fn assert_expired(page: Page, browser: &Browser) {
    let page = page.expect(400);
    assert!(page.has("[data-failure=expired]"), "{}", page.summary());
    assert_eq!(browser.session(), None);
}

#[tokio::test]
async fn a_citizen_comes_back_by_get_or_by_post_however_the_ticket_is_pasted() {
    let ways =
        [WayBack::Query, WayBack::Twice, WayBack::SecondMark, WayBack::Ampersand, WayBack::Encoded, WayBack::Post];
    for way_back in ways {
        let app = behind(JisShape { way_back, ..JisShape::shandong() }).await;
        let page = app.anon().sign_in("ceshi").await;
        assert_eq!(page.url.path(), "/continuity", "{way_back:?}");
        assert_eq!(page.text(".who-name"), "登录用户：测试");
        assert_eq!(app.anon().try_sign_in("ceshi", Some("/applications")).await.leads_to(), "/applications");
    }
    let app = behind(JisShape::front_login()).await;
    app.anon().sign_in("xinren").await;
}

#[tokio::test]
async fn signing_out_goes_to_the_portal_and_its_return_is_believed() {
    for shape in [JisShape::shandong(), JisShape::front_login()] {
        let app = behind(shape).await;
        let browser = app.user("ceshi").await;
        let portal = browser.sign_out().await.location();
        assert_eq!(portal.origin().ascii_serialization(), app.simulator.base_url());
        assert_eq!(browser.person().await, None, "our own session has ended already");
        let back = browser.fetch(Method::GET, portal, |request| request).await.location();
        assert_eq!(back.path(), "/signed-out");
        browser.settle(browser.come_back(&back).await).await.expect(200);
    }
}

#[tokio::test]
async fn a_ticket_is_accepted_once_even_when_two_returns_race() {
    let app = behind(JisShape::shandong()).await;
    let browser = app.anon();
    let authorize = browser.start_sign_in(None).await;
    let back = browser.at_portal(&authorize, "ceshi").await;
    let (one, other) = tokio::join!(browser.come_back(&back), browser.come_back(&back));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 400]);
    assert_eq!(app.simulator.requests(Endpoint::Ticket), 1);
    assert_eq!(app.count("persons"), 1);
    app.anon().come_back(&back).await.expect(400);
}

#[tokio::test]
async fn a_posted_ticket_is_accepted_once_even_when_the_form_is_sent_twice_at_once() {
    let app = behind(JisShape { way_back: WayBack::Post, ..JisShape::shandong() }).await;
    let browser = app.anon();
    let authorize = browser.start_sign_in(None).await;
    let form = browser.leave_portal(&authorize, "ceshi").await.form("form");
    let (one, other) = tokio::join!(browser.post_across(&form), browser.post_across(&form));
    let (one, other) = (one.location(), other.location());
    let ticket = form.get("ticket").unwrap();
    assert!(!one.as_str().contains(ticket), "the ticket is not in our own address: {one}");
    let (one, other) = tokio::join!(browser.come_back(&one), browser.come_back(&other));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 400]);
    assert_eq!(app.simulator.requests(Endpoint::Ticket), 1);
}

#[tokio::test]
async fn a_ticket_that_was_used_is_refused_in_another_sign_in_before_the_portal_is_asked() {
    let app = behind(JisShape::shandong()).await;
    let browser = app.anon();
    let used = browser.at_portal(&browser.start_sign_in(None).await, "ceshi").await;
    browser.come_back(&used).await.expect(303);
    let thief = app.anon();
    let mut own = thief.at_portal(&thief.start_sign_in(None).await, "xinren").await;
    own.set_query(used.query());
    assert_expired(thief.come_back(&own).await, &thief);
    assert_eq!(app.simulator.requests(Endpoint::Ticket), 1);
}

#[tokio::test]
async fn a_return_in_another_browser_is_refused() {
    for way_back in [WayBack::Query, WayBack::Ampersand, WayBack::Post] {
        let app = behind(JisShape { way_back, ..JisShape::shandong() }).await;
        let (attacker, victim) = (app.anon(), app.anon());
        victim.start_sign_in(None).await;
        let answer = attacker.leave_portal(&attacker.start_sign_in(None).await, "ceshi").await;
        assert_expired(victim.return_by(&answer).await, &victim);
        assert_eq!(app.simulator.requests(Endpoint::Ticket), 0, "{way_back:?}");
        assert_eq!(app.count("persons"), 0);
    }
}

#[tokio::test]
async fn a_ticket_in_the_address_of_a_posted_form_is_read_too() {
    let app = behind(JisShape::shandong()).await;
    for fields in [&[] as &[(&str, &str)], &[("further", "field")]] {
        let browser = app.anon();
        let back = browser.at_portal(&browser.start_sign_in(None).await, "xinren").await;
        let page = browser.send(Method::POST, back, |request| request.form(fields)).await;
        browser.come_back(&page.location()).await.expect(303);
        assert!(browser.person().await.is_some());
    }
}

#[tokio::test]
async fn two_tabs_sign_in_at_once() {
    let app = behind(JisShape::shandong()).await;
    let browser = app.anon();
    let first = browser.at_portal(&browser.start_sign_in(None).await, "ceshi").await;
    let second = browser.at_portal(&browser.start_sign_in(Some("/applications")).await, "ceshi").await;
    browser.come_back(&second).await.expect(303);
    assert_eq!(browser.come_back(&first).await.leads_to(), "/reissue");
    assert_eq!(app.count("persons"), 1);
}

#[tokio::test]
async fn a_malformed_return_is_refused_without_a_session() {
    let app = behind(JisShape::shandong()).await;
    for what in [
        "?ticket=a&ticket=b",
        "?ticket=",
        "?ticket=%00",
        "?ticket=%0d%0aSet-Cookie:x=y",
        "&ticket=a?ticket=b",
        "%2f..%2f?ticket=a",
        "%26ticket%3Da%26ticket%3Db",
        ";ticket=a;ticket=b",
        "",
        "?ticket=<script>alert(1)</script>",
    ] {
        let browser = app.anon();
        let back = browser.at_portal(&browser.start_sign_in(None).await, "ceshi").await;
        let path = back.path().to_owned();
        let page = browser.get(&format!("{path}{what}")).await.expect(400);
        assert!(page.has("[data-failure]"), "{what}");
        page.never_holds("<script>alert").never_holds("Set-Cookie:x");
        assert_eq!(browser.session(), None, "{what}");
    }
    for path in ["/sso/callback?ticket=a", "/sso/callback/nothing?ticket=a", "/sso/callback/%00?ticket=a"] {
        let browser = app.anon();
        browser.start_sign_in(None).await;
        browser.get(path).await.expect(400);
    }
}

#[tokio::test]
async fn each_failure_has_its_page() {
    let app = behind(JisShape::shandong()).await;
    for (fault, status, code) in [
        (Fault::ServerError(Endpoint::Ticket), 503, "unavailable"),
        (Fault::ServerError(Endpoint::Person), 503, "unavailable"),
        (Fault::retcode(Endpoint::Ticket, JisShape::BAD_TICKET), 400, "expired"),
        (Fault::retcode(Endpoint::Ticket, JisShape::BAD_SIGN), 400, "rejected"),
        (Fault::ForeignKey(Endpoint::Person), 400, "rejected"),
        (Fault::NotJson(Endpoint::Person), 400, "rejected"),
    ] {
        app.simulator.fault(fault.clone());
        let browser = app.anon();
        let authorize = browser.start_sign_in(None).await;
        let back = browser.at_portal(&authorize, "ceshi").await;
        let page = browser.fetch(Method::GET, back, |request| request).await;
        assert_eq!((page.status.as_u16(), page.has(&format!("[data-failure={code}]"))), (status, true), "{fault:?}");
        assert_eq!(browser.session(), None);
    }
    assert_eq!(app.simulator.unused_faults(), 0);
    assert_eq!(app.count("persons"), 0);
}
