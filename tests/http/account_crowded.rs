//! Forms of accounts where as many passwords are being hashed as may: shown again, with what was typed and when to come back.

use buzheng::config::AccessMode;
use tokio::task::JoinSet;

use crate::account_pages::{CHOSEN, PASSWORD, REGISTERED_ADDRESS, signs_in};
use crate::support::{Account, Browser, CESHI, Citizen, Form, Page, TestApp};

/// More than are let in at once.
const AT_ONCE: u32 = 24;

async fn app() -> TestApp {
    let app = TestApp::builder()
        .access(AccessMode::Local)
        .mailing()
        .config(|config| {
            config.throttle.passwords_waiting = 1;
            config.throttle.password_tries = 100;
        })
        .build()
        .await;
    app.add(Account::of(&CESHI, "reissue", "12").password(PASSWORD));
    app
}

/// The answers of those who were told to come back, of all that are sent at once; each names a time and has the form.
async fn crowded(forms: Vec<(Browser, Form)>) -> Vec<Page> {
    let mut all = JoinSet::new();
    for (browser, form) in forms {
        all.spawn(async move { browser.submit_any(form).await });
    }
    let told: Vec<Page> = all.join_all().await.into_iter().filter(|page| page.status == 503).collect();
    assert!(!told.is_empty(), "nobody was told to come back");
    for page in &told {
        assert_eq!(page.header("retry-after"), "5");
        page.says("当前登录人数较多，请稍候再试").never_holds(CHOSEN).never_holds("内容有误");
        assert!(page.has(".account-form") && page.has("#error-summary"));
    }
    told
}

/// Of as many browsers, each with an invented person's number.
async fn of_strangers(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Vec<(Browser, Form)> {
    let mut forms = Vec::new();
    for n in 0..AT_ONCE {
        let browser = app.anon();
        let page = browser.get(path).await.expect(200);
        let form = app.met(&browser, &page).await.fill(fields);
        forms.push((browser, form.set("id_number", Citizen::invented(n + 100, "甲").number)));
    }
    forms
}

#[tokio::test]
async fn the_sign_in_is_shown_again_with_the_number() {
    let app = app().await;
    for page in crowded(of_strangers(&app, "/account/login", &[("password", CHOSEN)]).await).await {
        assert!(
            page.attr("#id_number", "value").is_some_and(|number| number.starts_with("370102")),
            "what was typed is there"
        );
        assert!(page.has("[data-challenge]"), "with another challenge");
    }
}

#[tokio::test]
async fn the_registration_is_shown_again_with_all_but_the_passwords() {
    let app = app().await;
    let fields = [("name", "甲"), ("email", "jia@example.com"), ("password", CHOSEN), ("password_again", CHOSEN)];
    for page in crowded(of_strangers(&app, "/account/register", &fields).await).await {
        let typed = ["#name", "#email"].map(|field| page.attr(field, "value").unwrap());
        assert_eq!(typed, ["甲", "jia@example.com"]);
        page.says("系统繁忙，没有提交");
    }
}

#[tokio::test]
async fn the_change_of_a_password_is_shown_again() {
    let app = app().await;
    let browser = app.anon();
    signs_in(&app, &browser, CESHI.number, PASSWORD).await.expect(303);
    let form = browser.get("/account/password").await.expect(200).form(".account-form");
    let form = form.fill(&[("old_password", "wrong1234567"), ("password", CHOSEN), ("password_again", CHOSEN)]);
    let pages = crowded((0..AT_ONCE).map(|_| (browser.clone(), form.clone())).collect()).await;
    pages[0].says("系统繁忙，没有提交");
}

#[tokio::test]
async fn a_mailed_link_is_shown_again_and_stays_good() {
    let app = app().await;
    let browser = app.anon();
    let page = browser.get("/account/recover").await;
    let asks = app.met(&browser, &page).await.set("id_number", CESHI.number);
    browser.submit(asks).await.expect(303);
    let path = format!("/account/recover/{}", app.letter(REGISTERED_ADDRESS).await.token());
    let mut forms = Vec::new();
    for _ in 0..AT_ONCE {
        let browser = app.anon();
        let form = browser.get(&path).await.expect(200).form(".account-form");
        forms.push((browser, form.fill(&[("password", CHOSEN), ("password_again", CHOSEN)])));
    }
    let pages = crowded(forms).await;
    pages[0].says("系统繁忙，没有提交");
    signs_in(&app, &app.anon(), CESHI.number, CHOSEN).await.expect(303);
}
