//! `/link` asks what stands in the way, and shows the fields of the answer.

use buzheng::app::linking::tasks::Answer;
use buzheng::domain::review::{Basis, Grounds};
use buzheng::vault::Purpose;
use diesel::prelude::*;
use std::time::Duration;

use crate::desk::{decide, no, yes};
use crate::link_proof::{PASSWORD, old_account, proof};
use crate::support::{Browser, Form, Page, TestApp, photo};

/// The names of a form's fields that a person fills in, with that of its file.
fn fields(page: &Page, css: &str) -> Vec<String> {
    page.rows(&format!("{css} input:not([type=hidden]), {css} select, {css} textarea"))
        .iter()
        .map(|field| field.attr("name").to_owned())
        .collect()
}

const CLAIM: &str = "form[action='/link/claim']";
const REQUEST: &str = "form[action='/link/request']";

#[tokio::test]
async fn the_page_asks_one_question_and_each_answer_shows_its_fields_alone() {
    let app = TestApp::new().await;
    old_account(&app);
    let browser = app.user("gaiming").await;
    let page = browser.get("/link").await.expect(200);
    assert_eq!(page.text("h1"), "找回原账户");
    assert_eq!(page.texts(".asks strong"), ["忘记密码", "换过证件号码", "有缺少"]);
    assert!(page.has("details.all-forms:not([open]) form[action='/link/request']"), "all forms are there, folded away");
    let table: [(&str, &str, &[&str]); 3] = [
        ("forgotten", REQUEST, &["system", "account", "old_number", "old_name", "note", "evidence"]),
        ("number", CLAIM, &["old_number", "password"]),
        ("missing", REQUEST, &["system", "old_name", "exam", "year", "note", "evidence"]),
    ];
    for (answer, form, expected) in table {
        let link = page.attr(&format!(".asks a[href^='/link?ask={answer}#']"), "href").unwrap();
        let place = link.split('#').nth(1).unwrap();
        let shown = browser.get(link.split('#').next().unwrap()).await.expect(200);
        assert!(shown.has(&format!("#{place}")), "{link}");
        assert_eq!(fields(&shown, form), expected, "{answer}");
        assert_eq!(shown.count("main form"), 1, "{answer}: no other form");
        assert!(shown.has("main a[href='/link']"));
    }
}

#[tokio::test]
async fn an_answer_that_is_unknown_is_none() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    for odd in ["", "x", "everything", "%00", "forgotten'", "忘记"] {
        let page = browser.get(&format!("/link?ask={odd}")).await.expect(200);
        assert!(page.has(".asks"), "{odd}");
    }
}

#[tokio::test]
async fn errors_open_the_part_that_they_are_about() {
    let app = TestApp::new().await;
    old_account(&app);
    let browser = app.user("gaiming").await;
    let missing = browser.get("/link?ask=missing").await;
    let page = browser.submit(missing.form(REQUEST).set("year", "12").set("note", "缺少")).await.expect(422);
    assert_eq!(page.errors().len(), 1, "{:?}", page.errors());
    assert!(page.error_at("year").contains("四位数字"));
    assert_eq!((page.value("note"), page.count("main form")), ("缺少".to_owned(), 1));
    assert!(!page.has("[name=old_number]"), "the same answer's fields");

    let claim = browser.get("/link?ask=number").await.form(CLAIM).set("old_number", "G0000000").set("password", "x");
    let page = browser.submit(claim).await.expect(422);
    assert_eq!((page.count("main form"), page.form(CLAIM).get("old_number")), (1, Some("G0000000")));

    // A program that fills in everything at once gets everything back.
    let all = browser.get("/link").await.form(REQUEST).set("old_name", "李旧名").set("year", "12");
    let page = browser.submit(all).await.expect(422);
    assert!(page.has("details.all-forms[open] form[action='/link/request']"));
    assert_eq!(page.value("old_name"), "李旧名");
    // So does a field that the answer would not show.
    let form = browser.get("/link?ask=forgotten").await.form(REQUEST).also("year", "12");
    let page = browser.submit(form).await.expect(422);
    assert!(page.error_at("year").contains("四位数字"));
}

