//! What others may try around a sign-in.

use crate::support::{Browser, Page, TestApp};

/// The page of a return that belongs to no sign-in of this browser.
#[track_caller]
fn assert_expired(page: Page, browser: &Browser) {
    let page = page.expect(400);
    assert!(page.has("[data-failure=expired]"), "{}", page.summary());
    assert_eq!(browser.session(), None);
}

#[tokio::test]
async fn a_return_is_good_once() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let authorize = browser.start_sign_in(None).await;
    let callback = browser.at_portal(&authorize, "ceshi").await;
    browser.come_back(&callback).await.location();
    let session = browser.session();

    browser.come_back(&callback).await.expect(303);
    assert_eq!(browser.session(), session, "a replay begins and ends nothing");
    assert_eq!(app.count("sign_in_decisions"), 1);
    assert!(browser.person().await.is_some());
    let thief = app.anon();
    assert_expired(thief.come_back(&callback).await, &thief);
}

#[tokio::test]
async fn a_return_in_a_browser_that_began_no_sign_in_is_refused() {
    let app = TestApp::new().await;
    let (attacker, victim) = (app.anon(), app.anon());
    let authorize = attacker.start_sign_in(None).await;
    let callback = attacker.at_portal(&authorize, "ceshi").await;
    assert_expired(victim.come_back(&callback).await, &victim);
    assert_eq!(app.count("persons"), 0);
}

#[tokio::test]
async fn a_return_of_another_browsers_sign_in_is_refused() {
    let app = TestApp::new().await;
    let (attacker, victim) = (app.anon(), app.anon());
    victim.start_sign_in(None).await;
    let authorize = attacker.start_sign_in(None).await;
    let callback = attacker.at_portal(&authorize, "ceshi").await;
    assert_ne!(attacker.cookie("bz_login"), victim.cookie("bz_login"));
    assert_expired(victim.come_back(&callback).await, &victim);
    assert_eq!(app.count("persons"), 0);
}

#[tokio::test]
async fn nobody_is_signed_in_as_somebody_else_by_a_link() {
    let app = TestApp::new().await;
    let (attacker, victim) = (app.anon(), app.user("ceshi").await);
    let before = victim.person().await;
    let authorize = attacker.start_sign_in(None).await;
    let callback = attacker.at_portal(&authorize, "xinren").await;
    let page = victim.come_back(&callback).await.expect(400);
    assert!(page.has("[data-failure=expired]"));
    assert_eq!(victim.person().await, before);
    assert_eq!(app.count("persons"), 1, "the attacker's account was not even looked at");
}

#[tokio::test]
async fn a_code_of_one_sign_in_with_the_state_of_another_is_refused() {
    let app = TestApp::new().await;
    let (attacker, victim) = (app.anon(), app.anon());
    let stolen = attacker.start_sign_in(None).await;
    let stolen = attacker.at_portal(&stolen, "ceshi").await;
    let own = victim.start_sign_in(None).await;
    let own = victim.at_portal(&own, "xinren").await;
    let code = stolen.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let rest: Vec<_> = own.query_pairs().into_owned().filter(|(name, _)| name != "code").collect();
    let mut mixed = own.clone();
    mixed.query_pairs_mut().clear().extend_pairs(rest).append_pair("code", &code);
    let page = victim.fetch(reqwest::Method::GET, mixed, |request| request).await;
    assert_eq!(page.status, 400, "{}", page.summary());
    assert_eq!(victim.session(), None);
    assert_eq!(app.count("persons"), 0);
}

