//! The studio and the phone's hand-over where something comes in between.

use serde_json::json;
use thirtyfour::prelude::*;

use crate::support::TestApp;
use crate::tab::{PHONE, Tab, WIDE};

const READY: &str = "return !document.querySelector('.photo-ready').hidden";

async fn step2(app: &TestApp) -> Tab {
    let tab = Tab::signed_in(app, WIDE, "xinren").await;
    tab.go("/reissue/new?exam=ZJ").await;
    tab.fill("year", "2012").await;
    tab
}

/// The files that the canvas makes wait until the test lets them go.
const HOLD: &str = "
    const real = HTMLCanvasElement.prototype.toBlob;
    window.held = [];
    HTMLCanvasElement.prototype.toBlob = function (...given) { window.held.push(() => real.apply(this, given)); };
    window.letGo = () => { HTMLCanvasElement.prototype.toBlob = real; window.held.splice(0).forEach((go) => go()); };";

#[tokio::test(flavor = "multi_thread")]
async fn a_studio_that_is_closed_while_it_makes_the_photo_leaves_the_chosen_file() {
    let app = TestApp::new().await;
    let tab = step2(&app).await;
    for (picture, is_accepted) in [("rotated_by_exif.jpg", false), ("portrait_12mp.jpg", true)] {
        tab.script::<()>(HOLD, json!([])).await;
        tab.attach_file("photo", &format!("phone_photos/{picture}")).await;
        tab.wait("the making", "return window.held.length > 0 && !!document.querySelector('dialog[open]')").await;
        if is_accepted {
            tab.click(".studio .btn-primary").await;
        }
        tab.press(Key::Escape).await;
        tab.wait("the form", READY).await;
        tab.script::<()>("window.letGo()", json!([])).await;
        tab.says("没有调整：提交后由系统自动裁剪").await;
        let name: String = tab.script("return document.querySelector('#photo').files[0].name", json!([])).await;
        assert_eq!((name.as_str(), tab.count("dialog[open]").await), (picture, 0));
    }
    // The next picture is made as if nothing had been.
    tab.attach_file("photo", "phone_photos/progressive.jpg").await;
    tab.wait("the studio", "return document.querySelector('dialog[open]')?.dataset.settled === 'yes'").await;
    tab.click(".studio .btn-primary").await;
    tab.wait("the photo", "return document.querySelector('#photo').files[0].name === 'photo.jpg'").await;
    tab.says("照片已调整好：295 × 413 像素").await;
    tab.look("studio-after-leaving").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_a_png_is_offered_for_choice_cut_and_taken_by_consent() {
    let app = TestApp::new().await;
    let tab = Tab::signed_in(&app, PHONE.without_scripts(), "xinren").await;
    tab.go("/reissue/new?exam=ZJ").await;
    let accepted = tab.find("#photo").await.attr("accept").await.unwrap();
    assert_eq!(accepted.as_deref(), Some("image/jpeg,image/png"));
    for (name, text) in
        [("year", "2012"), ("certificate_number", "无"), ("approval_date", "20121125"), ("level", "中级")]
            .into_iter()
            .chain([("specialty", "土建"), ("contact", "13900000000")])
    {
        tab.fill(name, text).await;
    }
    tab.choose("city", "青岛市").await;
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("portrait.png");
    std::fs::write(&picture, crate::support::photo("png_renamed.jpg")).unwrap();
    tab.attach_file("photo", picture.to_str().unwrap()).await;
    tab.follow("main form .actions button:not([name])").await;
    assert!(tab.text("#error-summary li").await.contains("请核对下面的照片"));
    tab.click("#photo_consent").await;
    tab.follow("main form .actions button:not([name])").await;
    assert!(tab.place().await.ends_with("/done"));
    assert_eq!(app.count("photos"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_with_a_broken_code_says_so_and_takes_the_next_one_in_the_same_tab() {
    let app = TestApp::new().await;
    let desktop = app.user("xinren").await;
    let page = desktop.submit(desktop.step2("exam=ZJ").await.main_form().press("action", "phone")).await;
    let code = page.text("[data-photo-code]").replace(' ', "");
    let phone = Tab::new(&app, PHONE).await;
    phone.go("/photo#%E0%A4%A").await;
    phone.wait("the answer", "return !!document.querySelector('#error-summary')").await;
    assert_eq!(phone.place().await, "/photo", "no code stays in the address");
    phone.look_at("phone-wrong-code", 422).await;
    phone.leave(async || phone.script::<()>("location.hash = arguments[0]", json!([code])).await).await;
    assert_eq!(phone.text("[data-photo-words]").await, page.text("[data-photo-words]"));
    assert_eq!(phone.place().await, "/photo");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_has_run_out_and_a_picture_that_is_not_wanted_lead_back_to_the_button() {
    let app = TestApp::new().await;
    let tab = step2(&app).await;
    let ask = "[data-photo-slots] input[type=button]";
    tab.click(ask).await;
    tab.text("[data-photo-code]").await;
    for slot in app.redis.keys("photo") {
        app.redis.expire(&slot);
    }
    tab.wait("the end of the code", "return document.querySelector('.photo-slot').hidden").await;
    tab.says("代码已失效，请重新获取。").await;
    assert_eq!(tab.value_of(ask).await, "用手机拍照上传");

    tab.click(ask).await;
    let phone = app.anon();
    let form = phone.get("/photo").await.form("form[action='/photo']");
    phone.submit(form.set("code", &tab.text("[data-photo-code]").await)).await.location();
    let form = phone.get("/photo").await.form("form[action='/photo/picture']");
    phone.submit(form.file("photo", "a.jpg", &crate::support::phone_photo("rotated_by_exif.jpg"))).await.location();
    tab.wait("the picture", "return document.querySelector('.photo-slot img')?.naturalWidth === 295").await;
    tab.click(".photo-slot .btn-secondary").await;
    tab.says("没有使用手机传来的照片。").await;
    assert!(tab.script::<bool>("return document.activeElement.value === '用手机拍照上传'", json!([])).await);
    assert_eq!(tab.value("photo").await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_whose_form_is_of_another_session_is_told_to_reload_where_it_asks_for_a_code() {
    let app = TestApp::new().await;
    let tab = step2(&app).await;
    tab.script::<()>("document.querySelector('#photo').form.elements.csrf_token.value = 'x'", json!([])).await;
    tab.click("[data-photo-slots] input[type=button]").await;
    tab.wait("the refusal", "return document.querySelector('[data-photo-slots] [role=status]').textContent !== ''")
        .await;
    tab.says("登录已更换，请刷新本页。").await;
}