#[tokio::test]
async fn a_lockout_and_its_end_stand_in_the_accounts_own_panel() {
    let app = TestApp::builder()
        .config(|config| {
            config.throttle.password_tries = 2;
            config.throttle.password_lock = Duration::from_mins(3);
        })
        .build()
        .await;
    old_account(&app);
    let browser = app.user("gaiming").await;
    let page = browser.get("/link").await;
    assert!(!page.has("[data-lockout]"));
    browser.submit(proof(&page, "falsch")).await.expect(422);
    assert!(!browser.get("/link").await.has("[data-lockout]"), "one try is left");
    let last = browser.submit(proof(&page, "falsch")).await.expect(422);
    last.says("已没有再试的次数");
    for shown in [last, browser.get("/link").await.expect(200)] {
        let words = shown.text("[data-account] [data-lockout]");
        let clock =
            words.strip_prefix("已输错 2 次，请在 ").and_then(|rest| rest.strip_suffix(" 以后再试。")).expect(&words);
        assert!(clock.len() == 5 && clock.as_bytes()[2] == b':', "{words}");
        assert!(!shown.has("form[action='/link/proof']"), "no password helps now");
        assert!(shown.has("[data-account] a[href^='/link?ask=forgotten']"));
    }
    for key in app.redis.keys("proof:") {
        app.redis.expire(&key);
    }
    let page = browser.get("/link").await;
    assert!(!page.has("[data-lockout]"));
    browser.submit(proof(&page, PASSWORD)).await.location();
}

/// A request that the reviewer refused; its number.
async fn refused(app: &TestApp) -> (Browser, i64) {
    old_account(app);
    let browser = app.user("gaiming").await;
    let form = browser.get("/link?ask=missing").await.form(REQUEST);
    let form = form.fill(&[("exam", "造价"), ("year", "2012"), ("note", "申请不见了")]);
    browser.submit(form.file("evidence", "a.jpg", &photo("good.jpg"))).await.location();
    let number = task(&browser.get("/link").await, 0).0;
    decide(app, number, &no()).unwrap();
    (browser, number)
}

/// Number and state of one of the tasks on the page.
fn task(page: &Page, at: usize) -> (i64, String) {
    let row = &page.rows("tr[data-task]")[at];
    (row.attr("data-task").parse().unwrap(), row.attr("data-status").to_owned())
}

/// The form that adds to a refused request.
async fn once_more(browser: &Browser) -> Form {
    let link = browser.get("/link").await.attr("tr[data-task] a[href^='/link?again=']", "href").unwrap();
    browser.get(link.split('#').next().unwrap()).await.expect(200).form(REQUEST)
}

fn grounds(app: &TestApp, number: i64) -> Vec<Basis> {
    use buzheng::db::schema::review_tasks;
    let sealed: Vec<u8> = review_tasks::table
        .filter(review_tasks::number.eq(number))
        .select(review_tasks::evidence_sealed)
        .first(&mut app.db.connect())
        .unwrap();
    app.service.vault.open_json::<Grounds>(Purpose::Evidence, &sealed).unwrap().bases
}

#[tokio::test]
async fn a_refused_request_is_added_to_by_a_new_one_that_refers_to_it() {
    let app = TestApp::new().await;
    let (browser, first) = refused(&app).await;
    let form = once_more(&browser).await;
    let typed = ["exam", "year", "note"].map(|name| form.get(name).unwrap().to_owned());
    assert_eq!(typed, ["造价", "2012", "申请不见了"], "what was said is there to be corrected");
    let wrong = browser.submit(form.clone().set("year", "12")).await.expect(422);
    assert_eq!(wrong.form(REQUEST).get("again"), Some(first.to_string().as_str()), "an error forgets nothing");
    browser.submit(form.set("note", "申请不见了，见户口簿")).await.location();

    let page = browser.get("/link").await;
    let (second, status) = task(&page, 0);
    assert_eq!((status.as_str(), task(&page, 1)), ("open", (first, "refused".to_owned())), "the answer stands");
    assert_ne!(second, first);
    let grounds = grounds(&app, second);
    assert!(grounds.contains(&Basis::Earlier { task: first }));
    assert!(matches!(&grounds[0], Basis::Words { note, .. } if note == "申请不见了，见户口簿"));
    let theirs = Answer { accounts: vec!["reissue:4".to_owned()], ..yes() };
    decide(&app, second, &theirs).unwrap();
    assert_eq!(task(&browser.get("/link").await, 0).1, "approved");
}

#[tokio::test]
async fn only_a_refused_request_of_ones_own_is_added_to() {
    let app = TestApp::new().await;
    let (browser, refused) = refused(&app).await;
    let other = app.user("xinren").await;
    other.get(&format!("/link?again={refused}")).await.expect(404).never_holds("申请不见了");
    let form = other.get("/link?ask=missing").await.form(REQUEST).set("note", "也不见了");
    other.submit(form.clone().also("again", &refused.to_string())).await.expect(404);
    other.submit(form.clone()).await.location();
    let open = task(&other.get("/link").await, 0).0;
    for number in [open.to_string(), "0".into(), "-1".into(), "x".into(), "99999999999999999999".into()] {
        other.get(&format!("/link?again={number}")).await.expect(404);
        other.submit(form.clone().also("again", &number)).await.expect(404);
    }
    assert!(!other.get("/link").await.has("a[href^='/link?again=']"));
    assert!(browser.get("/link").await.has("a[href^='/link?again=']"));
    assert_eq!(app.count("review_tasks"), 2);
}
