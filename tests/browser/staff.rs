//! The desk's own sign-in: the first visit by a link, then password and code, with and without scripts, on a wide screen and on a phone.

use buzheng::domain::staff::Role;
use buzheng::domain::staff::otp::{Otp, STEP, from_base32};
use chrono::Utc;
use thirtyfour::Key;

use crate::support::{STAFF_PASSWORD, TestApp};
use crate::tab::{PHONE, Tab, View, WIDE};

async fn code(app: &TestApp, tab: &Tab) -> Otp {
    let secret = tab.find("[data-totp-secret]").await.attr("data-totp-secret").await.unwrap().expect("a secret");
    Otp { digest: app.service.config.staff.otp_digest, secret: from_base32(&secret).expect("base 32") }
}

fn now(otp: &Otp) -> String {
    otp.code(Utc::now().timestamp() / STEP)
}

/// The first visit, and the sign-in after it.
async fn comes_to_the_desk(view: View, name: &str) {
    let app = TestApp::new().await;
    let link = app.link_for("guanli", Role::Administrator).await;
    let tab = Tab::new(&app, view).await;
    tab.go(&link).await;
    tab.look_at(&format!("staff-enrol-{name}"), 200).await;
    tab.follow("main button.btn-primary").await;
    tab.look_at(&format!("staff-enrol-refused-{name}"), 422).await;
    let otp = code(&app, &tab).await;
    tab.fill("password", STAFF_PASSWORD).await;
    tab.fill("password_again", STAFF_PASSWORD).await;
    tab.fill("code", &now(&otp)).await;
    tab.follow("main button.btn-primary").await;
    assert_eq!(tab.count("[data-recovery-code]").await, 10);
    tab.look_at(&format!("staff-codes-{name}"), 200).await;

    tab.go("/review/account").await;
    tab.look_at(&format!("staff-account-{name}"), 200).await;
    tab.follow("header form button").await;
    assert_eq!(tab.place().await, "/review/sign-in");
    tab.look_at(&format!("staff-sign-in-{name}"), 200).await;
    tab.fill("user", "guanli").await;
    tab.fill("password", "wrong password").await;
    tab.follow("main button.btn-primary").await;
    tab.look_at(&format!("staff-sign-in-refused-{name}"), 422).await;
    tab.fill("password", STAFF_PASSWORD).await;
    tab.follow("main button.btn-primary").await;
    tab.look_at(&format!("staff-factor-{name}"), 200).await;
    app.forget_steps("guanli");
    tab.fill("code", &now(&otp)).await;
    tab.follow("main button.btn-primary").await;
    assert_eq!(tab.place().await, "/review/staff");
    assert_eq!(tab.count("body[data-staff=guanli]").await, 1);
    tab.look_at(&format!("staff-list-{name}"), 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_come_to_their_desk_on_a_wide_screen() {
    comes_to_the_desk(WIDE, "wide").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_come_to_their_desk_on_a_phone() {
    comes_to_the_desk(PHONE, "phone").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_an_administrator_adds_and_resets_somebody() {
    let app = TestApp::new().await;
    let (guanli, _) = app.hire("guanli", Role::Administrator).await;
    let tab = Tab::new(&app, WIDE.without_scripts()).await;
    tab.go("/review/staff").await;
    tab.fill("user", "guanli").await;
    tab.fill("password", STAFF_PASSWORD).await;
    tab.follow("main button.btn-primary").await;
    app.forget_steps("guanli");
    tab.fill("code", &guanli.code(0)).await;
    tab.follow("main button.btn-primary").await;
    assert_eq!(tab.place().await, "/review/staff");

    tab.fill("user", "jinan").await;
    tab.click("#role-city_reviewer").await;
    tab.follow("main button.btn-primary").await;
    tab.look_at("staff-add-refused", 422).await;
    tab.click("[id='city-济南市']").await;
    tab.follow("main button.btn-primary").await;
    assert_eq!(tab.count("[data-enrol-url]").await, 1);
    tab.look_at("staff-added", 200).await;
    tab.follow("tr[data-member=jinan] a").await;
    tab.look_at("staff-member", 200).await;
    tab.fill("reason", "手机丢失").await;
    tab.follow("main form:has([name=reason]) button").await;
    assert_eq!(tab.count("[data-enrol-url]").await, 1);
    tab.go("/review/staff/0199c1a47f1e70008000000000000001").await;
    tab.look_at("staff-not-found", 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_signs_in_to_the_desk() {
    let app = TestApp::new().await;
    let (guanli, _) = app.hire("guanli", Role::Administrator).await;
    let tab = Tab::new(&app, WIDE).await;
    tab.go("/review/sign-in").await;
    tab.find("#user").await.focus().await.unwrap();
    tab.keys("guanli").await;
    tab.press(Key::Tab).await;
    tab.keys(STAFF_PASSWORD).await;
    tab.leave(async || tab.press(Key::Enter).await).await;
    app.forget_steps("guanli");
    tab.find("#code").await.focus().await.unwrap();
    tab.keys(&guanli.code(0)).await;
    tab.leave(async || tab.press(Key::Enter).await).await;
    assert_eq!(tab.place().await, "/review/staff");
}
