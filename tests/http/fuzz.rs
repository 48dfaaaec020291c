//! Whatever arrives at the doors of the sign-in: an answer of our own, no 5xx, no session, and the next citizen comes in.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use sso::simulator::{JisShape, OAuth2Shape, Protocol};
use url::Url;

use crate::support::TestApp;

/// Requests of each kind.
const CASES: usize = 150;

/// Others each time; a failure names the request that it met.
fn samples<S: Strategy>(strategy: &S) -> Vec<S::Value> {
    let mut runner = TestRunner::default();
    (0..CASES).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// Queries: parameters that count and that do not, of every sort of text.
fn query() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("code"),
        Just("state"),
        Just("error"),
        Just("iss"),
        Just("ticket"),
        Just("answer"),
        Just("error_description"),
        Just("x"),
        Just("logout_token"),
    ];
    let value = prop_oneof![
        ".{0,30}",
        "[A-Za-z0-9_-]{43}",
        "(%[0-9A-Fa-f]{2}){0,12}",
        "[a-zA-Z0-9._-]{0,40}\\.[a-zA-Z0-9_-]{0,60}\\.[a-zA-Z0-9_-]{0,40}",
        Just("\u{0}".to_owned()),
        Just("//evil.example\\\t".to_owned()),
        "a{2000}",
    ];
    prop::collection::vec((name, value, any::<bool>()), 0..6).prop_map(|pairs| {
        let pair = |(name, value, raw): (&str, String, bool)| {
            let encoded: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
            let kept: String = value.chars().filter(|c| c.is_ascii_graphic() && *c != '#').collect();
            format!("{name}={}", if raw { kept } else { encoded })
        };
        pairs.into_iter().map(pair).collect::<Vec<_>>().join("&")
    })
}

#[tokio::test]
async fn no_return_from_the_portal_makes_a_5xx_or_a_session() {
    let app = TestApp::builder().config(|config| config.throttle.posted_answers_per_minute = 0).build().await;
    let browser = app.anon();
    browser.start_sign_in(None).await; // a cookie that binds
    let tails = samples(&"(/[A-Za-z0-9_&=?%.;-]{0,60})?");
    for (query, tail) in samples(&query()).into_iter().zip(tails) {
        let Ok(url) = Url::parse(&format!("{}/sso/callback{tail}?{query}", app.origin())) else { continue };
        // `Browser::send` refuses a 5xx.
        browser.send(Method::GET, url.clone(), |request| request).await;
        let body = query.clone();
        let form = ("content-type", "application/x-www-form-urlencoded");
        browser.send(Method::POST, url, |request| request.header(form.0, form.1).body(body)).await;
    }
    assert_eq!(browser.session(), None);
    assert!(app.redis.keys("session:").is_empty());
    browser.sign_in("ceshi").await;
}

/// The one-time value of a sign-in, from wherever it stands in the address of the portal.
fn one_time_value(to_portal: &Url) -> String {
    let value =
        |name: &str| to_portal.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    let own = ["redirect_uri", "backUrl"].into_iter().find_map(value).expect("our address");
    let place = own.rsplit_once("/sso/callback/").map(|(_, handle)| handle.to_owned());
    place.or_else(|| value("state")).expect("a one-time value")
}

/// What follows a live one-time value is as hostile as ever.
async fn live_returns(protocol: Protocol) {
    let builder = TestApp::builder().speaking(protocol).config(|config| {
        config.throttle.sign_in_starts_per_minute = 0;
        config.throttle.pending_sign_ins_per_browser = 0;
        config.throttle.posted_answers_per_minute = 0;
    });
    let app = builder.build().await;
    let browser = app.anon();
    let tails = samples(&"([&?][A-Za-z0-9_&=?%.;-]{0,40})?");
    for (query, tail) in samples(&query()).into_iter().zip(tails).take(CASES / 3) {
        let to_portal = browser.start_sign_in(None).await;
        let live = one_time_value(&to_portal);
        let in_path = to_portal.as_str().contains("sso%2Fcallback%2F");
        let address = if in_path {
            format!("{}/sso/callback/{live}{tail}?{query}", app.origin())
        } else {
            format!("{}/sso/callback?state={live}&{query}", app.origin())
        };
        let Ok(url) = Url::parse(&address) else { continue };
        let page = browser.send(Method::GET, url, |request| request).await;
        assert!(!page.status.is_redirection(), "{address}: {}", page.summary());
    }
    assert_eq!(browser.session(), None);
    assert!(app.redis.keys("session:").is_empty());
    browser.sign_in("ceshi").await;
}

