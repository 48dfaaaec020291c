//! The end of a session: here, at the portal, and by the portal's word (OpenID Connect RP-Initiated and Back-Channel Logout 1.0).

use axum::body::Body;
use axum::http::{Request, Response, header};
use chrono::Utc;
use reqwest::Method;
use serde_json::{Value, json};
use sso::simulator::{Fault, Persona};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tower::ServiceExt;

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
    send_to(&app.anon(), &app.origin(), token).await
}

async fn send_to(client: &Browser, origin: &str, token: &str) -> Page {
    let url = format!("{origin}/sso/backchannel-logout").parse().unwrap();
    client.fetch(Method::POST, url, |request| request.form(&[("logout_token", token), ("further", "field")])).await
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

/// A form that is posted by a client which hangs up after the service has worked on the answer `steps` times: no answer, unless it was ready by then.
async fn hung_up(app: &TestApp, (path, cookies): (&str, &str), form: &str, steps: usize) -> Option<Response<Body>> {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookies)
        .body(Body::from(form.to_owned()));
    let router = buzheng::web::router(app.service.clone());
    let mut left = steps;
    let answer = {
        let mut answering = pin!(router.oneshot(request.unwrap()));
        poll_fn(|context| {
            if left == 0 {
                return Poll::Ready(None);
            }
            left -= 1;
            answering.as_mut().poll(context).map(Some)
        })
        .await
    };
    // What went to Redis before this has been done when this is answered.
    app.service.store.probe().await.unwrap();
    answer.map(Result::unwrap)
}

#[tokio::test]
async fn whenever_the_sender_hangs_up_a_token_is_used_up_only_with_its_sessions_ended() {
    let app = TestApp::new().await;
    let mut browser = app.user("ceshi").await;
    let (mut broken_off, mut used) = (0, 0);
    for steps in 1.. {
        let token = app.simulator.signed_token(&claims(&app, "ceshi"), None).unwrap();
        let form = format!("logout_token={token}");
        let answer = hung_up(&app, ("/sso/backchannel-logout", ""), &form, steps).await;
        let come = app.redis.keys("logout-token:").len();
        assert_eq!(is_signed_in(&browser).await, come == used, "after {steps} steps");
        if come == used {
            broken_off += 1;
            send(&app, &token).await.expect(200);
        }
        used = app.redis.keys("logout-token:").len();
        browser = app.user("ceshi").await;
        if let Some(answer) = answer {
            assert_eq!(answer.status(), 200);
            break;
        }
    }
    assert!(broken_off > 0, "some hung up before anything was done");
}

