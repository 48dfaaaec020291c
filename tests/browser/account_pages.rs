//! Registration, recovery and the pages of an account, from the first form to the last.

use buzheng::app::account::Registration;
use buzheng::config::{AccessMode, ChallengePolicy};
use buzheng::domain::email::Email;
use buzheng::session::Session;
use chrono::Utc;

use crate::support::{Account, CESHI, Certificate, TestApp, XINREN};
use crate::tab::{PHONE, Tab, WIDE};

const PASSWORD: &str = "abc123456";
const CHOSEN: &str = "plum7tree";
const ADDRESS: &str = "xinren@example.com";

async fn mailing() -> TestApp {
    TestApp::builder().access(AccessMode::Local).mailing().build().await
}

const SEND: &str = "main form.account-form p.actions button.btn-primary";

#[tokio::test(flavor = "multi_thread")]
async fn from_the_registration_to_the_certificates_and_an_own_password() {
    let app = mailing().await;
    app.add(Certificate::of(&XINREN, 2017).approval_date("20171022"));
    let mut tab = Tab::new(&app, WIDE).await;
    tab.go("/account/register").await;
    tab.follow(SEND).await;
    tab.look_wide_and_narrow("account-register-refused", 422).await;
    tab.go("/account/register").await;
    tab.look_wide_and_narrow("account-register", 200).await;
    tab.go("/account/register").await;
    for (field, value) in [
        ("name", XINREN.name),
        ("id_number", XINREN.number),
        ("email", ADDRESS),
        ("password", CHOSEN),
        ("password_again", CHOSEN),
    ] {
        tab.fill(field, value).await;
    }
    tab.follow(SEND).await;
    assert_eq!(tab.place().await, "/account/confirm");
    tab.look_wide_and_narrow("account-confirm", 200).await;
    tab.fill("code", &app.letter(ADDRESS).await.code()).await;
    tab.follow(SEND).await;
    assert_eq!(tab.count("body[data-way=account]").await, 1);

    tab.go("/reissue").await;
    tab.look_wide_and_narrow("account-reissue-awaits-detail", 200).await;
    tab.follow("[data-awaits-detail] a").await;
    tab.look_wide_and_narrow("account-check", 200).await;
    tab.fill("certificate_number", "16039686").await;
    tab.follow("form[aria-labelledby=by-number] button").await;
    tab.says("核对相符").await;
    assert_eq!(tab.count("tr[data-certificate]").await, 1);
    applies(&tab).await;

    tab.follow_menu("/account/profile").await;
    tab.look_wide_and_narrow("account-profile", 200).await;
    tab.follow_menu("/account/password").await;
    tab.look_wide_and_narrow("account-password", 200).await;
    tab.fill("old_password", CHOSEN).await;
    tab.fill("password", "pear8tree").await;
    tab.fill("password_again", "pear8tree").await;
    tab.follow(SEND).await;
    tab.says("密码已修改").await;
}

/// For the one certificate that is listed.
async fn applies(tab: &Tab) {
    tab.follow("tr[data-eligible=true] a.btn-primary").await;
    tab.fill("contact", "13900000001").await;
    tab.follow("main form button:not([name])").await;
    assert_eq!(tab.count("[data-reference]").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_through_the_portal_takes_the_account_and_its_application_along() {
    for view in [WIDE, PHONE.without_scripts()] {
        let app = TestApp::builder()
            .access(AccessMode::Transition)
            .mailing()
            .config(|config| config.access.challenge = ChallengePolicy::Off)
            .build()
            .await;
        app.add(Account::of(&CESHI, "reissue", "12").password(PASSWORD));
        app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
        let tab = Tab::new(&app, view).await;
        signs_in_by_account(&tab).await;
        assert_eq!(tab.count("body[data-way=account]").await, 1);
        tab.go("/reissue").await;
        applies(&tab).await;
        let reference = tab.text("[data-reference]").await;
        tab.go("/applications").await;
        tab.follow("form[action='/account/logout'] button").await;

        tab.go("/sso/login").await;
        tab.follow("button[value=ceshi]").await;
        assert_eq!(tab.count("body[data-way=portal]").await, 1);
        tab.go("/applications").await;
        tab.says(&reference).await;
        tab.look_at("applications-followed", 200).await;
        tab.go("/reissue").await;
        tab.follow("form[action='/sso/logout'] button").await;

        signs_in_by_account(&tab).await;
        tab.says("已由统一身份认证承接，请用门户登录").await;
        tab.look_at("account-login-shut", 422).await;
    }
}

async fn signs_in_by_account(tab: &Tab) {
    tab.go("/account/login").await;
    tab.fill("id_number", CESHI.number).await;
    tab.fill("password", PASSWORD).await;
    tab.follow(SEND).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_anew_by_a_mailed_link_without_scripts_too() {
    for view in [WIDE, PHONE] {
        let app = mailing().await;
        app.add(Account::of(&CESHI, "reissue", "12").password(PASSWORD));
        let tab = Tab::new(&app, view).await;
        tab.go("/account/recover").await;
        tab.look_at("account-recover", 200).await;
        tab.fill("id_number", CESHI.number).await;
        tab.follow(SEND).await;
        assert_eq!(tab.place().await, "/account/recover/sent");
        tab.look_at("account-recover-sent", 200).await;
        let token = app.letter("someone@example.org").await.token();

        let tab = Tab::new(&app, view.without_scripts()).await;
        tab.go(&format!("/account/recover/{token}")).await;
        tab.look_at("account-new-password", 200).await;
        tab.fill("password", CHOSEN).await;
        tab.fill("password_again", CHOSEN).await;
        tab.follow(SEND).await;
        assert_eq!(tab.place().await, "/account/login");
        tab.says("密码已修改，请用新密码登录").await;
        tab.go(&format!("/account/recover/{token}")).await;
        assert_eq!(tab.count("[data-notice=gone]").await, 1);
        tab.look_at("account-link-gone", 410).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_address_is_mended_where_the_code_is_asked_for() {
    for view in [WIDE, PHONE.without_scripts()] {
        let app = mailing().await;
        let tab = Tab::new(&app, view).await;
        app.service.register(&session(&tab, "/account/register").await, typo(), Utc::now()).await.unwrap();
        tab.go("/account/confirm").await;
        tab.says("xinren@example.con").await;
        tab.look_at("account-confirm-typo", 200).await;
        tab.follow("button[value=edit]").await;
        assert_eq!(tab.place().await, "/account/register");
        let typed = [tab.value("name").await, tab.value("id_number").await, tab.value("email").await];
        assert_eq!(typed, [XINREN.name, XINREN.number, "xinren@example.con"]);
        assert_eq!(tab.value("password").await, "");
    }
}

/// The name of the tab's session, which begins with that page.
async fn session(tab: &Tab, path: &str) -> String {
    tab.go(path).await;
    let cookies = tab.driver().get_all_cookies().await.unwrap();
    let cookie = cookies.iter().find(|cookie| cookie.name == "bz_session").expect("a session");
    Session::name_of(&cookie.value)
}

fn typo() -> Registration {
    let email = Some(Email::parse("xinren@example.con").unwrap());
    Registration { name: XINREN.name.into(), number: XINREN.number.into(), email, password: CHOSEN.to_owned().into() }
}
