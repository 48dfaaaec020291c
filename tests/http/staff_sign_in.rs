//! The sign-in of staff: name and password, then a second factor.

use buzheng::domain::staff::Role;
use tokio::task::JoinSet;

use crate::support::{Browser, STAFF_PASSWORD, TestApp};

const WRONG: &str = "用户名或密码不正确";

#[tokio::test]
async fn a_member_of_staff_signs_in_by_password_and_code_and_goes_where_they_wanted_to() {
    let app = TestApp::new().await;
    let (li, _) = app.hire("li", Role::Administrator).await;
    let browser = app.anon();
    let sent_on = browser.get("/review/staff?page=2").await;
    assert_eq!(sent_on.leads_to(), "/review/sign-in?return_to=/review/staff%3Fpage%3D2");
    let page = browser.settle(sent_on).await.expect(200);
    // Capitals and blanks of a phone's keyboard do not count.
    let page = browser.submit(page.form("form.account-form").set("user", " Li").set("password", STAFF_PASSWORD)).await;
    assert_eq!(page.leads_to(), "/review/factor?return_to=/review/staff%3Fpage%3D2");
    assert_eq!(browser.get("/review/staff").await.leads_to(), "/review/factor?return_to=/review/staff");
    let page = browser.settle(page).await.expect(200);
    assert!(!page.has("[data-staff]") && !page.has("nav.menu"), "nothing of the desk shows yet");

    let page = browser.submit(page.form("form.account-form").set("code", &li.code(1))).await;
    assert_eq!(page.leads_to(), "/review/staff?page=2");
    let page = browser.settle(page).await.expect(200);
    assert_eq!(page.attr("body", "data-staff").as_deref(), Some("li"));
    assert_eq!(browser.get("/review/sign-in").await.leads_to(), "/review/staff", "signed in already");

    let cookie = browser.cookie_as_set("bz_staff").unwrap().to_string();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"), "{cookie}");
    for (header, value) in [("cache-control", "no-store"), ("referrer-policy", "no-referrer")] {
        assert_eq!(page.header(header), value);
    }
}

#[tokio::test]
async fn unknown_wrong_disabled_and_not_yet_enrolled_are_told_in_the_same_words() {
    let app = TestApp::new().await;
    app.hire("li", Role::Printer).await;
    app.hire("wang", Role::Printer).await;
    app.link_for("zhao", Role::Printer).await;
    app.execute("UPDATE staff SET disabled_at = now() WHERE user_name = 'wang'");
    let mut told = Vec::new();
    for (name, password) in [
        ("nobody", STAFF_PASSWORD),
        ("li", "another password"),
        ("wang", STAFF_PASSWORD),
        ("zhao", STAFF_PASSWORD),
        ("王五", "x"),
    ] {
        let page = app.anon().sign_in_staff(name, password).await.expect(422);
        assert_eq!(page.attr("#user", "value").as_deref(), Some(name), "what was typed is kept");
        told.push(page.errors());
    }
    assert!(told[0][0].1.starts_with(WRONG) && told.iter().all(|one| *one == told[0]), "{told:?}");
    for (name, password, field) in [("", "x", "user"), ("li", "", "password")] {
        let page = app.anon().sign_in_staff(name, password).await.expect(422);
        assert_eq!(page.errors()[0].0, field);
    }
}

#[tokio::test]
async fn five_wrong_passwords_lock_a_name_whether_or_not_there_is_one_and_the_right_one_too() {
    let app = TestApp::new().await;
    app.hire("li", Role::Printer).await;
    for name in ["li", "nobody"] {
        let mut tries = JoinSet::new();
        for _ in 0..8 {
            let (browser, name) = (app.anon(), name.to_owned());
            tries.spawn(async move { browser.sign_in_staff(&name, "wrong password").await.status.as_u16() });
        }
        let mut statuses = tries.join_all().await;
        statuses.sort_unstable();
        assert_eq!(statuses, [422, 422, 422, 422, 422, 429, 429, 429], "{name}: counted before they are compared");
        let locked = app.anon().sign_in_staff(name, STAFF_PASSWORD).await.expect(429);
        assert!(!locked.header("retry-after").is_empty());
    }
    assert_eq!(app.number("SELECT count(*) AS number FROM audit_events WHERE event = 'locked'"), 2);
    assert_eq!(app.number("SELECT count(*) AS number FROM audit_events WHERE event = 'staff_password_wrong'"), 5);
}

#[tokio::test]
async fn failures_before_a_right_password_are_forgotten_and_many_names_lock_a_network() {
    let app = TestApp::new().await;
    let (li, _) = app.hire("li", Role::Printer).await;
    for _ in 0..2 {
        for _ in 0..4 {
            app.anon().sign_in_staff("li", "wrong password").await.expect(422);
        }
        li.sign_in(&app).await;
    }
    let mut tries = JoinSet::new();
    for at in 0..12 {
        let browser = app.anon();
        tries.spawn(async move { browser.sign_in_staff(&format!("name{at}"), "wrong password").await.status.as_u16() });
    }
    let statuses = tries.join_all().await;
    assert!(statuses.iter().all(|status| *status == 422), "eight and twelve are twenty: {statuses:?}");
    app.anon().sign_in_staff("li", STAFF_PASSWORD).await.expect(429);
}

