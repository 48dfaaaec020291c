//! What was done is said once, on the page that follows.

use reqwest::Method;

use crate::by_hand::OF_2020;
use crate::link_claim;
use crate::link_proof::{PASSWORD, old_account, proof};
use crate::support::{Account, Browser, CESHI, Form, GAIMING, Page, TestApp};

/// What the page has to say about what was done.
fn notice(page: &Page) -> Option<String> {
    page.texts("main > .notice").into_iter().next()
}

/// Sends a form and follows its answer: the page says these words, its address does not, and a reload says nothing.
async fn told_once(browser: &Browser, form: Form, place: &str, words: &[&str]) {
    let answer = browser.submit(form).await;
    assert_eq!(answer.leads_to(), place);
    let page = browser.settle(answer).await.expect(200);
    let said = notice(&page).unwrap_or_else(|| panic!("nothing is said on {place}:\n{}", page.summary()));
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert_eq!(notice(&browser.get(place).await), None, "a reload of {place} says it again");
}

/// An application of `xinren`, opened for maintenance.
async fn editing(browser: &Browser) -> Form {
    let id = browser.apply(browser.step2("exam=ZJ").await.main_form().fill(&OF_2020)).await;
    browser.get(&format!("/applications/{id}")).await.main_form()
}

#[tokio::test]
async fn what_was_saved_is_said_once() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = editing(&browser).await;
    told_once(&browser, form.set("contact", "13900000002"), "/applications", &["申请信息已保存"]).await;
}

#[tokio::test]
async fn a_request_is_confirmed_with_its_number_and_what_happens_next() {
    let app = TestApp::new().await;
    old_account(&app);
    let browser = app.user("gaiming").await;
    let form = browser.get("/link").await.main_form().set("old_name", "李旧名").set("note", "2015 年更名");
    let next = ["核实申请（第 1 号）已提交", "工作人员会核实", "过几天"];
    told_once(&browser, form.clone(), "/link", &next).await;
    let task = browser.get("/link").await.attr("[data-task]", "data-task").unwrap();
    assert_eq!(task, "1");
    told_once(&browser, form.set("note", "又想起来"), "/link", &["第 1 号）正在办理", "补充进去"]).await;
}

#[tokio::test]
async fn a_right_password_says_how_many_accounts_it_brought() {
    let app = TestApp::new().await;
    old_account(&app);
    let browser = app.user("gaiming").await;
    let form = proof(&browser.get("/link").await, PASSWORD);
    told_once(&browser, form, "/continuity", &["已承接 1 个账户"]).await;

    // The name that the proof shows to be theirs brings another account along.
    let app = TestApp::new().await;
    old_account(&app);
    app.add(Account::of(&GAIMING, "mailing", "5").name("李旧名"));
    let browser = app.user("gaiming").await;
    let page = browser.get("/link").await;
    let row = page.rows("[data-account]").into_iter().find(|row| row.text.contains("补办")).unwrap();
    let form = page.form(&format!("[data-account='{}'] form", row.attr("data-account")));
    told_once(&browser, form.set("password", PASSWORD), "/continuity", &["已承接 2 个账户"]).await;
}

#[tokio::test]
async fn a_right_claim_is_confirmed_with_its_number() {
    let app = TestApp::new().await;
    link_claim::old_account(&app);
    let browser = app.user("xinren").await;
    let page = browser.get("/link").await;
    let form = page.form("form[action='/link/claim']").set("old_number", "E12345678").set("password", PASSWORD);
    told_once(&browser, form, "/link", &["核对正确", "第 1 号", "工作人员核实后"]).await;
}

#[tokio::test]
async fn reports_say_what_became_of_them() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    let browser = app.user("ceshi").await;
    let page = browser.get("/continuity").await;
    told_once(&browser, page.form("#missing + p + form"), "/link?ask=missing#request", &["写明缺少什么", "还没有提交"])
        .await;
    let form = page.form("tr[data-account] form[action='/continuity/report']");
    told_once(&browser, form, "/continuity", &["不是我的", "第 1 号", "已隐藏"]).await;
}

#[tokio::test]
async fn tabs_that_save_at_once_lose_no_message_and_other_sessions_see_none() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = editing(&browser).await;
    let missing = browser.get("/continuity").await.form("#missing + p + form");
    browser.submit(missing).await.location();
    browser.submit(form.set("contact", "13900000002")).await.location();

    let (same_person, another) = (app.user("xinren").await, app.user("ceshi").await);
    for other in [&same_person, &another] {
        for place in ["/applications", "/link", "/continuity"] {
            assert_eq!(notice(&other.get(place).await), None, "{place}");
        }
    }
    // HEAD of a link scanner, and pages that have nothing to say, use nothing up.
    browser.send(Method::HEAD, browser.url("/applications"), |request| request).await.expect(200);
    browser.get("/reissue").await;
    let together = tokio::join!(browser.get("/applications"), browser.get("/applications"));
    let said: Vec<_> = [notice(&together.0), notice(&together.1)].into_iter().flatten().collect();
    assert_eq!(said, ["申请信息已保存，等待审核。"], "of two pages one says it");
    assert!(notice(&browser.get("/link").await).is_some(), "the other tab's message waits for its own page");
}

#[tokio::test]
async fn messages_lie_sealed_in_redis_and_expire() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = editing(&browser).await;
    browser.submit(form.set("contact", "13900000002")).await.location();
    let kept = app.redis.keys("told:");
    assert_eq!(kept.len(), 1);
    let life = app.redis.life(&kept[0]);
    assert!((1..=600_000).contains(&life), "{life}");
    assert!(!app.redis.dump(&kept[0]).windows(5).any(|window| window == b"Saved"));
    app.redis.expire(&kept[0]);
    assert_eq!(notice(&browser.get("/applications").await), None);
}
