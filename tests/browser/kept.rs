//! Nothing typed is lost: the way back after a refused form, the end of a session, and messages that are said once.

use serde_json::json;
use std::time::Duration;

use crate::support::{Account, GAIMING, TestApp};
use crate::tab::{PHONE, Tab, WIDE};

/// What time does.
fn time_out(app: &TestApp) {
    for session in app.redis.keys("session:") {
        app.redis.expire(&session);
    }
}

async fn fill_in(tab: &Tab) {
    tab.go("/reissue/new?exam=ZJ").await;
    tab.fill("year", "2012").await;
    for (field, text) in [("certificate_number", "0012345"), ("approval_date", "20121125"), ("contact", "13912340001")]
    {
        tab.fill(field, text).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_after_a_refused_form_shows_it_as_it_was_typed() {
    let app = TestApp::new().await;
    let tab = Tab::signed_in(&app, WIDE, "xinren").await;
    fill_in(&tab).await;
    tab.attach("good.jpg").await;
    tab.follow("main form[enctype] button.btn-primary").await;
    assert!(tab.count("#error-summary").await > 0);
    assert_eq!(tab.place().await, "/reissue/new?exam=ZJ");
    tab.wait("the preview", "return document.querySelector('.kept-photo img').naturalWidth === 295").await;
    tab.look_at("step2-refused-with-preview", 422).await;

    tab.follow("nav a[href='/applications']").await;
    tab.leave(async || tab.driver().back().await.unwrap()).await;
    assert_eq!(tab.place().await, "/reissue/new?exam=ZJ");
    assert_eq!(tab.value("contact").await, "13912340001");
    assert_eq!(tab.count(".kept-photo img").await, 1);
    tab.leave(async || tab.driver().refresh().await.unwrap()).await;
    assert_eq!(tab.value("certificate_number").await, "0012345");
    tab.says("尚未提交").await;
    tab.look("step2-draft").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_to_a_refused_request_shows_text_and_picture() {
    let app = TestApp::new().await;
    app.add(Account::of(&GAIMING, "reissue", "4").name("李旧名"));
    let tab = Tab::signed_in(&app, PHONE, "gaiming").await;
    tab.go("/link?ask=missing").await;
    tab.fill("note", "2015 年更名").await;
    tab.fill("year", "12").await;
    tab.attach_to("evidence", "good_exif_gps.jpg").await;
    tab.follow("form[action='/link/request'] button").await;
    assert_eq!(tab.place().await, "/link?draft=request");
    tab.wait("the preview", "return document.querySelector('.kept-photo img').naturalWidth > 0").await;
    tab.look_at("link-request-refused-with-preview", 422).await;
    tab.go("/continuity").await;
    tab.leave(async || tab.driver().back().await.unwrap()).await;
    assert_eq!((tab.value("note").await, tab.value("year").await), ("2015 年更名".into(), "12".into()));
    assert_eq!(tab.count("input[name=evidence_token]").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_came_too_late_is_found_again_after_the_sign_in() {
    for view in [WIDE, PHONE.without_scripts()] {
        let app = TestApp::new().await;
        let tab = Tab::signed_in(&app, view, "xinren").await;
        fill_in(&tab).await;
        tab.attach("good.jpg").await;
        time_out(&app);
        tab.follow("main form[enctype] button.btn-primary").await;
        tab.says("登录已超时，您填写的内容已保留；尚未提交").await;
        tab.look("landing-timed-out").await;
        // The portal's own session still stands: its page is skipped, or asks again.
        tab.follow("main a[href^='/sso/login']").await;
        if tab.count("button[value=xinren]").await > 0 {
            tab.follow("button[value=xinren]").await;
        }
        assert_eq!(tab.place().await, "/reissue/new?exam=ZJ");
        tab.says("登录超时前您填写的内容已保留在下面，尚未提交").await;
        assert_eq!(tab.value("contact").await, "13912340001");
        assert_eq!(tab.count(".kept-photo img").await, 1);
        tab.look("step2-given-back").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_minutes_before_the_end_every_tab_is_warned_and_one_click_goes_on_in_all() {
    let idle = Duration::from_secs(126);
    let app = TestApp::builder().config(move |config| config.session.idle_timeout = idle).build().await;
    let mut tab = Tab::signed_in(&app, WIDE, "xinren").await;
    tab.go("/reissue/new?exam=ZJ").await;
    tab.find("#contact").await.focus().await.unwrap();
    let first = tab.driver().window().await.unwrap();
    let second = tab.driver().new_tab().await.unwrap();
    tab.driver().switch_to_window(second.clone()).await.unwrap();
    tab.go("/applications").await;
    tab.wait("a warning", "return document.querySelector('dialog[role=alertdialog]').open").await;
    assert_eq!(tab.focus().await, "继续使用");
    tab.driver().switch_to_window(first.clone()).await.unwrap();
    tab.wait("a warning", "return document.querySelector('dialog[role=alertdialog]').open").await;
    tab.says("您填写的内容还在本页").await;
    tab.look_wide_and_narrow("session-warning", 200).await;

    tab.click("dialog button").await;
    tab.wait("an end of it", "return !document.querySelector('dialog').open").await;
    assert_eq!(tab.focus().await, "contact", "the focus returns to the field");
    tab.driver().switch_to_window(second).await.unwrap();
    tab.wait("an end of it", "return !document.querySelector('dialog').open").await;
    let session = &app.redis.keys("session:")[0];
    assert!(app.redis.life(session) > 100_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_session_that_cannot_be_prolonged_is_told_honestly() {
    let absolute = Duration::from_secs(100);
    let app = TestApp::builder().config(move |config| config.session.absolute_timeout = absolute).build().await;
    let tab = Tab::signed_in(&app, PHONE, "xinren").await;
    tab.wait("a warning", "return document.querySelector('dialog[role=alertdialog]').open").await;
    tab.says("不能再延长").await;
    tab.look("session-last").await;
    tab.click("dialog button").await;
    let open: bool = tab.script("return document.querySelector('dialog').open", json!([])).await;
    assert!(!open);
}

#[tokio::test(flavor = "multi_thread")]
async fn continuing_a_session_that_has_ended_says_so() {
    let idle = Duration::from_secs(121);
    let app = TestApp::builder().config(move |config| config.session.idle_timeout = idle).build().await;
    let tab = Tab::signed_in(&app, WIDE, "xinren").await;
    tab.wait("a warning", "return document.querySelector('dialog[role=alertdialog]').open").await;
    time_out(&app);
    tab.click("dialog button").await;
    tab.wait("the truth", "return document.querySelector('dialog h2').textContent === '登录已超时'").await;
    tab.look("session-over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_windows_warns_of_nothing_and_loses_nothing() {
    let idle = Duration::from_secs(121);
    let app = TestApp::builder().config(move |config| config.session.idle_timeout = idle).build().await;
    let tab = Tab::signed_in(&app, WIDE, "xinren").await;
    let old = json!({ "source": "delete HTMLDialogElement.prototype.showModal" });
    tab.command("Page.addScriptToEvaluateOnNewDocument", old).await;
    fill_in(&tab).await;
    assert_eq!(
        tab.script::<String>("return typeof HTMLDialogElement.prototype.showModal", json!([])).await,
        "undefined"
    );
    tab.wait("the end of the warning's time", "return performance.now() > 3000").await;
    assert_eq!(tab.count("dialog").await, 0);
    // Also finds an error of a script.
    tab.look("step2-without-windows").await;
    time_out(&app);
    tab.follow("main form[enctype] button.btn-primary").await;
    tab.says("登录已超时，您填写的内容已保留；尚未提交").await;
}
