//! The end of a session: here, at the portal, and by the portal's word (OpenID Connect RP-Initiated and Back-Channel Logout 1.0).

use chrono::Utc;
use reqwest::Method;
use serde_json::{Value, json};
use sso::simulator::{Fault, Persona};
use std::time::Duration;

use crate::support::{Browser, CESHI, Page, TestApp};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A logout token's claims for `subject`, each with an id of its own.
fn claims(app: &TestApp, subject: &str) -> Value {
    let now = Utc::now().timestamp();
    json!({
        "iss": app.simulator.base_url(), "aud": "buzheng", "iat": now, "exp": now + 120,
        "jti": format!("{subject}-{}", Utc::now().timestamp_nanos_opt().unwrap()),
        "events": { EVENT: {} }, "sub": subject,
    })
}

async fn send(app: &TestApp, token: &str) -> Page {
    let url = format!("{}/sso/backchannel-logout", app.origin()).parse().unwrap();
    app.anon().fetch(Method::POST, url, |request| request.form(&[("logout_token", token), ("further", "field")])).await
}

async fn tell(app: &TestApp, claims: &Value) -> Page {
    let token = app.simulator.signed_token(claims, Some("logout+jwt")).unwrap();
    send(app, &token).await
}

/// The browser's next sign-ins run under this portal session.
async fn sign_in_under(app: &TestApp, sid: &str) -> Browser {
    app.simulator.fault(Fault::Claims(json!({ "sid": sid })));
    app.user("ceshi").await
}

async fn is_signed_in(browser: &Browser) -> bool {
    browser.person().await.is_some()
}

#[tokio::test]
async fn a_token_with_a_subject_alone_ends_all_its_sessions_and_nobody_elses() {
    let app = TestApp::new().await;
    let (desk, phone, other) = (app.user("ceshi").await, app.user("ceshi").await, app.user("xinren").await);
    let page = tell(&app, &claims(&app, "ceshi")).await.expect(200);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(!is_signed_in(&desk).await && !is_signed_in(&phone).await);
    assert!(is_signed_in(&other).await);
    desk.sign_in("ceshi").await;
    assert!(is_signed_in(&desk).await, "the way in stays open");
}

#[tokio::test]
async fn a_token_with_a_session_id_ends_the_sessions_under_it_alone() {
    let app = TestApp::new().await;
    let (desk, phone) = (sign_in_under(&app, "sid-desk").await, sign_in_under(&app, "sid-phone").await);
    let mut token = claims(&app, "ceshi");
    token["sid"] = json!("sid-desk");
    tell(&app, &token).await.expect(200);
    assert!(!is_signed_in(&desk).await);
    assert!(is_signed_in(&phone).await);

    let mut token = claims(&app, "ceshi");
    token["sid"] = json!("sid-phone");
    token.as_object_mut().unwrap().remove("sub");
    tell(&app, &token).await.expect(200);
    assert!(!is_signed_in(&phone).await);
}

#[tokio::test]
async fn where_the_portal_gave_no_session_id_the_subject_of_the_token_tells() {
    let app = TestApp::new().await;
    app.simulator.fault(Fault::Claims(json!({ "sid": null })));
    let unnamed = app.user("ceshi").await;
    let named = sign_in_under(&app, "sid-2").await;
    let mut token = claims(&app, "ceshi");
    token["sid"] = json!("sid-1");
    tell(&app, &token).await.expect(200);
    assert!(!is_signed_in(&unnamed).await);
    assert!(is_signed_in(&named).await);
}

#[tokio::test]
async fn a_token_counts_once() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let token = app.simulator.signed_token(&claims(&app, "ceshi"), None).unwrap();
    send(&app, &token).await.expect(200);
    browser.sign_in("ceshi").await;
    send(&app, &token).await.expect(400);
    assert!(is_signed_in(&browser).await, "a replayed token ends nothing");

    let token = app.simulator.signed_token(&claims(&app, "ceshi"), Some("JWT")).unwrap();
    let answers = futures_of(&app, &token).await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
}

/// The same token, eight times at once.
async fn futures_of(app: &TestApp, token: &str) -> Vec<u16> {
    let mut sending = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (browser, token) = (app.anon(), token.to_owned());
        let url = format!("{}/sso/backchannel-logout", app.origin()).parse().unwrap();
        sending.spawn(async move {
            let page = browser.fetch(Method::POST, url, |request| request.form(&[("logout_token", token)])).await;
            page.status.as_u16()
        });
    }
    sending.join_all().await
}

#[tokio::test]
async fn a_sign_in_that_was_under_way_when_the_portal_ended_its_session_does_not_begin_one_here() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let to_portal = browser.start_sign_in(None).await;
    let callback = browser.at_portal(&to_portal, "ceshi").await;
    tell(&app, &claims(&app, "ceshi")).await.expect(200);
    let page = browser.come_back(&callback).await.expect(400);
    assert!(page.has("[data-failure=expired]"));
    assert_eq!(browser.session(), None);
    browser.sign_in("ceshi").await;
}

