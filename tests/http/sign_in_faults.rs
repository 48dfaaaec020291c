//! A portal that breaks, errs or attacks: an honest page, no session, and the next try works.

use serde_json::json;
use sso::simulator::{Dress, Endpoint, Fault};
use std::time::Duration;

use crate::support::{Browser, Page, TestApp};

async fn app() -> TestApp {
    let builder = TestApp::builder().config(|config| {
        config.throttle.sign_in_starts_per_minute = 0;
        // Whatever the case before did to the keys, the next one may fetch them.
        config.portal.oidc.jwks_min_refresh = Duration::ZERO;
    });
    builder.build().await
}

/// Begins a sign-in and comes back; either may meet the fault.
async fn sign_in(browser: &Browser, persona: &str) -> Page {
    let begun = browser.get_any("/sso/login").await;
    if !begun.status.is_redirection() {
        return begun;
    }
    let callback = browser.at_portal(&begun.location(), persona).await;
    browser.fetch(reqwest::Method::GET, callback, |request| request).await
}

async fn assert_fails(app: &TestApp, fault: Fault, status: u16, code: &str) {
    let browser = app.anon();
    app.simulator.fault(fault.clone());
    let page = sign_in(&browser, "ceshi").await;
    assert_eq!(app.simulator.unused_faults(), 0, "{fault:?} was never used");
    assert_eq!(page.status.as_u16(), status, "{fault:?}\n{}", page.summary());
    assert!(page.has(&format!("[data-failure={code}]")), "{fault:?}\n{}", page.summary());
    assert!(!page.text("[data-request-id]").is_empty());
    assert_eq!(page.header("retry-after").is_empty(), status != 503, "{fault:?}");
    assert_eq!(browser.session(), None, "{fault:?}");
    assert_eq!(app.redis.keys("session:"), Vec::<String>::new(), "{fault:?}");
    assert_eq!(app.redis.keys("pending:"), Vec::<String>::new(), "{fault:?} left a sign-in to be used again");
    assert_eq!(app.count("persons"), 0, "{fault:?}");
    assert_eq!(app.count("sign_in_decisions"), 0, "{fault:?}");
}

#[tokio::test]
async fn forged_foreign_and_stale_answers_are_refused_without_a_session() {
    let app = app().await;
    let faults = [
        Fault::WrongNonce,
        Fault::WrongAudience,
        Fault::WrongIssuer,
        Fault::Expired,
        Fault::UnknownKey,
        Fault::ForgedKey,
        Fault::AlgNone,
        Fault::HmacSecret,
        Fault::missing_id_token(),
        Fault::foreign_user_info(),
        Fault::access_token("bad\u{1}token"),
        Fault::access_token("bad\r\nX-Evil: 1"),
        Fault::Claims(json!({ "azp": "another-client" })),
        Fault::Claims(json!({ "sub": "ceshi\u{0}" })),
        Fault::Claims(json!({ "sub": "x".repeat(10_000) })),
        Fault::Patch(Endpoint::UserInfo, json!({ "cn": "测\u{0}试" })),
        Fault::Patch(Endpoint::UserInfo, json!({ "papersnumber": "1101\u{7}" })),
    ];
    for fault in faults {
        assert_fails(&app, fault, 400, "rejected").await;
    }
    app.user("ceshi").await;
}

#[tokio::test]
async fn an_id_token_under_a_weak_key_is_refused_until_the_portal_changes_it() {
    let app = app().await;
    assert_fails(&app, Fault::WeakKey, 400, "rejected").await;
    app.simulator.rotate_key(sso::simulator::KeyKind::Es256).unwrap();
    app.user("ceshi").await;
}

#[tokio::test]
async fn garbled_huge_and_redirecting_answers_are_refused_without_a_session() {
    let app = app().await;
    for endpoint in [Endpoint::Token, Endpoint::UserInfo] {
        for fault in [
            Fault::Huge(endpoint),
            Fault::Endless(endpoint),
            Fault::NotJson(endpoint),
            Fault::Redirect(endpoint, "http://127.0.0.1:9/".to_owned()),
            Fault::Patch(endpoint, json!([1])),
        ] {
            assert_fails(&app, fault, 400, "rejected").await;
        }
    }
    app.user("ceshi").await;
}

