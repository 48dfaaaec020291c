//! Sessions of staff: apart from citizens', ended by whoever looks after staff, and with forms that no other site sends.

use buzheng::domain::staff::{Role, UserName};
use buzheng::session::Stage;
use chrono::{TimeDelta, Utc};
use reqwest::Method;
use std::time::Duration;

use crate::support::{Browser, CESHI, STAFF_PASSWORD, TestApp};

const ACCOUNT: &str = "/review/account";

async fn is_in(browser: &Browser) -> bool {
    browser.get(ACCOUNT).await.status == 200
}

#[tokio::test]
async fn a_citizens_cookie_is_nothing_at_the_desk_nor_the_other_way_round() {
    let app = TestApp::new().await;
    app.persona(&CESHI);
    let ceshi = app.user("ceshi").await;
    let (_, li) = app.hire("li", Role::Administrator).await;
    let (citizens, staffs) = (ceshi.session().unwrap(), li.cookie("bz_staff").unwrap());
    assert!(is_in(&li).await);

    let crossed = app.anon();
    crossed.set_cookie("bz_staff", &citizens);
    crossed.set_cookie("bz_session", &staffs);
    assert!(crossed.get(ACCOUNT).await.leads_to().starts_with("/review/sign-in"));
    assert!(crossed.get("/applications").await.leads_to().starts_with("/?return_to"));
    assert!(ceshi.get(ACCOUNT).await.leads_to().starts_with("/review/sign-in"), "a citizen has no seat");
    assert!(li.get("/applications").await.leads_to().starts_with("/?return_to"));
    // One browser may hold both, and each is its own.
    li.set_cookie("bz_session", &citizens);
    assert!(is_in(&li).await && li.get("/applications").await.status == 200);
}

#[tokio::test]
async fn whoever_is_disabled_is_out_at_once_and_stays_out_when_enabled_again() {
    let app = TestApp::new().await;
    let (officer, li) = app.hire("li", Role::Printer).await;
    let id = app.staff_id("li").parse().unwrap();
    let (half_way, page) = officer.password(&app).await;
    app.service.disable_staff(id, "guanli", Utc::now()).await.unwrap();
    assert!(!is_in(&li).await);
    let sent = half_way.submit(page.form("form.account-form").set("code", &officer.code(1))).await;
    assert_eq!(sent.status, 403, "the sign-in under way is over too: its session is gone");
    assert_eq!(half_way.get("/review/factor").await.leads_to(), "/review/sign-in");
    app.anon().sign_in_staff("li", STAFF_PASSWORD).await.expect(422);

    app.service.enable_staff(id, "guanli", Utc::now()).await.unwrap();
    assert!(!is_in(&li).await);
    assert!(is_in(&officer.sign_in(&app).await).await);
}

#[tokio::test]
async fn the_database_has_the_last_word_whatever_redis_says() {
    let app = TestApp::new().await;
    let (_, li) = app.hire("li", Role::Printer).await;
    assert!(is_in(&li).await);
    // As if Redis had missed that the sessions were ended.
    app.execute("UPDATE staff SET sessions_ended_at = now()");
    assert!(!is_in(&li).await);
    app.execute("UPDATE staff SET sessions_ended_at = NULL");
    assert!(is_in(&li).await);
    for ending in ["disabled_at = now()", "enrolled_at = NULL"] {
        app.execute(&format!("UPDATE staff SET {ending}"));
        assert!(!is_in(&li).await, "{ending}");
        app.execute("UPDATE staff SET disabled_at = NULL, enrolled_at = created_at");
    }
}