#[tokio::test]
async fn a_live_sign_in_by_openid_connect_ends_in_no_session_without_a_code() {
    live_returns(Protocol::Oidc).await;
}

#[tokio::test]
async fn a_live_sign_in_by_oauth2_ends_in_no_session_without_a_code() {
    live_returns(Protocol::OAuth2(Box::new(OAuth2Shape::hunan()))).await;
}

#[tokio::test]
async fn a_live_sign_in_by_tickets_ends_in_no_session_without_a_ticket() {
    live_returns(Protocol::Jis(JisShape::shandong())).await;
}

#[tokio::test]
async fn a_look_without_reading_uses_no_sign_in_up() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let to_portal = browser.start_sign_in(None).await;
    let back = browser.at_portal(&to_portal, "ceshi").await;
    browser.send(Method::HEAD, back.clone(), |request| request).await.expect(405);
    assert!(browser.come_back(&back).await.status.is_redirection());
    assert!(browser.session().is_some());
}

#[tokio::test]
async fn no_return_path_leads_out_of_the_service() {
    let app = TestApp::builder().config(|config| config.throttle.sign_in_starts_per_minute = 0).build().await;
    let hostile = prop_oneof![
        ".{0,40}",
        "[/\\\\.:@%\t\r\n a-z]{0,20}",
        "/[./]{0,8}(/evil\\.example)?",
        "(https?:)?/?/?\\\\?evil\\.example",
        "/(%2[fF]|%5[cC]|%0[aAdD9]){0,4}evil",
    ];
    for path in samples(&hostile) {
        let browser = app.anon();
        let mut url: Url = format!("{}/sso/login", app.origin()).parse().unwrap();
        url.query_pairs_mut().append_pair("return_to", &path);
        let begun = browser.send(Method::GET, url, |request| request).await;
        assert!(begun.status.is_redirection(), "{path:?}: {}", begun.status);
        let callback = browser.at_portal(&begun.location(), "xinren").await;
        let place = browser.come_back(&callback).await.location();
        assert_eq!(place.origin().ascii_serialization(), app.origin(), "{path:?} led to {place}");
    }
}

#[tokio::test]
async fn no_logout_token_makes_a_5xx_or_ends_a_session() {
    let app = TestApp::builder().config(|config| config.throttle.logout_tokens_per_minute = 0).build().await;
    let citizen = app.user("ceshi").await;
    let url: Url = format!("{}/sso/backchannel-logout", app.origin()).parse().unwrap();
    let form = ("content-type", "application/x-www-form-urlencoded");
    for body in samples(&query()) {
        let page =
            app.anon().send(Method::POST, url.clone(), |request| request.header(form.0, form.1).body(body)).await;
        assert_eq!(page.status, 400);
    }
    // Well signed, and garbage inside.
    let value = prop_oneof![
        Just(serde_json::Value::Null),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<bool>().prop_map(Into::into),
        ".{0,20}".prop_map(Into::into),
        Just(serde_json::json!({ "http://schemas.openid.net/event/backchannel-logout": {} })),
        Just(serde_json::json!([[], {}])),
    ];
    let name = prop_oneof![
        Just("iss"),
        Just("aud"),
        Just("iat"),
        Just("exp"),
        Just("jti"),
        Just("events"),
        Just("sub"),
        Just("sid"),
        Just("nbf"),
        Just("nonce"),
    ];
    let claims = prop::collection::vec((name, value), 0..10);
    for claims in samples(&claims) {
        let claims: serde_json::Map<_, _> = claims.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let token = app.simulator.signed_token(&claims.into(), None).unwrap();
        let fields = [("logout_token", token.as_str())];
        app.anon().send(Method::POST, url.clone(), |request| request.form(&fields)).await.expect(400);
    }
    assert!(citizen.person().await.is_some());
}
