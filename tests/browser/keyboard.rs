//! Everything by keyboard: where the focus goes, and in what order.

use serde_json::json;
use thirtyfour::prelude::*;

use crate::support::{Account, Application, CESHI, Certificate, TestApp};
use crate::tab::{Tab, View, WIDE};

/// Every stop of the Tab key from the top of the page to the footer's link.
async fn stops(tab: &Tab) -> Vec<String> {
    let mut stops = Vec::new();
    loop {
        tab.press(Key::Tab).await;
        let stop = tab.focus().await;
        let last: bool = tab.script("return document.activeElement.closest('footer') !== null", json!([])).await;
        stops.push(stop);
        if last {
            return stops;
        }
        assert!(stops.len() < 50, "no end: {stops:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tab_key_goes_through_a_form_in_reading_order() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017));
    let tab = Tab::signed_in(&app, WIDE, "ceshi").await;
    tab.go(&format!("/reissue/new?certificate={certificate}")).await;
    let expected = [
        "跳到主要内容",
        "证书补办申请",
        "操作指南",
        "退出登录",
        "补证申请",
        "审核状态查询",
        "承接清单",
        "找回原账户",
        "注册信息维护 （统一政务服务门户）",
        "approval_date",
        "contact",
        "exam",
        "year",
        "name",
        "document_number",
        "certificate_number",
        "level",
        "specialty",
        "city",
        "birth_month",
        "gender",
        "下一步",
        "上一步",
        "操作指南",
    ];
    assert_eq!(stops(&tab).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_stop_skips_the_menu() {
    let app = TestApp::new().await;
    let tab = Tab::signed_in(&app, WIDE, "xinren").await;
    tab.go("/reissue").await;
    tab.press(Key::Tab).await;
    assert_eq!(tab.focus().await, "跳到主要内容");
    let link = tab.find(".skip-link").await.rect().await.unwrap();
    assert!(link.y >= 0.0, "the link shows once it has the focus");
    tab.keep_picture("skip-link").await;
    tab.press(Key::Enter).await;
    assert_eq!(tab.focus().await, "main");
    tab.press(Key::Tab).await;
    assert_eq!(tab.focus().await, "exam");
}

#[tokio::test(flavor = "multi_thread")]
async fn arrow_keys_go_through_the_exams_without_leaving_the_page() {
    let app = TestApp::new().await;
    let tab = Tab::signed_in(&app, WIDE, "xinren").await;
    tab.go("/reissue").await;
    tab.find("#exam").await.focus().await.unwrap();
    tab.press(Key::Down).await;
    tab.press(Key::Down).await;
    let chosen = tab.value("exam").await;
    assert!(!chosen.is_empty());
    assert_eq!(tab.place().await, "/reissue");
    tab.press(Key::Tab).await;
    assert_eq!(tab.focus().await, "查询证书");
    tab.leave(async || tab.press(Key::Enter).await).await;
    assert_eq!(tab.place().await, format!("/reissue?exam={chosen}"));
}

/// From the refused form's summary to the field, with nothing but the keyboard.
async fn errors(view: View) {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017));
    let tab = Tab::signed_in(&app, view, "ceshi").await;
    tab.go(&format!("/reissue/new?certificate={certificate}")).await;
    tab.find("#contact").await.focus().await.unwrap();
    tab.keys("12345").await;
    // Enter in a field is 下一步, not 上一步.
    tab.leave(async || tab.press(Key::Enter).await).await;

    tab.wait("the focus on the summary", "return document.activeElement.id === 'error-summary'").await;
    assert!(tab.driver().title().await.unwrap().starts_with("错误："));
    assert_eq!(tab.value("contact").await, "12345");
    tab.look_at("step2-errors", 422).await;

    tab.press(Key::Tab).await;
    assert_eq!(tab.focus().await, tab.text("#error-summary a").await);
    tab.press(Key::Enter).await;
    tab.wait("the focus in the field", "return document.activeElement.id === 'approval_date'").await;
    let field = tab.find("#approval_date").await;
    assert_eq!(field.attr("aria-invalid").await.unwrap().as_deref(), Some("true"));
    assert!(field.attr("aria-describedby").await.unwrap().unwrap().contains("approval_date-error"));
    tab.keys("20171022").await;
    tab.leave(async || tab.press(Key::Enter).await).await;
    assert!(tab.place().await.ends_with("/done"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_is_mended_by_keyboard_alone() {
    errors(WIDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_is_mended_by_keyboard_alone_without_scripts() {
    errors(WIDE.without_scripts()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_just_been_done_stands_below_the_title_and_has_the_focus() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Application::of(&CESHI, "reissue", "12").year("2018"));
    let tab = Tab::signed_in(&app, WIDE, "ceshi").await;
    tab.go("/applications").await;
    tab.follow("tr[data-application] a").await;
    tab.fill("contact", "13912340001").await;
    tab.follow("main form[enctype] button").await;
    assert_eq!(tab.focus().await, tab.text("h1 + .notice[role=status]").await);
    // The next stop is the page's own, not the menu's.
    tab.press(Key::Tab).await;
    assert!(tab.focus().await.starts_with("申请信息维护"));
    tab.driver().refresh().await.unwrap();
    assert_eq!((tab.count("main > .notice").await, tab.focus().await.contains("已保存")), (0, false), "told once");
}
