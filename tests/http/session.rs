//! The life of a session: its cookie, its end, who holds it.

use buzheng::vault::Purpose;
use chrono::{DateTime, TimeDelta, Utc};
use cookie::SameSite;
use serde_json::{Value, json};

use crate::support::{CESHI, Page, TestApp};

#[track_caller]
fn assert_signed_out(page: &Page) {
    let place = page.location();
    assert_eq!(place.path(), "/", "{place}");
    assert!(place.query().is_some_and(|query| query.starts_with("return_to=")), "{place}");
}

/// Changes the one session that there is.
fn rewrite(app: &TestApp, change: impl FnOnce(&mut Value)) {
    let key = app.redis.keys("session:").pop().expect("a session");
    let vault = &app.service.vault;
    let mut stored: Value = vault.open_json(Purpose::Session, &app.redis.get(&key).unwrap()).unwrap();
    change(&mut stored);
    app.redis.overwrite(&key, &vault.seal_json(Purpose::Session, &stored).unwrap());
}

/// Writes another beginning into it.
fn began(app: &TestApp, ago: TimeDelta) {
    rewrite(app, |stored| {
        let before: DateTime<Utc> = serde_json::from_value(stored["began_at"].take()).expect("when it began");
        stored["began_at"] = json!(before - ago);
    });
}

#[tokio::test]
async fn cookies_are_kept_from_scripts_and_from_other_sites_and_end_with_the_browser() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    for name in ["bz_session", "bz_login"] {
        let cookie = browser.cookie_as_set(name).unwrap_or_else(|| panic!("no cookie {name}"));
        assert_eq!(cookie.http_only(), Some(true), "{name}");
        assert_eq!(cookie.same_site(), Some(SameSite::Lax), "{name}");
        assert_eq!(cookie.path(), Some("/"), "{name}");
        assert_eq!(cookie.domain(), None, "{name}");
        assert_eq!((cookie.max_age(), cookie.expires()), (None, None), "{name}");
        assert_eq!(cookie.value().len(), 43, "{name}: 256 bits");
    }
}

#[tokio::test]
async fn what_a_server_with_another_key_file_cannot_open_is_left_to_the_others() {
    let app = TestApp::new().await;
    let signed_in = app.user("ceshi").await;
    let on_the_way = app.anon();
    let authorize = on_the_way.start_sign_in(None).await;
    let callback = on_the_way.at_portal(&authorize, "xinren").await;
    let before = app.redis.keys("");

    let stranger = app.server_with_other_keys().await;
    let there = stranger.takes_over(&signed_in);
    there.set_cookie("bz_login", &on_the_way.cookie("bz_login").unwrap());
    for path in ["/", "/reissue", &format!("/sso/callback?{}", callback.query().unwrap())] {
        there.get_any(path).await.expect(503);
    }
    let after = app.redis.keys("");
    assert!(before.iter().all(|key| after.contains(key)), "nothing is taken away");

    assert_eq!(signed_in.get("/reissue").await.status, 200, "still signed in");
    assert_eq!(on_the_way.come_back(&callback).await.status, 303, "the sign-in is finished where it began");
}

#[tokio::test]
async fn a_session_that_was_sealed_with_a_key_this_server_lacks_is_as_none_and_left_alone() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let key = app.redis.keys("session:").pop().unwrap();
    let sealed = app.redis.get(&key).unwrap();
    app.redis.overwrite(&key, b"sealed by another server");
    assert_signed_out(&browser.get("/reissue").await);
    assert_eq!(app.redis.get(&key).unwrap(), b"sealed by another server");
    app.redis.overwrite(&key, &sealed);
    assert!(browser.person().await.is_some());
}

#[tokio::test]
async fn over_https_cookies_are_bound_to_the_origin() {
    let builder = TestApp::builder()
        .config(|config| config.server.public_url = Some("https://bz.example.gov.cn/".parse().unwrap()));
    let app = builder.build().await;
    let browser = app.anon();
    let page = browser.get("/sso/login").await;
    let cookie = browser.cookie_as_set("__Host-bz_login").expect("the cookie of a sign-in");
    assert_eq!(cookie.secure(), Some(true));
    assert_eq!((cookie.path(), cookie.domain()), (Some("/"), None));
    assert!(page.header("strict-transport-security").starts_with("max-age="));
    let back = page.location().query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned();
    assert_eq!(back, "https://bz.example.gov.cn/sso/callback");
}

