//! The service behind portals that speak OAuth 2.0 in their own manner.

use reqwest::Method;
use serde_json::json;
use sso::simulator::{Endpoint, Fault, OAuth2Shape, Protocol};
use std::time::Duration;
use url::Url;

use crate::support::{CESHI, Certificate, TestApp};

async fn behind(shape: OAuth2Shape) -> TestApp {
    TestApp::builder().speaking(Protocol::OAuth2(Box::new(shape))).build().await
}

#[tokio::test]
async fn citizens_sign_in_and_find_what_is_theirs_whatever_the_province_speaks() {
    for shape in [OAuth2Shape::standard(), OAuth2Shape::guangdong(), OAuth2Shape::hunan()] {
        let app = behind(shape).await;
        app.add(Certificate::of(&CESHI, 2017));
        let page = app.anon().sign_in("ceshi").await;
        assert_eq!(page.url.path(), "/continuity");
        assert_eq!(page.text(".who-name"), "登录用户：测试");
        let again = app.anon().try_sign_in("ceshi", Some("/applications")).await;
        assert_eq!(again.location().path(), "/applications");
        assert_eq!((app.count("persons"), app.count("identities")), (1, 1));
    }
}

#[tokio::test]
async fn a_return_by_our_own_address_is_good_once_and_in_its_own_browser() {
    let app = behind(OAuth2Shape::hunan()).await;
    let (browser, stranger) = (app.anon(), app.anon());
    let authorize = browser.start_sign_in(Some("/applications")).await;
    let callback = browser.at_portal(&authorize, "ceshi").await;
    let handle = callback.path().strip_prefix("/sso/callback/").expect("the value stands in the path");
    assert!(handle.len() >= 43 && !authorize.query_pairs().any(|(name, _)| name == "state"));
    browser.come_back(&callback).await.location();
    assert!(browser.person().await.is_some());
    browser.come_back(&callback).await.expect(303);
    assert_eq!(app.count("sign_in_decisions"), 1, "it only leads on");

    let authorize = browser.start_sign_in(None).await;
    let callback = browser.at_portal(&authorize, "xinren").await;
    assert!(stranger.come_back(&callback).await.expect(400).has("[data-failure=expired]"));
    assert_eq!(stranger.session(), None);
    assert_eq!(app.count("persons"), 1);
    browser.come_back(&callback).await.expect(303);
    assert_eq!(app.count("persons"), 2, "nobody else used it up");
}

/// The same answer, as a form that the portal's page posts across sites.
fn as_form(callback: &Url) -> (Url, Vec<(String, String)>) {
    let mut place = callback.clone();
    place.set_query(None);
    (place, callback.query_pairs().into_owned().collect())
}

#[tokio::test]
async fn a_portal_that_posts_its_answer_signs_in_by_a_get_of_our_own() {
    for shape in [OAuth2Shape::standard(), OAuth2Shape::hunan()] {
        let app = behind(shape).await;
        let browser = app.anon();
        let authorize = browser.start_sign_in(None).await;
        let (place, fields) = as_form(&browser.at_portal(&authorize, "ceshi").await);
        // A cross-site POST brings no Lax cookie: this one comes from a browser that has none.
        let posted = app.anon().send(Method::POST, place, |request| request.form(&fields)).await.expect(303);
        let answer = posted.location();
        assert!(!answer.as_str().contains(&fields[0].1), "the code stays out of the address");
        assert_eq!(browser.come_back(&answer).await.location().path(), "/continuity");
        assert!(browser.person().await.is_some());
    }
}

#[tokio::test]
async fn addresses_that_hold_no_sign_in_of_ours_lead_nowhere() {
    let app = behind(OAuth2Shape::hunan()).await;
    let browser = app.anon();
    let authorize = browser.start_sign_in(None).await;
    let callback = browser.at_portal(&authorize, "ceshi").await;
    let query = callback.query().unwrap();
    for tail in ["", "/made-up", "/%00", "/..%2f", "/a&b=c", "/%E5%8D%B0"] {
        let place = browser.url(&format!("/sso/callback{tail}?{query}"));
        browser.send(Method::GET, place, |request| request).await.expect(400);
        assert_eq!(browser.session(), None, "{tail}");
    }
    assert_eq!(app.simulator.requests(Endpoint::Token), 0);
    browser.come_back(&callback).await.location();
}

#[tokio::test]
async fn what_a_broken_portal_answers_is_a_page_and_no_session() {
    let app = behind(OAuth2Shape::hunan()).await;
    for (fault, failure) in [
        (Fault::Patch(Endpoint::Token, json!({ "code": "40001" })), "expired"),
        (Fault::Patch(Endpoint::Token, json!({ "code": "500" })), "rejected"),
        (Fault::Patch(Endpoint::UserInfo, json!({ "code": "500" })), "rejected"),
        (Fault::Patch(Endpoint::UserInfo, json!({ "data": { "userid": null } })), "rejected"),
        (Fault::Patch(Endpoint::UserInfo, json!({ "data": "no person" })), "rejected"),
        (Fault::Raw(Endpoint::UserInfo, vec![0xff; 100]), "rejected"),
        (Fault::ServerError(Endpoint::Token), "unavailable"),
    ] {
        app.simulator.fault(fault.clone());
        let browser = app.anon();
        let authorize = browser.start_sign_in(None).await;
        let callback = browser.at_portal(&authorize, "ceshi").await;
        let page = browser.fetch(Method::GET, callback, |request| request).await;
        let page = page.expect(if failure == "unavailable" { 503 } else { 400 });
        assert!(page.has(&format!("[data-failure={failure}]")), "{fault:?}: {}", page.summary());
        assert_eq!((browser.session(), app.simulator.unused_faults()), (None, 0), "{fault:?}");
    }
    assert_eq!(app.count("persons"), 0);
    app.user("ceshi").await;
}

#[tokio::test]
async fn signing_out_ends_here_then_at_the_portal_and_is_believed_by_its_state() {
    for shape in [OAuth2Shape::standard(), OAuth2Shape::guangdong(), OAuth2Shape::hunan()] {
        let app = behind(shape).await;
        let browser = app.user("ceshi").await;
        let place = browser.sign_out().await.location();
        assert_eq!(place.origin().ascii_serialization(), app.simulator.base_url());
        assert!(browser.person().await.is_none());
        let back = browser.fetch(Method::GET, place, |request| request).await.location();
        let page = browser.send(Method::GET, back, |request| request).await.expect(200);
        assert!(page.has("[data-portal-end=ended]"), "{}", page.summary());
    }
}

#[tokio::test]
async fn sessions_are_short_since_no_such_portal_tells_of_its_sign_outs() {
    let builder = TestApp::builder().speaking(Protocol::OAuth2(Box::new(OAuth2Shape::guangdong())));
    let app = builder.config(|config| config.session.unannounced_timeout = Duration::ZERO).build().await;
    let browser = app.anon();
    browser.try_sign_in("ceshi", None).await.location();
    assert!(browser.person().await.is_none());
}
