//! The receipt and 承接清单 on paper.

use serde_json::json;

use crate::support::{Account, Application, CESHI, Certificate, GAIMING, TestApp};
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

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_what_came_along_prints_on_one_sheet_without_forms() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Account::of(&CESHI, "mailing", "7"));
    app.add(Account::of(&CESHI, "mailing", "8").name(GAIMING.name));
    app.add(Certificate::of(&CESHI, 2017));
    app.add(Application::of(&CESHI, "reissue", "12"));
    let tab = Tab::signed_in(&app, WIDE, "ceshi").await;
    assert!(tab.find("[data-print]").await.is_displayed().await.unwrap());
    tab.click(".confirm summary").await;

    tab.print_view(true).await;
    for gone in [".menu", ".site-footer", ".actions", ".who form", "details", "#missing", "[data-print]"] {
        assert!(!tab.find(gone).await.is_displayed().await.unwrap(), "{gone} is printed");
    }
    for kept in [".brand", ".who-name", "tr[data-system]", "tr[data-account]", "[data-needs-proof]", ".print-only"] {
        assert!(tab.find(kept).await.is_displayed().await.unwrap(), "{kept} is not printed");
    }
    tab.keep_picture("continuity-print").await;
    assert_eq!(tab.sheets().await, 1);
}
