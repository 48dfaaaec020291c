//! A phone is enough: header and menu leave the screen to the page, and what was asked for stands on it.

use serde_json::json;
use thirtyfour::prelude::*;

use crate::support::{Account, CESHI, Certificate, TestApp};
use crate::tab::{self, Tab, View, WIDE};

const PHONE: View = View { height: 780, ..tab::PHONE };

async fn service() -> TestApp {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Certificate::of(&CESHI, 2017));
    app.add(Certificate::of(&CESHI, 2019).certificate_number("19034567").status("not_collected"));
    app
}

impl Tab {
    async fn height(&self, css: &str) -> f64 {
        self.find(css).await.rect().await.unwrap().height
    }
}

/// The menu's entries that are shown.
async fn entries(tab: &Tab) -> usize {
    tab.script(
        "return [...document.querySelectorAll('.menu a')].filter((it) => it.checkVisibility()).length",
        json!([]),
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_the_header_is_one_line_and_the_menu_one_row_that_opens() {
    let app = service().await;
    for view in [PHONE, PHONE.without_scripts()] {
        let tab = Tab::signed_in(&app, view, "ceshi").await;
        tab.go("/reissue").await;
        tab.says("登录用户：测试").await;
        assert!(tab.height(".site-header").await < 56.0);
        assert!(tab.height(".menu").await < 56.0);
        assert_eq!(entries(&tab).await, 0);
        tab.find(".menu summary").await.focus().await.unwrap();
        tab.press(Key::Enter).await;
        assert_eq!(entries(&tab).await, 5);
        tab.keep_picture("menu-open").await;
        tab.follow(".menu a[href='/applications']").await;
        assert_eq!(tab.place().await, "/applications");
        assert_eq!(entries(&tab).await, 0, "closed on the next page");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_wide_screen_the_menu_is_a_column_and_nothing_has_to_be_opened() {
    let app = service().await;
    for view in [WIDE, WIDE.without_scripts()] {
        let tab = Tab::signed_in(&app, view, "ceshi").await;
        tab.go("/reissue").await;
        assert_eq!(entries(&tab).await, 5);
        assert!(!tab.find(".menu summary").await.is_displayed().await.unwrap());
        let (menu, main) =
            (tab.find(".menu").await.rect().await.unwrap(), tab.find("main").await.rect().await.unwrap());
        assert!(menu.x + menu.width < main.x, "beside the page, not above it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificates_of_a_chosen_exam_come_into_view_and_have_the_focus() {
    let app = service().await;
    for view in [PHONE, PHONE.without_scripts(), WIDE] {
        let tab = Tab::signed_in(&app, view, "ceshi").await;
        for path in ["/reissue?exam=ZJ", "/reissue?exam=JSJ"] {
            tab.go(path).await;
            tab.wait("the focus on the result", "return document.activeElement.id === 'certificates'").await;
            let seen = "const title = document.getElementById('certificates'), first = title.nextElementSibling;
                const top = (it) => it.getBoundingClientRect().top;
                return top(title) >= 0 && top(first) + 120 <= innerHeight";
            tab.wait("the result", seen).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_field_to_fill_in_is_on_the_first_screen() {
    let app = service().await;
    let tab = Tab::signed_in(&app, PHONE, "ceshi").await;
    tab.go("/reissue?exam=ZJ").await;
    let form = tab.find("tr[data-eligible=true] a").await.attr("href").await.unwrap().unwrap();
    for path in [form.as_str(), "/reissue/new?exam=JSJ"] {
        tab.go(path).await;
        let bottom = "return document.querySelector('main form :is(input:not([type=hidden], [readonly]), select)').getBoundingClientRect().bottom";
        let bottom: f64 = tab.script(bottom, json!([])).await;
        assert!(bottom <= 780.0, "{path}: {bottom}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_registered_takes_a_row_each_and_its_source_is_said_once() {
    let app = service().await;
    let tab = Tab::signed_in(&app, PHONE, "ceshi").await;
    tab.go("/reissue?exam=ZJ").await;
    tab.follow("tr[data-eligible=true] a").await;
    let words = tab.words().await;
    for source in ["证书登记信息", "由证件号码得出"] {
        assert_eq!(words.matches(source).count(), 1, "{source}: {words}");
    }
    let rows = tab.script::<Vec<f64>>(
        "return [...document.querySelectorAll('input[readonly]')].map((it) => it.parentElement.parentElement.getBoundingClientRect().height)",
        json!([]),
    );
    let rows = rows.await;
    assert_eq!(rows.len(), 10);
    assert!(rows.iter().all(|height| *height < 56.0), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_value_that_is_registered_is_shown_whole() {
    let app = TestApp::new().await;
    let specialty = "建筑工程、公路工程、铁路工程、港口与航道工程、水利水电工程、市政公用工程";
    let certificate = app.add(Certificate::of(&CESHI, 2017).specialty(specialty));
    let tab = Tab::signed_in(&app, PHONE, "ceshi").await;
    tab.go(&format!("/reissue/new?certificate={certificate}")).await;
    assert_eq!(tab.value("specialty").await, specialty);
    tab.says(specialty).await;
    tab.look("step2-long-value").await;
}
