//! Step 1 begins with what is registered: from a certificate to its form in one click.

use crate::support::{Account, Application, CESHI, Certificate, TestApp};
use crate::tab::{PHONE, Tab, View, WIDE};

async fn journey(view: View) {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Certificate::of(&CESHI, 2019).status("not_collected"));
    app.add(Certificate::of(&CESHI, 2018).exam("YS", "执业药师（药学、中药学）").level("执业药师").specialty("中药"));
    app.add(
        Certificate::of(&CESHI, 2012).exam("JSJ", "计算机应用能力考试").level("中级").specialty("Word 2003中文字处理"),
    );
    app.add(Application::of(&CESHI, "reissue", "12"));
    let tab = Tab::signed_in(&app, view, "ceshi").await;
    tab.follow("main a[href='/reissue']").await;
    assert_eq!(tab.text("h2#certificates").await, "您名下有证书的考试");
    assert_eq!(tab.count("tr[data-certificate]").await, 3);
    let (list, choice) = (tab.find("#certificates").await, tab.find("#exam").await);
    assert!(list.rect().await.unwrap().y < choice.rect().await.unwrap().y, "the certificates come before the exams");
    tab.look("step1-all-certificates").await;
    tab.follow("tr[data-eligible=true] a.btn").await;
    assert!(tab.place().await.starts_with("/reissue/new?certificate="));
    assert_eq!(tab.value("year").await, "2018");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_one_click_from_its_form_on_a_wide_screen() {
    journey(WIDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_one_click_from_its_form_on_a_phone_without_scripts() {
    journey(PHONE.without_scripts()).await;
}