#[tokio::test]
async fn a_discovery_document_that_cannot_be_trusted_stops_the_sign_in_before_it_begins() {
    let elsewhere = TestApp::new().await;
    let foreign = elsewhere.simulator.base_url().to_owned();
    let swapped = [
        Fault::swapped_token_endpoint(&format!("{foreign}/token")),
        Fault::Patch(Endpoint::Discovery, json!({ "issuer": "https://portal.example" })),
        Fault::Patch(Endpoint::Discovery, json!({ "authorization_endpoint": format!("{foreign}/authorize") })),
        Fault::NotJson(Endpoint::Discovery),
    ];
    let app = app().await;
    for fault in swapped {
        assert_fails(&app, fault, 400, "rejected").await;
    }
    assert_eq!(elsewhere.simulator.requests(Endpoint::Token), 0, "the foreign endpoint received a request");
    app.user("ceshi").await;
}

#[tokio::test]
async fn a_broken_portal_is_an_honest_503_that_passes() {
    for endpoint in [Endpoint::Discovery, Endpoint::Keys, Endpoint::Token, Endpoint::UserInfo] {
        let app = app().await;
        assert_fails(&app, Fault::ServerError(endpoint), 503, "unavailable").await;
        app.user("ceshi").await;
    }
}

#[tokio::test]
async fn a_portal_that_is_too_slow_is_an_honest_503_that_passes() {
    let app = TestApp::builder().config(|config| config.portal.oidc.timeout = Duration::from_secs(3)).build().await;
    assert_fails(&app, Fault::Slow(Endpoint::Token), 503, "unavailable").await;
    assert_fails(&app, Fault::Drip(Endpoint::UserInfo), 503, "unavailable").await;
    app.user("ceshi").await;
}

#[tokio::test]
async fn a_portal_that_does_not_answer_at_all_is_an_honest_503_and_the_other_pages_stand() {
    // A port that was free a moment ago: nobody answers there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let app = TestApp::builder().config(move |config| config.portal.oidc.issuer = format!("http://{free}")).build();
    let app = app.await;
    let page = app.anon().get_any("/sso/login").await.expect(503);
    assert!(page.has("[data-failure=unavailable]"));
    assert!(page.header("retry-after").parse::<u32>().unwrap() > 0);
    app.anon().get("/").await.expect(200);
    app.anon().get("/help").await.expect(200);
}

#[tokio::test]
async fn errors_that_the_portal_sends_back_are_told_apart() {
    let app = app().await;
    let table = [
        (Fault::AuthorizeError("access_denied"), 400, "cancelled"),
        (Fault::AuthorizeError("server_error"), 503, "unavailable"),
        (Fault::AuthorizeError("temporarily_unavailable"), 503, "unavailable"),
        // A return that names another portal, or hides which: it does not belong to this sign-in.
        (Fault::CallbackIssuer(Some("https://portal.example".to_owned())), 400, "expired"),
        (Fault::CallbackIssuer(None), 400, "expired"),
        (Fault::Error(Endpoint::Token, "invalid_grant"), 400, "expired"),
        (Fault::Error(Endpoint::Token, "invalid_client"), 400, "rejected"),
    ];
    for (fault, status, code) in table {
        assert_fails(&app, fault, status, code).await;
    }
}

#[tokio::test]
async fn a_correct_answer_may_be_oddly_dressed() {
    let app = app().await;
    let odd = [
        Fault::Dressed(Endpoint::Token, Dress::Html),
        Fault::Dressed(Endpoint::Token, Dress::ByteOrderMark),
        Fault::Dressed(Endpoint::UserInfo, Dress::SpacedContentType),
        Fault::Dressed(Endpoint::Token, Dress::Created),
        Fault::Patch(Endpoint::Token, json!({ "expires_in": "3600" })),
    ];
    for fault in odd {
        app.simulator.fault(fault.clone());
        app.user("ceshi").await;
        assert_eq!(app.simulator.unused_faults(), 0, "{fault:?}");
    }
    assert_eq!(app.count("persons"), 1);
}

#[tokio::test]
async fn a_failed_sign_in_leaves_a_session_that_was_there_as_it_was() {
    let app = app().await;
    let browser = app.user("ceshi").await;
    let (person, session) = (browser.person().await, browser.session());
    app.simulator.fault(Fault::WrongNonce);
    let page = browser.try_sign_in("xinren", None).await.expect(400);
    assert!(page.has("[data-failure=rejected]"));
    assert_eq!(browser.session(), session);
    assert_eq!(browser.person().await, person);
}
