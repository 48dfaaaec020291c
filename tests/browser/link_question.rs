//! 找回原账户: one question, its answer's fields, a password that can be looked at, a link into forms that are folded away.

use crate::support::{Account, GAIMING, TestApp};
use crate::tab::{PHONE, Tab, View, WIDE};

async fn service() -> TestApp {
    let app = TestApp::new().await;
    app.add(Account::of(&GAIMING, "reissue", "4").name("李旧名").password("abc123456"));
    app
}

async fn answers(view: View) {
    let app = service().await;
    let tab = Tab::signed_in(&app, view, "gaiming").await;
    tab.go("/link").await;
    assert!(!tab.find("#note").await.is_displayed().await.unwrap(), "the forms wait for an answer");
    tab.look("link-question").await;
    for answer in ["forgotten", "number", "missing"] {
        tab.go("/link").await;
        tab.follow(&format!(".asks a[href^='/link?ask={answer}']")).await;
        assert_eq!(tab.count("main form").await, 1);
        tab.look(&format!("link-{answer}")).await;
    }
    tab.fill("year", "12").await;
    tab.follow("form[action='/link/request'] button").await;
    assert!(tab.find("#note").await.is_displayed().await.unwrap());
    tab.look_at("link-missing-errors", 422).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_shows_its_fields_on_a_wide_screen() {
    answers(WIDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_shows_its_fields_on_a_phone_without_scripts() {
    answers(PHONE.without_scripts()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_into_the_folded_forms_opens_them() {
    let app = service().await;
    for view in [WIDE, PHONE.without_scripts()] {
        let tab = Tab::signed_in(&app, view, "gaiming").await;
        tab.go("/link#request").await;
        assert!(tab.find("#note").await.is_displayed().await.unwrap());
        tab.look("link-folded-forms-open").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_password_can_be_looked_at_before_it_is_sent() {
    let app = service().await;
    let tab = Tab::signed_in(&app, WIDE, "gaiming").await;
    tab.go("/link").await;
    let (button, field) = ("[data-account] [data-show-password]", "#proof-1-password");
    tab.fill("proof-1-password", "abc123456").await;
    for (shown, kind) in [(true, "text"), (false, "password"), (true, "text")] {
        tab.click(button).await;
        assert_eq!(tab.find(field).await.attr("type").await.unwrap().as_deref(), Some(kind));
        assert_eq!(tab.find(button).await.attr("aria-pressed").await.unwrap(), Some(shown.to_string()));
    }
    tab.look("link-password-shown").await;
    tab.follow("[data-account] form button[type=submit]").await;
    assert_eq!(tab.place().await, "/continuity");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_there_is_no_button_that_would_do_nothing() {
    let app = service().await;
    let tab = Tab::signed_in(&app, PHONE.without_scripts(), "gaiming").await;
    tab.go("/link").await;
    assert!(!tab.find("[data-show-password]").await.is_displayed().await.unwrap());
}
