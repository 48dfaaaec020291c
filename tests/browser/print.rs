//! The receipt on paper.

use serde_json::json;

use crate::support::{CESHI, Certificate, TestApp};
use crate::tab::{Tab, WIDE};

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_prints_on_one_sheet_without_menu_and_buttons() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017));
    let tab = Tab::signed_in(&app, WIDE, "ceshi").await;
    tab.go(&format!("/reissue/new?certificate={certificate}")).await;
    tab.fill("approval_date", "20171022").await;
    tab.fill("contact", "1234567890").await;
    tab.follow("main form button:not([name])").await;
    assert!(tab.find("[data-print]").await.is_displayed().await.unwrap());

    tab.print_view(true).await;
    for gone in [".menu", ".site-footer", ".steps", ".actions", ".who form", "[data-print]"] {
        assert!(!tab.find(gone).await.is_displayed().await.unwrap(), "{gone} is printed");
    }
    for kept in [".brand", ".who-name", "[data-reference]", "dl.summary"] {
        assert!(tab.find(kept).await.is_displayed().await.unwrap(), "{kept} is not printed");
    }
    tab.keep_picture("step3-print").await;
    assert_eq!(tab.sheets().await, 1);
    tab.print_view(false).await;

    tab.script::<()>("window.print = () => { window.printed = true; }", json!([])).await;
    tab.click("[data-print]").await;
    assert!(tab.script::<bool>("return window.printed === true", json!([])).await);
}