#[tokio::test]
async fn a_token_that_is_none_or_another_portals_is_refused_and_ends_nothing() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let good = claims(&app, "ceshi");
    let changes = [
        json!({ "iss": "https://portal.example" }),
        json!({ "aud": "another-client" }),
        json!({ "aud": null }),
        json!({ "iat": null }),
        json!({ "iat": Utc::now().timestamp() + 3600 }),
        json!({ "iat": Utc::now().timestamp() - 86400, "exp": Utc::now().timestamp() + 120 }),
        json!({ "exp": Utc::now().timestamp() - 3600 }),
        json!({ "exp": null }),
        json!({ "jti": null }),
        json!({ "events": null }),
        json!({ "events": {} }),
        json!({ "events": { EVENT: true } }),
        json!({ "events": [EVENT] }),
        json!({ "nonce": "n" }),
        json!({ "sub": null }),
        json!({ "sub": "ceshi\u{0}" }),
        json!({ "sub": 7 }),
        json!({ "sid": "" }),
    ];
    for change in changes {
        let mut token = good.clone();
        for (name, value) in change.as_object().unwrap() {
            match value {
                Value::Null => drop(token.as_object_mut().unwrap().remove(name)),
                value => token[name] = value.clone(),
            }
        }
        let page = tell(&app, &token).await;
        assert_eq!(page.status, 400, "{change}");
        assert_eq!(page.header("content-type"), "application/json", "{change}");
    }
    for typ in ["at+jwt", "id_token", ""] {
        let token = app.simulator.signed_token(&good, Some(typ)).unwrap();
        send(&app, &token).await.expect(400);
    }
    for token in ["", "a.b.c", "e30.e30.", "...", "\u{0}", &"a".repeat(30_000)] {
        send(&app, token).await.expect(400);
    }
    let url: url::Url = format!("{}/sso/backchannel-logout", app.origin()).parse().unwrap();
    let token = app.simulator.signed_token(&good, None).unwrap();
    for fields in [vec![("token", token.as_str())], vec![("logout_token", &token), ("logout_token", &token)], vec![]] {
        app.anon().send(Method::POST, url.clone(), |request| request.form(&fields)).await.expect(400);
    }
    app.anon().send(Method::GET, url.clone(), |request| request).await.expect(405);
    app.anon().send(Method::POST, url, |request| request.body(vec![0xff; 100])).await.expect(400);
    assert!(is_signed_in(&browser).await);
    tell(&app, &good).await.expect(200);
}

#[tokio::test]
async fn an_address_may_send_so_many_logout_tokens_a_minute() {
    let app = TestApp::builder().config(|config| config.throttle.logout_tokens_per_minute = 2).build().await;
    for _ in 0..2 {
        send(&app, "none").await.expect(400);
    }
    let page = send(&app, "none").await.expect(429);
    assert!((1..=61).contains(&page.header("retry-after").parse::<u64>().unwrap()));
}

#[tokio::test]
async fn a_return_from_the_portals_sign_out_is_believed_with_the_state_of_this_browser_alone() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let place = browser.sign_out().await.location();
    assert_eq!(place.path(), "/end-session");
    let back = browser.fetch(Method::GET, place, |request| request).await.location();

    let stranger = app.anon();
    let page = stranger.send(Method::GET, back.clone(), |request| request).await.expect(400);
    assert!(page.has("[data-portal-end=unconfirmed]"));
    // Looked up by the stranger, it is used up.
    assert!(browser.send(Method::GET, back, |request| request).await.has("[data-portal-end=unconfirmed]"));

    let browser = app.user("ceshi").await;
    let place = browser.sign_out().await.location();
    let back = browser.fetch(Method::GET, place, |request| request).await.location();
    let page = browser.send(Method::GET, back.clone(), |request| request).await.expect(200);
    assert!(page.has("[data-portal-end=ended]"));
    browser.send(Method::GET, back, |request| request).await.expect(400);
    for query in ["?state=", "?state=made-up", "?state=a&state=a", &format!("?state={}", "x".repeat(500)), "?state=%00"]
    {
        let page = browser.get(&format!("/signed-out{query}")).await.expect(400);
        assert!(page.has("[data-portal-end=unconfirmed]"), "{query}");
    }
    assert!(browser.get("/signed-out").await.expect(200).has("[data-portal-end=unknown]"));
}

#[tokio::test]
async fn sessions_are_shorter_where_the_portal_does_not_tell_of_its_sign_outs() {
    let silent = json!({ "backchannel_logout_supported": null });
    for (announced, lives) in [(true, true), (false, false)] {
        let builder = TestApp::builder().config(|config| config.session.unannounced_timeout = Duration::ZERO);
        let app = builder.build().await;
        if !announced {
            app.simulator.fault(Fault::Patch(sso::simulator::Endpoint::Discovery, silent.clone()));
        }
        let browser = app.anon();
        browser.try_sign_in("ceshi", None).await;
        assert_eq!(is_signed_in(&browser).await, lives);
    }
}

#[tokio::test]
async fn a_subject_that_comes_with_another_number_is_signed_out_in_every_browser() {
    let app = TestApp::new().await;
    let desk = app.user("ceshi").await;
    app.simulator.add_persona(Persona::citizen("ceshi", CESHI.name, "110101199003072893"));
    app.anon().try_sign_in("ceshi", None).await;
    assert!(!is_signed_in(&desk).await);
}

#[tokio::test]
async fn what_names_a_session_in_redis_is_no_subject_in_clear() {
    let app = TestApp::new().await;
    let _browser = sign_in_under(&app, "sid-of-the-desk").await;
    for key in app.redis.keys("") {
        assert!(!key.contains("ceshi") && !key.contains("sid-of-the-desk"), "{key}");
    }
}