#[tokio::test]
async fn a_page_without_a_sign_in_makes_no_session_and_no_cookie() {
    let app = TestApp::new().await;
    let browser = app.anon();
    for path in ["/", "/help", "/reissue", "/nowhere", "/signed-out"] {
        let page = browser.get(path).await;
        assert_eq!(page.header("set-cookie"), "", "{path}");
    }
    assert_eq!(app.redis.keys(""), Vec::<String>::new());
}

#[tokio::test]
async fn the_id_changes_with_each_sign_in_and_the_one_before_is_dead() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let thief = app.anon();
    thief.set_cookie("bz_session", &browser.session().unwrap());
    assert!(thief.person().await.is_some());
    browser.sign_in("ceshi").await;
    assert_ne!(browser.session(), thief.session());
    assert_signed_out(&thief.get("/reissue").await);
}

#[tokio::test]
async fn another_person_in_the_same_browser_ends_the_session_of_the_one_before() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let (first, first_session) = (browser.person().await, browser.session().unwrap());
    let form_of_first = browser.get("/reissue/new?exam=ZJ").await.main_form();

    browser.sign_in("xinren").await;
    assert_ne!(browser.person().await, first);
    let old = app.anon();
    old.set_cookie("bz_session", &first_session);
    assert_signed_out(&old.get("/applications").await);
    // A page of the first person that still stands open in another tab does nothing in the second one's name.
    browser.submit(form_of_first).await.expect(403);
    assert_eq!(app.count("applications"), 0);
}

#[tokio::test]
async fn signing_out_ends_here_and_then_at_the_portal() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let old = app.anon();
    old.set_cookie("bz_session", &browser.session().unwrap());

    let place = browser.sign_out().await.location();
    assert_eq!(place.origin().ascii_serialization(), app.simulator.base_url());
    assert_eq!(place.path(), "/end-session");
    let get = |wanted: &str| place.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    assert_eq!(get("post_logout_redirect_uri"), Some(format!("{}/signed-out", app.origin())));
    assert_eq!(browser.session(), None, "the browser forgets the cookie");
    assert_signed_out(&old.get("/reissue").await);
    assert_eq!(app.redis.keys("session:"), Vec::<String>::new());

    let back = browser.fetch(reqwest::Method::GET, place, |request| request).await.location();
    assert_eq!(back.path(), "/signed-out");
    let page = browser.come_back(&back).await.expect(200);
    page.says("您已安全退出");
    assert_eq!(page.user(), None);
}

#[tokio::test]
async fn the_portals_origin_stands_in_the_policy_so_that_browsers_let_the_sign_out_through() {
    let app = TestApp::new().await;
    let page = app.user("ceshi").await.get("/reissue").await;
    let policy = page.header("content-security-policy").to_owned();
    let form_action = policy.split(';').find(|part| part.trim().starts_with("form-action")).unwrap().to_owned();
    assert!(form_action.contains(app.simulator.base_url()), "{form_action}");
}

#[tokio::test]
async fn signing_out_needs_the_form_of_the_session() {
    let app = TestApp::new().await;
    let (browser, other) = (app.user("ceshi").await, app.user("xinren").await);
    let foreign = other.get("/reissue").await.csrf_token();
    browser.post_form("/sso/logout", &[]).await.expect(403);
    browser.post_form("/sso/logout", &[("csrf_token", "")]).await.expect(403);
    browser.post_form("/sso/logout", &[("csrf_token", &foreign)]).await.expect(403);
    browser.get("/sso/logout").await.expect(405);
    assert!(browser.person().await.is_some());
}

#[tokio::test]
async fn signing_out_twice_is_no_error() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let form = browser.get("/reissue").await.form("form[action='/sso/logout']");
    browser.submit(form.clone()).await.location();
    assert_eq!(browser.submit(form).await.location().path(), "/signed-out");
}

#[tokio::test]
async fn a_session_ends_when_nothing_was_asked_for_the_idle_time_and_each_request_begins_it_anew() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let keys = app.redis.keys("session:");
    assert_eq!(keys.len(), 1);
    let idle = 20 * 60 * 1000;
    assert!((idle - 60_000..=idle).contains(&app.redis.life(&keys[0])));

    let mut redis = app.redis.connect();
    let _: i64 = redis::cmd("PEXPIRE").arg(&keys[0]).arg(90_000).query(&mut redis).unwrap();
    browser.get("/reissue").await.expect(200);
    assert!(app.redis.life(&keys[0]) > 90_000, "a request keeps the session");

    app.redis.expire(&keys[0]);
    assert_signed_out(&browser.get("/reissue").await);
    browser.sign_in("ceshi").await;
}