#[tokio::test]
async fn whenever_a_visitor_hangs_up_the_session_ends_only_with_the_way_back_from_the_portal_prepared() {
    let app = TestApp::new().await;
    let (mut broken_off, mut ended) = (0, 0);
    for steps in 1.. {
        let browser = app.user("ceshi").await;
        let cookies = format!("bz_session={}", browser.session().unwrap());
        let form = format!("csrf_token={}", browser.get("/reissue").await.csrf_token());
        let answer = hung_up(&app, ("/sso/logout", &cookies), &form, steps).await;
        if is_signed_in(&browser).await {
            broken_off += 1;
            browser.sign_out().await;
        }
        ended += 1;
        assert!(app.redis.keys("signing-out:").len() >= ended, "after {steps} steps");
        if let Some(answer) = answer {
            assert_eq!(answer.status(), 303);
            break;
        }
    }
    assert!(broken_off > 0, "some hung up before anything was done");
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
async fn a_session_id_may_be_a_number() {
    let app = TestApp::new().await;
    app.simulator.fault(Fault::Claims(json!({ "sid": 7 })));
    let desk = app.user("ceshi").await;
    let phone = sign_in_under(&app, "8").await;
    let mut token = claims(&app, "ceshi");
    token["sid"] = json!(7);
    tell(&app, &token).await.expect(200);
    assert!(!is_signed_in(&desk).await);
    assert!(is_signed_in(&phone).await);
}

#[tokio::test]
async fn a_token_names_the_subject_of_the_id_token_whichever_field_names_the_account() {
    let builder = TestApp::builder().config(|config| config.portal.claims.subject = vec!["account".to_owned()]);
    let app = builder.build().await;
    let sign_in = async |persona: &str, claims: Value| {
        app.simulator.fault(Fault::Claims(claims));
        app.user(persona).await
    };
    let named = sign_in("ceshi", json!({ "account": "a-1", "sid": "s-1" })).await;
    let unnamed = sign_in("ceshi", json!({ "account": "a-1", "sid": null })).await;
    // Somebody else's account has the value that the first one's `sub` has.
    let other = sign_in("xinren", json!({ "account": "ceshi" })).await;
    let mut token = claims(&app, "ceshi");
    token["sid"] = json!("s-2");
    tell(&app, &token).await.expect(200);
    assert!(is_signed_in(&named).await && !is_signed_in(&unnamed).await);
    tell(&app, &claims(&app, "ceshi")).await.expect(200);
    assert!(!is_signed_in(&named).await);
    assert!(is_signed_in(&other).await);

    // Who comes by the account is open: it is the account that is signed out, not everyone of that `sub`.
    let desk = sign_in("ceshi", json!({ "account": "a-1" })).await;
    app.simulator.add_persona(Persona::citizen("ceshi", CESHI.name, "110101199003072893"));
    app.simulator.fault(Fault::Claims(json!({ "account": "a-1" })));
    app.anon().try_sign_in("ceshi", None).await;
    assert!(!is_signed_in(&desk).await);
    assert!(is_signed_in(&other).await);
}

#[tokio::test]
async fn a_token_sent_to_one_server_ends_the_sessions_of_all_and_counts_once_for_all() {
    let app = TestApp::new().await;
    let second = app.second_server().await;
    let browser = app.user("ceshi").await;
    let there = second.takes_over(&browser);
    assert!(is_signed_in(&there).await);
    let origin = second.home.origin().ascii_serialization();

    let under_way = app.anon();
    let to_portal = under_way.start_sign_in(None).await;
    let callback = under_way.at_portal(&to_portal, "ceshi").await;
    let token = app.simulator.signed_token(&claims(&app, "ceshi"), None).unwrap();
    send_to(&there, &origin, &token).await.expect(200);
    assert!(!is_signed_in(&browser).await && !is_signed_in(&there).await);
    under_way.come_back(&callback).await.expect(400);

    browser.sign_in("ceshi").await;
    let there = second.takes_over(&browser);
    send(&app, &token).await.expect(400);
    send_to(&there, &origin, &token).await.expect(400);
    assert!(is_signed_in(&browser).await && is_signed_in(&there).await, "a replayed token ends nothing");
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
async fn a_sign_in_that_does_not_become_a_session_leaves_the_one_before_as_it_is() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let to_portal = browser.start_sign_in(None).await;
    let callback = browser.at_portal(&to_portal, "ceshi").await;
    tell(&app, &claims(&app, "ceshi")).await.expect(200);
    browser.come_back(&callback).await.expect(400);
    assert!(is_signed_in(&browser).await);
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
    app.anon().send(Method::POST, url.clone(), |request| request.body(vec![0xff; 100])).await.expect(400);
    let long = format!("logout_token={token}&further={}", "a".repeat(40_000));
    let page = app.anon().send(Method::POST, url, |request| request.body(long)).await.expect(413);
    assert_eq!(page.header("content-type"), "application/json");
    assert!(is_signed_in(&browser).await);
    tell(&app, &good).await.expect(200);
}

#[tokio::test]
async fn an_address_may_send_so_many_logout_tokens_a_minute_that_are_refused_and_good_ones_do_not_count() {
    let app = TestApp::builder().config(|config| config.throttle.logout_tokens_per_minute = 2).build().await;
    for round in 0..5 {
        let page = tell(&app, &claims(&app, "ceshi")).await;
        assert_eq!(page.status, 200, "token {round}");
    }
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
    // Looked up by the stranger, it is not used up.
    assert!(browser.send(Method::GET, back, |request| request).await.has("[data-portal-end=ended]"));

    let browser = app.user("ceshi").await;
    let place = browser.sign_out().await.location();
    let back = browser.fetch(Method::GET, place, |request| request).await.location();
    browser.send(Method::HEAD, back.clone(), |request| request).await.expect(200); // uses nothing up
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

#[tokio::test]
async fn a_token_whose_sub_and_sid_do_not_belong_together_ends_nothing() {
    let app = TestApp::new().await;
    let (ceshi, other) = (sign_in_under(&app, "sid-of-ceshi").await, app.user("xinren").await);
    app.simulator.fault(Fault::Claims(json!({ "sid": null })));
    let without = app.user("xinren").await;
    let token = |sub: &str, sid: &str| {
        let mut claims = claims(&app, sub);
        claims["sid"] = json!(sid);
        claims
    };
    tell(&app, &token("xinren", "sid-of-ceshi")).await.expect(400);
    for browser in [&ceshi, &other, &without] {
        assert!(is_signed_in(browser).await);
    }
    // Nor does it keep a sign-in from ending well that set out before it.
    let late = app.anon();
    let to_portal = late.start_sign_in(None).await;
    let callback = late.at_portal(&to_portal, "ceshi").await;
    tell(&app, &token("xinren", "sid-of-ceshi")).await.expect(400);
    app.simulator.fault(Fault::Claims(json!({ "sid": "sid-of-ceshi" })));
    late.come_back(&callback).await.expect(303);
    assert!(is_signed_in(&late).await);
    // A session that nobody knows is no other subject's.
    tell(&app, &token("xinren", "sid-of-nobody")).await.expect(200);
    assert!(is_signed_in(&ceshi).await && is_signed_in(&other).await && !is_signed_in(&without).await);
    tell(&app, &token("ceshi", "sid-of-ceshi")).await.expect(200);
    assert!(!is_signed_in(&ceshi).await && !is_signed_in(&late).await && is_signed_in(&other).await);
}
