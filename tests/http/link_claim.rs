//! `POST /link/claim`: an account under another number. Nobody learns which numbers the old systems know.

use buzheng::ids::AccountId;

use crate::link_proof::PASSWORD;
use crate::support::{Account, Browser, CESHI, Page, TestApp, XINREN, logged};

/// 辛仁's account from the time of another number.
pub(crate) fn old_account(app: &TestApp) -> AccountId {
    app.add(Account::of(&XINREN, "reissue", "9").number("E12345678").password(PASSWORD))
}

async fn claim(browser: &Browser, number: &str, password: &str) -> Page {
    let page = browser.get("/link").await.expect(200);
    let form = page.form("form[action='/link/claim']").set("old_number", number).set("password", password);
    browser.submit(form).await
}

#[tokio::test]
async fn a_right_claim_becomes_a_task_and_never_a_link() {
    let app = TestApp::new().await;
    old_account(&app);
    let browser = app.user("xinren").await;
    let place = claim(&browser, " e1234-5678", PASSWORD).await.location();
    assert_eq!(place.path(), "/link");
    let page = browser.get("/link").await;
    let rows = page.rows("[data-task]");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].attr("data-status"), "open");
    assert!(rows[0].text.contains("等待核实"));
    page.never_holds("E12345678").never_holds(PASSWORD);
    assert!(app.links().is_empty());

    claim(&browser, "E12345678", PASSWORD).await.location();
    assert_eq!(browser.get("/link").await.count("[data-task]"), 1, "the same claim is one task");
}

#[tokio::test]
async fn every_wrong_claim_is_answered_with_the_same_words() {
    let app = TestApp::builder().config(|config| config.throttle.password_tries = 0).build().await;
    old_account(&app);
    app.add(Account::of(&CESHI, "reissue", "12").number("E99999999"));
    let browser = app.user("xinren").await;
    let mut pages = Vec::new();
    for (number, password) in [
        ("E12345678", "falsch"),
        ("E00000000", PASSWORD),
        ("E99999999", PASSWORD),
        ("1.10101E+17", PASSWORD),
        ("***", PASSWORD),
        ("E12345678", " "),
    ] {
        let page = claim(&browser, number, password).await.expect(422);
        assert_eq!(page.attr("#claim-old_number", "value").as_deref(), Some(number), "what was typed is kept");
        assert_eq!(page.attr("#claim-password", "value"), None);
        pages.push((number, page.errors(), page.error_at("claim-old_number")));
    }
    for (number, errors, at_field) in &pages {
        assert_eq!((errors, at_field), (&pages[0].1, &pages[0].2), "{number}");
    }
    assert!(!logged().contains("E12345678") && !logged().contains(PASSWORD));
    assert_eq!(app.count("review_tasks"), 0);
}

#[tokio::test]
async fn too_many_wrong_claims_lock_with_the_same_page() {
    let app = TestApp::new().await;
    old_account(&app);
    let browser = app.user("xinren").await;
    for _ in 0..5 {
        claim(&browser, "E12345678", "falsch").await.expect(422);
    }
    let page = claim(&browser, "E12345678", PASSWORD).await.expect(429);
    assert!(page.header("retry-after").parse::<u64>().unwrap() > 60);
    page.says("输错次数过多").says("申请人工核实");
    assert_eq!(page.attr("#claim-old_number", "value").as_deref(), Some("E12345678"));
    page.never_holds(PASSWORD);
    assert_eq!(app.count("review_tasks"), 0);
}

#[tokio::test]
async fn slips_are_told_at_their_fields() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let page = claim(&browser, " ", "").await.expect(422);
    let fields: Vec<_> = page.errors().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["claim-old_number", "claim-password"]);
    let page = claim(&browser, &"1".repeat(65), "x").await.expect(422);
    assert!(page.error_at("claim-old_number").contains("不能超过 64 个字"));
}

#[tokio::test]
async fn of_more_passwords_at_once_than_may_wait_some_are_told_to_come_again_and_every_other_page_is_answered() {
    let change = |config: &mut buzheng::config::Config| {
        config.throttle.password_tries = 0;
        config.throttle.passwords_waiting = 1;
    };
    let app = TestApp::builder().config(change).build().await;
    old_account(&app);
    let browser = app.user("xinren").await;
    let page = browser.get("/link").await.expect(200);
    let form = || page.form("form[action='/link/claim']").set("old_number", "E12345678").set("password", "falsch");
    let mut storm = tokio::task::JoinSet::new();
    for _ in 0..60 {
        let (browser, form) = (browser.clone(), form());
        storm.spawn(async move { browser.submit_any(form).await });
    }
    browser.get("/applications").await.expect(200);
    let answers = storm.join_all().await;
    let (busy, judged): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 503);
    assert!(!busy.is_empty() && !judged.is_empty(), "{} busy, {} judged", busy.len(), judged.len());
    for answer in busy {
        answer.says("当前登录人数较多").says("请稍候再试");
        assert_eq!(answer.header("retry-after"), "5");
    }
    assert!(judged.iter().all(|answer| answer.status == 422));
    claim(&browser, "E12345678", PASSWORD).await.location();
}
