//! Step 2 by hand: a year that is typed, a date as people write it, a contact that is asked about; and what follows.

use buzheng::config::ElectronicConfig;

use crate::support::TestApp;
use crate::tab::{PHONE, Tab, View, WIDE};

const NEXT: &str = "main form button:not([name])";

/// What is typed besides city and photo.
const TYPED: [(&str, &str); 6] = [
    ("year", "1998"),
    ("certificate_number", "无"),
    ("approval_date", "1998年10月18日"),
    ("level", "中级"),
    ("specialty", "Word 97"),
    ("contact", "123"),
];

async fn fill_in(tab: &Tab) {
    for (name, text) in TYPED {
        tab.fill(name, text).await;
    }
    tab.choose("city", "青岛市").await;
}

async fn journey(view: View) {
    let app = TestApp::new().await;
    let tab = Tab::signed_in(&app, view, "xinren").await;
    tab.go("/reissue/new?exam=JSJ").await;
    fill_in(&tab).await;
    tab.attach("good.jpg").await;
    tab.follow(NEXT).await;
    assert_eq!(tab.count("#error-summary li").await, 1);
    assert!(tab.text("#contact-error").await.contains("“123”"));
    tab.look_at("step2-contact-asked", 422).await;

    tab.click("#contact_confirmed").await;
    tab.follow(NEXT).await;
    assert!(tab.place().await.ends_with("/done"));
    tab.says("19981018").await;
    tab.wait("the photo", "return document.querySelector('dl.summary img').naturalWidth === 295").await;
    tab.look("step3-with-photo").await;
    tab.go("/applications").await;
    tab.look("applications-filed").await;

    // Once more by hand, as if the first had been forgotten.
    tab.go("/reissue/new?exam=JSJ").await;
    fill_in(&tab).await;
    tab.fill("contact", "13900000000").await;
    tab.attach("good.jpg").await;
    tab.follow(NEXT).await;
    assert_eq!(tab.text("h1").await, "已有补证申请，没有重复提交");
    tab.look_at("step2-duplicate", 422).await;
    tab.follow("main a[href^='/reissue/new']").await;
    assert_eq!(tab.value("specialty").await, "Word 97");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_type_is_understood_or_asked_about_on_a_wide_screen() {
    journey(WIDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_type_is_understood_or_asked_about_on_a_phone_without_scripts() {
    journey(PHONE.without_scripts()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_electronic_certificate_is_told_beside_the_form_that_is_filled_in_by_hand() {
    let entry = ElectronicConfig {
        exam: "ZJ".into(),
        since: 2021,
        only: false,
        url: Some("https://cert.example.gov.cn/".parse().unwrap()),
        text: String::new(),
    };
    let app = TestApp::builder().config(move |config| config.reissue.electronic = vec![entry]).build().await;
    let mut tab = Tab::signed_in(&app, WIDE, "xinren").await;
    tab.go("/reissue/new?exam=ZJ").await;
    assert!(tab.text("[data-electronic]").await.starts_with("2021 年及以后年度："));
    tab.look_wide_and_narrow("step2-electronic", 200).await;
}
