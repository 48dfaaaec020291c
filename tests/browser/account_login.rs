//! The sign-in by an account: with scripts the browser meets the challenge by itself; without, its visitor has the choice.

use buzheng::app::challenges::{Asked, ChallengedForm};
use buzheng::config::AccessMode;
use buzheng::session::Session;
use serde_json::json;
use thirtyfour::Key;

use crate::support::{Account, CESHI, Certificate, TestApp};
use crate::tab::{PHONE, Tab, WIDE};

const PASSWORD: &str = "abc123456";

async fn local() -> TestApp {
    let app = TestApp::builder().access(AccessMode::Local).build().await;
    app.add(Account::of(&CESHI, "reissue", "12").password(PASSWORD));
    app.add(Certificate::of(&CESHI, 2017));
    app
}

/// Asks for a sum: numerals below a hundred, as the page writes them.
fn sum(question: &str) -> u32 {
    let numeral = |text: &str| {
        let digit = |c: char| "零一二三四五六七八九".chars().position(|one| one == c).unwrap_or_default();
        let (tens, ones) = text.split_once('十').unwrap_or(("零", text));
        let digit_of = |text: &str| u32::try_from(text.chars().next().map_or(0, digit)).unwrap();
        10 * digit_of(tens) + digit_of(ones)
    };
    let (first, second) = question.trim_end_matches("等于几").split_once('加').expect("a sum");
    numeral(first) + numeral(second)
}

async fn is_signed_in(tab: &Tab) {
    assert_eq!(tab.place().await, "/continuity");
    assert_eq!(tab.count("body[data-way=account]").await, 1);
    tab.says("登录用户：测试").await;
}

