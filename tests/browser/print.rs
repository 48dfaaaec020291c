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

/// How many lines the text of each such element takes.
const LINES: &str = "
    return [...document.querySelectorAll(arguments[0])].map((it) => {
      const range = document.createRange(); range.selectNodeContents(it);
      return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size; })";

/// A4 less Chromium's margins, in CSS pixels.
const SHEET: u32 = 718;

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_not_broken_and_no_column_is_empty_on_paper() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    let certificate = app.add(Certificate::of(&CESHI, 2017));
    let old = Application::of(&CESHI, "reissue", "12").year("2011").certificate_number("2011370000000000123456");
    app.add(old.status("rejected").feedback("照片不清晰，请重新上传白底证件照；报名市与登记不符，请核对后再提交。"));
    let tab = Tab::signed_in(&app, WIDE, "ceshi").await;
    tab.go(&format!("/reissue/new?certificate={certificate}")).await;
    tab.fill("approval_date", "20171022").await;
    tab.fill("contact", "13900000000").await;
    tab.follow("main form button:not([name])").await;
    tab.go("/applications").await;
    tab.print_view(true).await;
    tab.resize(SHEET).await;
    assert_eq!(tab.script::<Vec<u32>>(LINES, json!([".code"])).await, [1, 1]);
    assert_eq!(tab.script::<Vec<u32>>(LINES, json!([".reference"])).await, [1], "受理号");
    let whole = async |what: &str| {
        let lines = tab.script::<Vec<u32>>(LINES, json!([what])).await;
        assert!(!lines.is_empty() && lines.iter().all(|lines| *lines == 1), "{what}: {lines:?}");
    };
    whole(".origin").await;
    whole(".filed span").await;
    assert!(!tab.find("th:last-child").await.is_displayed().await.unwrap(), "操作 is printed");
    assert_eq!(tab.script::<i64>("return document.scrollingElement.scrollWidth", json!([])).await, i64::from(SHEET));
    tab.keep_picture("applications-print").await;
    tab.print_view(false).await;
    tab.resize(360).await;
    whole(".filed span").await;
    tab.print_view(true).await;
    for path in ["/reissue?exam=ZJ", "/reissue"] {
        tab.go(path).await;
        assert!(!tab.find("th:last-child").await.is_displayed().await.unwrap(), "操作 is printed");
        assert!(!tab.find("form.choose").await.is_displayed().await.unwrap(), "what chooses is printed");
    }
    tab.resize(SHEET).await;
    tab.keep_picture("step1-print").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_prints_as_words() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Application::of(&CESHI, "reissue", "12").year("2011"));
    let tab = Tab::signed_in(&app, WIDE, "ceshi").await;
    tab.go("/applications").await;
    tab.follow("tr[data-application] a").await;
    tab.print_view(true).await;
    tab.resize(SHEET).await;
    let boxes: Vec<String> = tab
        .script(
            "return [...document.querySelectorAll('main :is(input, select, textarea)')].filter((it) => it.checkVisibility())
               .filter((it) => parseFloat(getComputedStyle(it).borderTopWidth) > 0 || it.type === 'file' || it.readOnly)
               .map((it) => it.outerHTML)",
            json!([]),
        )
        .await;
    assert_eq!(boxes, [""; 0]);
    tab.says("110101199003071233").await;
    assert_eq!(
        tab.script::<Vec<u32>>(LINES, json!(["[data-reference], .locked-words"])).await.into_iter().max(),
        Some(1)
    );
    tab.keep_picture("maintenance-print").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_asks_for_an_answer_does_not_stand_on_paper() {
    let app = TestApp::new().await;
    app.add(Account::of(&GAIMING, "reissue", "4").name("李旧名").password("abc123456"));
    let tab = Tab::signed_in(&app, WIDE, "gaiming").await;
    tab.go("/link").await;
    tab.print_view(true).await;
    for gone in [".proof", ".asks", ".all-forms"] {
        assert!(!tab.find(gone).await.is_displayed().await.unwrap(), "{gone} is printed");
    }
    assert!(tab.find("[data-account]").await.is_displayed().await.unwrap());
    tab.keep_picture("link-print").await;
}