#[tokio::test]
async fn a_code_is_good_once_and_of_two_who_send_it_at_once_one_signs_in() {
    let app = TestApp::new().await;
    let (li, _) = app.hire("li", Role::Administrator).await;
    app.forget_steps("li");
    let code = li.code(0);
    let mut sent = JoinSet::new();
    for _ in 0..2 {
        let (browser, page) = li.password(&app).await;
        let form = page.form("form.account-form").set("code", &code);
        sent.spawn(async move { browser.submit(form).await.status.as_u16() });
    }
    let mut statuses = sent.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);

    let (browser, page) = li.password(&app).await;
    let replayed = browser.submit(page.form("form.account-form").set("code", &code)).await.expect(422);
    assert!(replayed.error_at("code").contains("已使用过"));
    let before = browser.submit(replayed.form("form.account-form").set("code", &li.code(-1))).await.expect(422);
    let after = browser.submit(before.form("form.account-form").set("code", &li.code(1))).await;
    assert_eq!(after.leads_to(), "/review/staff", "clocks differ by a step");
}

#[tokio::test]
async fn the_code_of_the_step_before_is_taken_and_older_and_later_ones_are_not() {
    let app = TestApp::new().await;
    let (li, _) = app.hire("li", Role::Administrator).await;
    app.forget_steps("li");
    let (browser, mut page) = li.password(&app).await;
    for odd in [li.code(-3), li.code(3), "12345".to_owned(), "一二三四五六".to_owned()] {
        page = browser.submit(page.form("form.account-form").set("code", &odd)).await.expect(422);
        assert_eq!(page.attr("#code", "value").as_deref(), Some(""), "a code is never shown again");
    }
    let done = browser.submit(page.form("form.account-form").set("code", &li.code(-1))).await;
    assert_eq!(done.leads_to(), "/review/staff");
}

#[tokio::test]
async fn five_wrong_codes_lock_the_second_factor_in_every_browser() {
    let app = TestApp::new().await;
    let (li, _) = app.hire("li", Role::Printer).await;
    app.forget_steps("li");
    let (browser, mut page) = li.password(&app).await;
    for _ in 0..5 {
        page = browser.submit(page.form("form.account-form").set("code", "000000x")).await.expect(422);
    }
    page = browser.submit(page.form("form.account-form").set("code", &li.code(0))).await.expect(429);
    assert!(!page.header("retry-after").is_empty());
    let (other, page) = li.password(&app).await;
    other.submit(page.form("form.account-form").set("code", &li.recovery_codes[0])).await.expect(429);
    assert_eq!(app.number("SELECT count(*) AS number FROM audit_events WHERE event = 'staff_factor_wrong'"), 5);
}

#[tokio::test]
async fn a_recovery_code_takes_the_place_of_a_code_once() {
    let app = TestApp::new().await;
    let (li, _) = app.hire("li", Role::Administrator).await;
    let code = li.recovery_codes[3].to_lowercase().replace('-', " ");
    let (browser, page) = li.password(&app).await;
    let done = browser.submit(page.form("form.account-form").set("code", &code)).await;
    let page = browser.settle(done).await.expect(200);
    page.says("还剩 9 个");
    assert!(!browser.get("/review/staff").await.words().contains("还剩 9 个"), "said once");

    let (browser, page) = li.password(&app).await;
    browser.submit(page.form("form.account-form").set("code", &code)).await.expect(422);
    let (wang, _) = app.hire("wang", Role::Printer).await;
    let (browser, page) = wang.password(&app).await;
    browser.submit(page.form("form.account-form").set("code", &li.recovery_codes[0])).await.expect(422);
    assert_eq!(app.number("SELECT count(*) AS number FROM staff_recovery_codes WHERE used_at IS NOT NULL"), 1);
}

#[tokio::test]
async fn a_sign_in_leads_nowhere_but_to_the_desk() {
    let app = TestApp::new().await;
    let (li, _) = app.hire("li", Role::Administrator).await;
    for odd in ["https://evil.example/review", "//evil.example", "/review/../reissue", "/reissue", "/review/sign-out"] {
        let browser = app.anon();
        let page = browser.get(&format!("/review/sign-in?return_to={odd}")).await.expect(200);
        let form = page.form("form.account-form").set("user", "li").set("password", STAFF_PASSWORD);
        let page = browser.submit(form.force("return_to", odd)).await;
        assert_eq!(page.leads_to(), "/review/factor", "{odd}");
        app.forget_steps("li");
        let page = browser.settle(page).await;
        let form = page.form("form.account-form").set("code", &li.code(0)).force("return_to", odd);
        assert_eq!(browser.submit(form).await.leads_to(), "/review/staff", "{odd}");
    }
}

/// A page of the desk that a session opens.
async fn status(browser: &Browser) -> u16 {
    browser.get("/review/account").await.status.as_u16()
}

#[tokio::test]
async fn each_stage_of_a_sign_in_is_a_new_session_and_what_was_planted_before_opens_nothing() {
    let app = TestApp::new().await;
    let (li, _) = app.hire("li", Role::Printer).await;
    let browser = app.anon();
    browser.get("/review/sign-in").await;
    let planted = browser.cookie("bz_staff").unwrap();
    let page = browser.sign_in_staff("li", STAFF_PASSWORD).await;
    let after_password = browser.cookie("bz_staff").unwrap();
    let page = browser.settle(page).await;
    browser.submit(page.form("form.account-form").set("code", &li.code(1))).await;
    let signed_in = browser.cookie("bz_staff").unwrap();
    assert_eq!(status(&browser).await, 200);
    assert!(planted != after_password && after_password != signed_in);
    for old in [planted, after_password] {
        let thief = app.anon();
        thief.set_cookie("bz_staff", &old);
        assert_eq!(status(&thief).await, 303);
    }
}