async fn fills_in_number_and_password(tab: &Tab) {
    tab.fill("id_number", CESHI.number).await;
    tab.fill("password", PASSWORD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_scripts_the_browser_meets_the_challenge_by_itself() {
    for view in [WIDE, PHONE] {
        let app = local().await;
        let tab = Tab::new(&app, view).await;
        tab.go("/").await;
        tab.wait(
            "the work",
            "return document.querySelector('[data-challenge-state]').textContent === '已自动完成验证'",
        )
        .await;
        tab.look_at("account-login", 200).await;
        assert!(!tab.find("#captcha").await.is_displayed().await.unwrap(), "nothing is to be solved");
        fills_in_number_and_password(&tab).await;
        tab.follow("main button.btn-primary").await;
        is_signed_in(&tab).await;
        tab.go("/reissue").await;
        tab.look_at("account-reissue", 200).await;
        assert_eq!(tab.count("tr[data-certificate]").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_signs_in() {
    let app = local().await;
    let tab = Tab::new(&app, WIDE).await;
    tab.go("/").await;
    tab.find("#id_number").await.focus().await.unwrap();
    tab.keys(CESHI.number).await;
    tab.press(Key::Tab).await;
    tab.keys(PASSWORD).await;
    // The form's first button is not 换一个.
    tab.leave(async || tab.press(Key::Enter).await).await;
    is_signed_in(&tab).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_with_the_number_kept_and_a_new_challenge_met() {
    let app = local().await;
    let tab = Tab::new(&app, PHONE).await;
    tab.go("/").await;
    tab.fill("id_number", CESHI.number).await;
    tab.fill("password", "wrong1234567").await;
    tab.follow("main button.btn-primary").await;
    assert_eq!(tab.focus().await, "error-summary");
    assert_eq!(tab.value("id_number").await, CESHI.number);
    tab.wait("the work", "return document.querySelector('[data-challenge-state]').textContent === '已自动完成验证'")
        .await;
    tab.look_at("account-login-wrong", 422).await;
    tab.fill("password", PASSWORD).await;
    tab.follow("main button.btn-primary").await;
    is_signed_in(&tab).await;
}

/// The challenge as the server keeps it.
async fn question(app: &TestApp, tab: &Tab) -> String {
    let id = tab.value_of("[name=challenge]").await;
    let cookies = tab.driver().get_all_cookies().await.unwrap();
    let cookie = cookies.iter().find(|cookie| cookie.name == "bz_session").expect("a session");
    let session = Session::name_of(&cookie.value);
    let asked = Asked { session: &session, form: ChallengedForm::Login };
    app.service.challenge(asked, &id).await.unwrap().question()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_a_picture_a_recording_and_a_sum_are_offered_and_each_can_be_redrawn() {
    for view in [WIDE, PHONE] {
        let view = view.without_scripts();
        let app = local().await;
        let tab = Tab::new(&app, view).await;
        tab.go("/").await;
        tab.look_at("account-login", 200).await;
        fills_in_number_and_password(&tab).await;
        tab.follow("[data-challenge-redraw]").await;
        assert_eq!(tab.value("id_number").await, CESHI.number, "what was typed is there");
        assert_eq!(tab.value("password").await, "");
        tab.click(".challenge-others summary").await;
        tab.look_at("account-login-others", 200).await;
        let question = question(&app, &tab).await;
        assert_eq!(tab.text("[data-challenge-question]").await, question);
        tab.fill("captcha", &sum(&question).to_string()).await;
        tab.fill("password", PASSWORD).await;
        tab.follow("main button.btn-primary").await;
        is_signed_in(&tab).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_browser_cannot_work_the_other_ways_stay_and_are_redrawn_in_place() {
    let app = local().await;
    let tab = Tab::new(&app, WIDE).await;
    // As on plain http, where browsers have no `crypto.subtle`.
    let source = "Object.defineProperty(window, 'isSecureContext', { value: false })";
    tab.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
    tab.go("/").await;
    assert!(tab.find("#captcha").await.is_displayed().await.unwrap());
    fills_in_number_and_password(&tab).await;
    let before = tab.value_of("[name=challenge]").await;
    tab.click("[data-challenge-redraw]").await;
    tab.wait("another challenge", &format!("return document.querySelector('[name=challenge]').value !== '{before}'"))
        .await;
    assert_eq!(tab.value("password").await, PASSWORD, "the page stays");
    let picture = "const picture = document.querySelector('[data-challenge-picture]'); return picture.complete && picture.naturalWidth === 320";
    tab.wait("the picture, of twice as many pixels", picture).await;
    tab.fill("captcha", &sum(&question(&app, &tab).await).to_string()).await;
    tab.follow("main button.btn-primary").await;
    is_signed_in(&tab).await;
}

/// Where two parts of the page begin, from its upper left corner.
async fn corners(tab: &Tab) -> [(f64, f64); 2] {
    let script = "return ['#sign-in', '#by-account'].map((it) => { const { x, y } = document.querySelector(it).getBoundingClientRect(); return [x, y]; })";
    tab.script(script, json!([])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_transition_the_portal_stands_first_and_the_accounts_form_beside_it_or_on_a_phone_below() {
    for (view, scripts) in [(WIDE, true), (PHONE, true), (WIDE, false), (PHONE, false)] {
        let view = if scripts { view } else { view.without_scripts() };
        let app = TestApp::builder().access(AccessMode::Transition).mailing().build().await;
        app.add(Account::of(&CESHI, "reissue", "12").password(PASSWORD));
        let tab = Tab::new(&app, view).await;
        tab.go("/").await;
        let done = "return document.querySelector('[data-challenge-state]').textContent === '已自动完成验证'";
        if scripts {
            tab.wait("the work", done).await;
        }
        tab.look_at("landing-transition", 200).await;
        let [(portal_x, portal_y), (account_x, account_y)] = corners(&tab).await;
        if view.width == PHONE.width {
            assert!((portal_x - account_x).abs() < 1.0 && portal_y < account_y, "the portal above");
        } else {
            assert!(portal_x < account_x && (portal_y - account_y).abs() < 1.0, "the portal at the left");
        }
        fills_in_number_and_password(&tab).await;
        if !scripts {
            tab.fill("captcha", &sum(&question(&app, &tab).await).to_string()).await;
        }
        tab.follow("[data-account-door] button.btn-primary").await;
        is_signed_in(&tab).await;
        tab.follow("form[action='/account/logout'] button").await;
        tab.says("您已安全退出证书补办申请系统").await;
    }
}
