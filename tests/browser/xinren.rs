//! 辛仁, of whom the old systems hold nothing: fills everything in by hand, with a photo.

use crate::support::TestApp;
use crate::tab::{PHONE, Tab, View, WIDE};

/// What is typed besides year and photo.
const TYPED: [(&str, &str); 5] = [
    ("certificate_number", "无"),
    ("approval_date", "20121125"),
    ("level", "中级"),
    ("specialty", "Word 2003中文字处理"),
    ("contact", "13900000000"),
];

const NEXT: &str = "main form button:not([name])";

async fn journey(view: View) {
    let app = TestApp::new().await;
    let tab = Tab::signed_in(&app, view, "xinren").await;
    tab.says("没有找到属于您的原业务数据").await;
    tab.look("continuity-nothing-found").await;
    tab.go("/applications").await;
    tab.look("applications-none").await;

    tab.go("/reissue?exam=JSJ").await;
    tab.says("没有检索到您的计算机应用能力考试证书信息").await;
    tab.look("step1-nothing-found").await;
    tab.follow("main a[href^='/reissue/new']").await;
    for (name, value) in [("exam", "计算机应用能力考试"), ("name", "辛仁"), ("birth_month", "199511"), ("gender", "女")]
    {
        assert_eq!(tab.value(name).await, value);
        assert_eq!(tab.count(&format!("input#{name}[readonly]")).await, 1, "{name} is locked");
    }
    tab.look("step2-by-hand").await;

    fill_in(&tab).await;
    go_back_and_return(&tab).await;
    let reference = photo_and_submit(&tab).await;

    tab.follow("main a[href='/applications']").await;
    tab.follow("tr[data-application] a").await;
    assert_eq!(tab.text("[data-reference]").await, reference);
    tab.wait("the photo", "return document.querySelector('.kept-photo img').naturalWidth === 295").await;
    tab.look("maintenance-with-photo").await;
}

async fn fill_in(tab: &Tab) {
    tab.fill("year", "2012").await;
    tab.choose("city", "青岛市").await;
    for (name, text) in TYPED {
        tab.fill(name, text).await;
    }
}

/// 上一步 keeps what was typed.
async fn go_back_and_return(tab: &Tab) {
    tab.follow("main form button[value=back]").await;
    assert_eq!(tab.place().await, "/reissue?exam=JSJ");
    tab.follow("main a[href^='/reissue/new']").await;
    assert_typed(tab).await;
}

async fn assert_typed(tab: &Tab) {
    assert_eq!(tab.value("year").await, "2012");
    assert_eq!(tab.value("city").await, "青岛市");
    for (name, text) in TYPED {
        assert_eq!(tab.value(name).await, text);
    }
}

/// A wrong photo, then a right one with a wrong field, then nothing wrong; the reference.
async fn photo_and_submit(tab: &Tab) -> String {
    tab.attach("blue_background.jpg").await;
    tab.follow(NEXT).await;
    assert!(tab.text("#error-summary li").await.contains("照片底色看起来偏蓝，应为白色"));
    assert!(tab.text("#photo-error").await.contains("偏蓝"));
    assert_typed(tab).await;
    tab.look_at("step2-wrong-photo", 422).await;

    tab.attach("good.jpg").await;
    tab.fill("approval_date", "2012").await;
    tab.follow(NEXT).await;
    assert_eq!(tab.count("#error-summary li").await, 1);
    assert!(tab.text("#approval_date-error").await.contains("批准日期"));
    assert_eq!(tab.value("approval_date").await, "2012");
    assert!(tab.text(".kept-photo").await.contains("无需再次选择文件"));
    tab.look_at("step2-photo-kept", 422).await;

    tab.fill("approval_date", "20121125").await;
    tab.follow(NEXT).await;
    assert!(tab.place().await.ends_with("/done"));
    tab.look("step3-by-hand").await;
    tab.text("[data-reference]").await
}

#[tokio::test(flavor = "multi_thread")]
async fn xinren_fills_in_a_form_by_hand_and_loses_neither_words_nor_photo_on_a_wide_screen() {
    journey(WIDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn xinren_fills_in_a_form_by_hand_and_loses_neither_words_nor_photo_on_a_phone_without_scripts() {
    journey(PHONE.without_scripts()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_photo_is_asked_for_where_the_chosen_year_needs_one() {
    let app = TestApp::new().await;
    let tab = Tab::signed_in(&app, WIDE, "xinren").await;
    tab.go("/reissue/new?exam=ZJ").await;
    let photo = async || tab.find("#photo").await.is_displayed().await.unwrap();
    tab.fill("year", "2017").await;
    assert!(!photo().await);
    tab.fill("year", "2016").await;
    assert!(photo().await);
}
