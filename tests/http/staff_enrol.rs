//! The first visit of a member of staff: a one-time link, by which password and second factor are set.

use buzheng::domain::staff::Role;
use reqwest::Method;
use tokio::task::JoinSet;

use crate::support::{STAFF_PASSWORD, TestApp, officer_form};

#[tokio::test]
async fn whoever_has_the_link_sets_password_and_factor_and_is_signed_in_with_ten_codes_shown_once() {
    let app = TestApp::new().await;
    let link = app.link_for("li", Role::Administrator).await;
    let browser = app.anon();
    let page = browser.get(&link).await.expect(200);
    assert_eq!(page.attr("#user[readonly]", "value").as_deref(), Some("li"));
    assert!(page.has("svg[role=img] path") && page.header("referrer-policy") == "no-referrer");
    let otp = app.offered(&page);
    assert_eq!(otp.secret.len(), 32, "as long as SHA-256");
    assert_eq!(app.offered(&browser.get(&link).await).secret, otp.secret, "a second look offers the same");
    assert_ne!(app.offered(&app.anon().get(&link).await).secret, otp.secret, "somebody else is offered another one");

    let (li, browser) = app.enrol("li", &link).await;
    assert_eq!(li.recovery_codes.len(), 10);
    assert!(li.recovery_codes.iter().all(|code| code.len() == 19), "80 bits: {:?}", li.recovery_codes);
    let again = browser.get("/review/recovery-codes").await.expect(200);
    assert_eq!(again.count("[data-recovery-code]"), 0);
    assert_eq!(again.attr("body", "data-staff").as_deref(), Some("li"));
    let stored = app.row_text("staff", uuid::Uuid::parse_str(&app.staff_id("li")).unwrap());
    assert!(stored.contains("$argon2id$") && !stored.contains(STAFF_PASSWORD), "{stored}");
    let events = "SELECT count(*) AS number FROM audit_events WHERE event IN ('staff_added', 'staff_enrolled')";
    assert_eq!(app.number(events), 2);
    let (_, page) = li.password(&app).await;
    assert!(page.has("#code"));
}

#[tokio::test]
async fn a_refused_form_says_why_at_its_fields_and_leaves_the_link_good() {
    let app = TestApp::new().await;
    let link = app.link_for("jinan", Role::Printer).await;
    let browser = app.anon();
    let page = browser.get(&link).await;
    let otp = app.offered(&page);
    let good = otp.code(chrono::Utc::now().timestamp() / 30);
    for (password, again, code, fields) in [
        ("", "", "", &["password", "code"] as &[_]),
        (STAFF_PASSWORD, "another one", &good, &["password_again"]),
        ("short", "short", &good, &["password"]),
        ("jinan-jinan-2026", "jinan-jinan-2026", &good, &["password"]),
        ("qwertyuiop123", "qwertyuiop123", "000000", &["password", "code"]),
    ] {
        let form = page.form("form.account-form").set("password", password).set("password_again", again);
        let refused = browser.submit(form.set("code", code)).await.expect(422);
        assert_eq!(refused.errors().into_iter().map(|(field, _)| field).collect::<Vec<_>>(), fields, "{password}");
        assert_eq!(app.offered(&refused).secret, otp.secret, "the app that was set up goes on");
        assert!(!refused.html().contains(STAFF_PASSWORD));
    }
    app.enrol("jinan", &link).await;
}

#[tokio::test]
async fn a_link_that_was_used_or_is_old_or_unknown_is_gone() {
    let app = TestApp::new().await;
    let used = app.link_for("li", Role::Printer).await;
    app.enrol("li", &used).await;
    let old = app.link_for("wang", Role::Printer).await;
    app.execute("UPDATE staff_enrolments SET expires_at = now() WHERE used_at IS NULL");
    let disabled = app.link_for("zhao", Role::Printer).await;
    app.execute("UPDATE staff SET disabled_at = now() WHERE user_name = 'zhao'");
    let good = app.link_for("qian", Role::Printer).await;
    let browser = app.anon();
    let form = browser.get(&good).await.form("form.account-form");
    let form = form.set("password", STAFF_PASSWORD).set("password_again", STAFF_PASSWORD).set("code", "123456");
    for gone in [&used, &old, &disabled, "/review/enrol/x", &format!("/review/enrol/{}", "A".repeat(43))] {
        let page = browser.get(gone).await.expect(410);
        page.says("链接已失效");
        assert!(!page.has("[data-totp-secret]"));
        browser.send(Method::HEAD, browser.url(gone), |request| request).await.expect(410);
        browser.submit(form.clone().to(gone)).await.expect(410);
    }
}

#[tokio::test]
async fn looking_at_a_link_uses_nothing_up_and_of_two_forms_at_once_one_counts() {
    let app = TestApp::new().await;
    let link = app.link_for("li", Role::Printer).await;
    for method in [Method::HEAD, Method::GET, Method::HEAD] {
        let scanner = app.anon();
        scanner.send(method, scanner.url(&link), |request| request).await.expect(200);
    }
    let mut sent = JoinSet::new();
    for _ in 0..2 {
        let browser = app.anon();
        let page = browser.get(&link).await.expect(200);
        let code = app.offered(&page).code(chrono::Utc::now().timestamp() / 30);
        let form = officer_form(&page, &code);
        sent.spawn(async move { browser.submit(form).await.status.as_u16() });
    }
    let mut statuses = sent.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);
    assert_eq!(app.count("staff_recovery_codes"), 10);
}

#[tokio::test]
async fn the_first_code_is_no_code_for_a_sign_in() {
    let app = TestApp::new().await;
    let (li, _) = app.hire("li", Role::Printer).await;
    let (browser, page) = li.password(&app).await;
    browser.submit(page.form("form.account-form").set("code", &li.code(0))).await.expect(422);
}