#[tokio::test]
async fn a_session_ends_after_the_absolute_time_whatever_is_asked() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    began(&app, TimeDelta::hours(8) - TimeDelta::minutes(1));
    browser.get("/reissue").await.expect(200);
    began(&app, TimeDelta::minutes(1));
    assert_signed_out(&browser.get("/reissue").await);
    assert_eq!(app.redis.keys("session:"), Vec::<String>::new());
}

#[tokio::test]
async fn the_configured_times_are_the_ones_that_count() {
    let builder = TestApp::builder().config(|config| {
        config.session.idle_timeout = std::time::Duration::from_mins(2);
        config.session.absolute_timeout = std::time::Duration::from_mins(10);
    });
    let app = builder.build().await;
    let browser = app.user("ceshi").await;
    assert!(app.redis.life(&app.redis.keys("session:")[0]) <= 120_000);
    began(&app, TimeDelta::seconds(601));
    assert_signed_out(&browser.get("/applications").await);
}

#[tokio::test]
async fn a_session_of_the_version_before_lives_on_for_as_long_as_one_that_the_portal_cannot_end() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    rewrite(&app, |stored| {
        assert!(stored.as_object_mut().unwrap().remove("lists").is_some());
        for name in ["announces_end", "sub"] {
            assert!(stored["portal"].as_object_mut().unwrap().remove(name).is_some(), "{name}");
        }
    });
    browser.get("/reissue").await.expect(200);
    began(&app, TimeDelta::hours(2) - TimeDelta::minutes(1));
    browser.get("/reissue").await.expect(200);
    browser.sign_out().await.location();
    assert_eq!(app.redis.keys("session:"), Vec::<String>::new());
}

#[tokio::test]
async fn a_session_that_should_last_for_ever_begins_all_the_same() {
    let builder = TestApp::builder().config(|config| config.session.absolute_timeout = std::time::Duration::MAX);
    let app = builder.build().await;
    assert!(app.user("ceshi").await.person().await.is_some());
}

#[tokio::test]
async fn a_cookie_that_is_no_session_is_a_signed_out_visitor() {
    let app = TestApp::new().await;
    let long = "A".repeat(4000);
    let values =
        ["x", &"A".repeat(43), &"A".repeat(42), "../../etc/passwd", "%00%00", "*", "session:*", "\"quoted\"", &long];
    for value in values {
        let browser = app.anon();
        browser.set_cookie("bz_session", value);
        browser.get("/").await.expect(200);
        assert_signed_out(&browser.get("/reissue").await);
    }
}

#[tokio::test]
async fn what_another_key_or_hand_wrote_is_no_session() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let key = app.redis.keys("session:").pop().unwrap();
    let sealed = app.redis.get(&key).unwrap();
    let mut changed = sealed.clone();
    *changed.last_mut().unwrap() ^= 1;
    for garbage in [changed, b"garbage".to_vec(), Vec::new(), app.service.vault.seal(Purpose::Draft, b"{}")] {
        app.redis.overwrite(&key, &garbage);
        assert_signed_out(&browser.get("/reissue").await);
    }
}

#[tokio::test]
async fn redis_holds_neither_the_cookie_nor_anything_personal_in_clear() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let page = browser.get("/reissue/new?exam=ZJ").await;
    browser.submit(page.main_form().set("contact", "13912340001").press("action", "back")).await.location();
    let secrets = [browser.session().unwrap(), page.csrf_token(), CESHI.name.into(), CESHI.number.into()];
    for key in app.redis.keys("") {
        let Ok(Some(value)) = redis::cmd("GET").arg(&key).query::<Option<Vec<u8>>>(&mut app.redis.connect()) else {
            continue;
        };
        for secret in secrets.iter().map(String::as_str).chain(["13912340001"]) {
            assert!(!key.contains(secret), "{key} holds {secret}");
            assert!(!value.windows(secret.len()).any(|window| window == secret.as_bytes()), "{key} holds {secret}");
        }
    }
}

#[tokio::test]
async fn a_redis_that_does_not_answer_is_an_honest_page_and_nobody_is_let_in() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let app =
        TestApp::builder().config(move |config| config.redis.url = format!("redis://{free}/").into()).build().await;
    let browser = app.anon();
    browser.set_cookie("bz_session", &"A".repeat(43));
    let page = browser.get_any("/reissue").await.expect(503);
    page.says("系统暂时繁忙");
    assert!(page.header("retry-after").parse::<u32>().unwrap() > 0);
    assert_eq!(page.user(), None);
    app.anon().get("/help").await.expect(200);
}