#[tokio::test]
async fn a_malformed_return_is_refused_without_a_session() {
    let app = TestApp::new().await;
    let long = format!("code={}&state=x", "a".repeat(9000));
    let queries = [
        "",
        "code=abc",
        "state=abc",
        "code=abc&state=abc",
        "code=abc&code=def&state=abc",
        "code=abc&state=abc&state=def",
        "code=%00&state=abc",
        "code=%ff&state=%fe",
        "code=abc%0d%0aSet-Cookie:x=y&state=abc",
        "error=access_denied",
        "error=<script>alert(1)</script>&state=abc",
        "answer=nothing",
        "answer=",
        "=&=&&&",
        &long,
    ];
    for query in queries {
        let browser = app.anon();
        browser.start_sign_in(None).await;
        let page = browser.get(&format!("/sso/callback?{query}")).await.expect(400);
        assert!(page.has("[data-failure]"), "{query}");
        page.never_holds("<script>alert").never_holds("Set-Cookie:x");
        assert_eq!(browser.session(), None, "{query}");
    }
}

#[tokio::test]
async fn a_sign_in_that_took_too_long_is_refused() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let authorize = browser.start_sign_in(None).await;
    let callback = browser.at_portal(&authorize, "ceshi").await;
    let pending = app.redis.keys("pending:");
    assert_eq!(pending.len(), 1);
    assert!((1..=30 * 60 * 1000).contains(&app.redis.life(&pending[0])));
    app.redis.expire(&pending[0]);
    assert_expired(browser.come_back(&callback).await, &browser);
}

#[tokio::test]
async fn what_waits_in_redis_for_a_return_is_sealed() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let authorize = browser.start_sign_in(Some("/applications")).await;
    let nonce = authorize.query_pairs().find(|(name, _)| name == "nonce").unwrap().1.into_owned();
    let pending = app.redis.keys("pending:");
    let stored = app.redis.get(&pending[0]).unwrap();
    for word in [nonce.as_str(), "/applications", "verifier", &browser.cookie("bz_login").unwrap()] {
        assert!(!stored.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
    }
}

#[tokio::test]
async fn a_session_id_that_was_planted_before_the_sign_in_is_not_adopted() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let planted = "A".repeat(43);
    browser.set_cookie("bz_session", &planted);
    browser.get("/").await.expect(200);
    browser.sign_in("ceshi").await;
    assert_ne!(browser.session().as_deref(), Some(planted.as_str()));
    let attacker = app.anon();
    attacker.set_cookie("bz_session", &planted);
    assert_eq!(attacker.get("/reissue").await.location().path(), "/");
}

#[tokio::test]
async fn a_session_of_the_attacker_that_was_planted_is_ended_by_the_victims_sign_in() {
    let app = TestApp::new().await;
    let (attacker, victim) = (app.user("xinren").await, app.anon());
    victim.set_cookie("bz_session", &attacker.session().unwrap());
    victim.sign_in("ceshi").await;
    assert_ne!(victim.session(), attacker.session());
    assert_eq!(attacker.get("/reissue").await.location().path(), "/", "the planted session is dead");
    let planted_login = app.anon();
    planted_login.set_cookie("bz_login", &victim.cookie("bz_login").unwrap());
    assert_eq!(planted_login.get("/reissue").await.location().path(), "/", "a sign-in's cookie is no session");
}

#[tokio::test]
async fn a_return_by_post_brings_the_browser_back_by_a_get_of_our_own() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let authorize = browser.start_sign_in(None).await;
    let callback = browser.at_portal(&authorize, "ceshi").await;
    let fields: Vec<_> = callback.query_pairs().into_owned().collect();
    // A cross-site POST brings no SameSite=Lax cookie.
    let crossing = app.anon();
    let mut address = callback.clone();
    address.set_query(None);
    let dress = |request: reqwest::RequestBuilder| request.form(&fields);
    let posted = crossing.send(reqwest::Method::POST, address, dress).await;
    let own = posted.location();
    assert_eq!(crossing.session(), None);
    assert!(!own.as_str().contains(&fields[0].1), "the code is not in our own address: {own}");
    assert_eq!(browser.come_back(&own).await.location().path(), "/continuity");
    assert_eq!(browser.come_back(&own).await.location().path(), "/continuity", "and leads on when it comes again");
    crossing.come_back(&own).await.expect(400);
    assert_eq!(app.count("sign_in_decisions"), 1);
}