#[tokio::test]
async fn a_session_ends_by_itself_and_a_fresh_factor_makes_no_day_longer() {
    let idle = Duration::from_millis(1500);
    let app = TestApp::builder().config(move |config| config.staff.idle_timeout = idle).build().await;
    app.hire("li", Role::Printer).await;
    let (sessions, now) = (&app.service.staff_sessions, Utc::now());
    let staff = app.staff_id("li").parse().unwrap();
    let begin = async |stage| sessions.begin(None, stage, now, now).await.unwrap().unwrap().cookie;
    let cookie = begin(Stage::SignedIn { staff, factor_at: now, signed_in_at: now - TimeDelta::hours(11) }).await;
    assert!(sessions.load(&cookie, now + TimeDelta::minutes(59)).await.unwrap().is_some());
    assert!(sessions.load(&cookie, now + TimeDelta::minutes(61)).await.unwrap().is_none());
    let half_way = begin(Stage::Password { staff }).await;
    assert!(sessions.load(&half_way, now + TimeDelta::minutes(9)).await.unwrap().is_some());
    assert!(sessions.load(&half_way, now + TimeDelta::minutes(11)).await.unwrap().is_none());

    let idle_one = begin(Stage::SignedIn { staff, factor_at: now, signed_in_at: now }).await;
    let keys = app.redis.times_to_live("staff-session:");
    assert!(keys.iter().any(|life| *life <= 1500 && *life > 0), "{keys:?}");
    assert!(sessions.load(&idle_one, now).await.unwrap().is_some());
}

#[tokio::test]
async fn sign_out_ends_the_session_and_asks_for_its_token() {
    let app = TestApp::new().await;
    let (_, li) = app.hire("li", Role::Printer).await;
    let stolen = li.cookie("bz_staff").unwrap();
    li.post_form("/review/sign-out", &[("csrf_token", "guessed")]).await.expect(403);
    assert!(is_in(&li).await);
    let page = li.get(ACCOUNT).await;
    assert_eq!(li.submit(page.form("form[action='/review/sign-out']")).await.leads_to(), "/review/sign-in");
    assert_eq!(li.cookie("bz_staff"), None);
    let thief = app.anon();
    thief.set_cookie("bz_staff", &stolen);
    assert!(!is_in(&thief).await);
    assert_eq!(app.number("SELECT count(*) AS number FROM audit_events WHERE event = 'staff_signed_out'"), 1);
}

#[tokio::test]
async fn a_form_without_the_sessions_own_token_is_refused_everywhere() {
    let app = TestApp::new().await;
    let (officer, li) = app.hire("li", Role::Administrator).await;
    let (_, other) = app.hire("wang", Role::Administrator).await;
    let foreign = other.get(ACCOUNT).await.csrf_token();
    let link = app.link_for("zhao", Role::Printer).await;
    let (half_way, _) = officer.password(&app).await;
    let nobody = app.anon();
    nobody.get("/review/sign-in").await;
    for (browser, path) in [
        (&nobody, "/review/sign-in"),
        (&app.anon(), "/review/sign-in"),
        (&half_way, "/review/factor"),
        (&nobody, link.as_str()),
        (&li, "/review/sign-out"),
        (&li, "/review/staff"),
        (&li, &format!("/review/staff/{}", app.staff_id("wang"))),
    ] {
        for token in ["", "x", &foreign] {
            let fields = [("csrf_token", token), ("user", "li"), ("password", STAFF_PASSWORD), ("action", "disable")];
            browser.post_form(path, &fields).await.expect(403);
        }
    }
    assert!(is_in(&other).await && is_in(&li).await);
}

#[tokio::test]
async fn hostile_cookies_and_forms_are_refused_without_a_failure() {
    let app = TestApp::new().await;
    let (_, li) = app.hire("li", Role::Administrator).await;
    for cookie in ["x", "\"\"", &"a".repeat(43), &"é".repeat(20)] {
        let browser = app.anon();
        browser.set_cookie("bz_staff", cookie);
        assert_eq!(browser.get(ACCOUNT).await.status, 303, "{cookie}");
    }
    let token = li.get(ACCOUNT).await.csrf_token();
    for body in ["csrf_token=%00", "%", "user=%ff&csrf_token=x", &"a=b&".repeat(1000)] {
        for path in ["/review/sign-in", "/review/factor", "/review/staff", "/review/enrol/x"] {
            let body = format!("{body}&csrf_token={token}");
            let form = "application/x-www-form-urlencoded";
            let page = li
                .send(Method::POST, li.url(path), |request| request.header("content-type", form).body(body.clone()))
                .await;
            assert!(page.status.is_client_error() || page.status == 303, "{path} {}", page.status);
        }
    }
    assert!(UserName::parse("li").is_some() && is_in(&li).await);
}
