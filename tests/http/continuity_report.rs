//! `POST /continuity/report`: 有缺少, 不是我的.

use crate::desk::{decide, no, yes};
use crate::link_proof::{PASSWORD, old_account};
use crate::support::{Account, Application, Browser, CESHI, Form, GAIMING, JIANDIAN, SHIWUWEI, TestApp};

async fn holder(app: &TestApp) -> Browser {
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Account::of(&CESHI, "mailing", "7"));
    app.add(Application::of(&CESHI, "reissue", "12").certificate_number("OLD-12"));
    app.user("ceshi").await
}

async fn not_mine(browser: &Browser, system: &str) -> Form {
    let page = browser.get("/continuity").await.expect(200);
    let row = page.rows("tr[data-account]").into_iter().find(|row| row.text.contains(system)).expect("a row");
    page.form(&format!("tr[data-account='{}'] form[action='/continuity/report']", row.attr("data-account")))
}

#[tokio::test]
async fn the_list_tells_each_account_with_its_year_masked_and_why_it_came() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Account::of(&SHIWUWEI, "reissue", "15").number(&SHIWUWEI.number_of_15_digits()));
    app.add(Account::of(&JIANDIAN, "mailing", "30").name("阿依古丽•买买提").registered_at("2009/5/6"));
    for (persona, words) in [
        ("ceshi", ["原证书补办系统", "2011年", "测*", "110101********1233", "证件号码和姓名一致"]),
        ("shiwuwei", ["原证书补办系统", "2011年", "石*维", "110101********0010", "原15位证件号码升位后一致"]),
        ("jiandian", ["原证书邮寄系统", "2009年", "阿", "650102********2263", "间隔号"]),
    ] {
        let page = app.anon().sign_in(persona).await;
        let rows = page.rows("tr[data-account]");
        assert_eq!(rows.len(), 1, "{persona}");
        for word in words {
            assert!(rows[0].text.contains(word), "{word}: {}", rows[0].text);
        }
        assert_eq!(page.count("tr[data-system]"), 1);
    }
}

#[tokio::test]
async fn what_is_not_mine_is_hidden_at_once_and_nothing_is_lost() {
    let app = TestApp::new().await;
    let browser = holder(&app).await;
    browser.get("/applications").await.says("OLD-12");
    let form = not_mine(&browser, "原证书补办系统").await;
    assert_eq!(browser.submit(form.clone()).await.leads_to(), "/continuity");

    let page = browser.get("/continuity").await;
    assert_eq!(page.count("tr[data-account]"), 1);
    assert!(!page.has("tr[data-system=reissue]"));
    assert_eq!(page.count("[data-frozen]"), 1);
    assert!(!page.has("[data-needs-review]"), "one account is not told twice");
    page.says("您已反映“不是我的”的账户").says("测*");
    assert!(!browser.get("/applications").await.html().contains("OLD-12"));
    let task = browser.get("/link").await.rows("[data-task]").into_iter().next().expect("a task");
    assert_eq!(task.attr("data-status"), "open");
    page.says(&format!("核实申请第 {} 号", task.attr("data-task")));
    assert_eq!((app.count("links"), app.count("legacy_applications"), app.count("review_tasks")), (2, 1, 1));

    browser.submit(form).await.expect(303);
    assert_eq!(app.count("review_tasks"), 1, "a second click asks nothing new");
}

#[tokio::test]
async fn a_report_that_was_answered_leaves_nothing_waiting() {
    for (given, accounts) in [(yes(), 1), (no(), 2)] {
        let app = TestApp::new().await;
        let browser = holder(&app).await;
        let form = not_mine(&browser, "原证书补办系统").await;
        browser.submit(form).await.location();
        let task = browser.get("/link").await.attr("[data-task]", "data-task").unwrap();
        decide(&app, task.parse().unwrap(), &given).unwrap();
        for browser in [browser, app.user("ceshi").await] {
            let page = browser.get("/continuity").await.expect(200);
            assert_eq!(page.count("tr[data-account]"), accounts);
            assert!(!page.has("[data-frozen]") && !page.has("[data-needs-review]"), "{}", page.summary());
            assert!(!browser.get("/link").await.has("[data-needs-review]"));
        }
    }
}

#[tokio::test]
async fn what_came_along_by_a_reported_account_is_hidden_with_it_and_told_so() {
    let app = TestApp::new().await;
    old_account(&app);
    // Linked by the name that the proof of the other one brings.
    app.add(Account::of(&GAIMING, "mailing", "5").name("李旧名"));
    let browser = app.user("gaiming").await;
    let page = browser.get("/link").await;
    let row = page.rows("[data-account]").into_iter().find(|row| row.text.contains("补办")).unwrap();
    let form = page.form(&format!("[data-account='{}'] form", row.attr("data-account")));
    browser.submit(form.set("password", PASSWORD)).await.location();
    assert_eq!(browser.get("/continuity").await.count("tr[data-account]"), 2);

    let form = not_mine(&browser, "原证书补办系统").await;
    browser.submit(form).await.location();
    let page = browser.get("/continuity").await;
    assert_eq!((page.count("tr[data-account]"), page.count("[data-frozen]")), (0, 2));
    page.says("凭上述账户承接，一并核实");
    assert_eq!(browser.get("/link").await.count("[data-task]"), 1);
}

#[tokio::test]
async fn only_an_account_of_ones_own_can_be_reported() {
    let app = TestApp::new().await;
    let browser = holder(&app).await;
    let form = not_mine(&browser, "原证书邮寄系统").await;
    let other = app.user("xinren").await;
    let token = other.get("/continuity").await.csrf_token();
    other.submit(form.clone().force("csrf_token", &token)).await.expect(404);
    for odd in ["", "x", "0190a5f0-0000-7000-8000-000000000000"] {
        browser.submit(form.clone().force("account", odd)).await.expect(404);
    }
    browser.submit(form.force("kind", "other")).await.expect(400);
    assert_eq!(app.number("SELECT count(*) AS number FROM links WHERE frozen_at IS NULL"), 2);
}

#[tokio::test]
async fn something_missing_leads_to_the_request() {
    let app = TestApp::new().await;
    let browser = holder(&app).await;
    let page = browser.get("/continuity").await;
    let form = page.form("#missing + p + form");
    assert_eq!(form.get("kind"), Some("missing"));
    assert_eq!(browser.submit(form).await.leads_to(), "/link?ask=missing#request");
    assert_eq!(app.count("review_tasks"), 0);
}
