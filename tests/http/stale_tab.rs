//! A form that a tab still shows from the session before, sent after the person has signed in again in another tab: kept as a draft, never obeyed.

use crate::by_hand::OF_2012;
use crate::link_proof::{PASSWORD, old_account, proof};
use crate::support::{Browser, Form, Page, TestApp, photo};

const NOT_SUBMITTED: &str = "填写的内容已保留在下面，尚未提交";

async fn of_2012(browser: &Browser) -> Form {
    browser.step2("exam=ZJ").await.main_form().fill(&OF_2012)
}

fn time_out(app: &TestApp) {
    app.redis.keys("session:").iter().for_each(|session| app.redis.expire(session));
}

async fn led_to(browser: &Browser, form: Form) -> Page {
    let place = browser.submit(form).await.location();
    browser.send(reqwest::Method::GET, place, |request| request).await.expect(200)
}

#[tokio::test]
async fn it_is_shown_filled_in_with_its_photo_and_counts_once_it_is_sent_again() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    for is_over in [true, false] {
        let form = of_2012(&browser).await.file("photo", "a.jpg", &photo("good.jpg"));
        if is_over {
            time_out(&app);
        }
        browser.sign_in("xinren").await;
        let page = led_to(&browser, form).await;
        assert_eq!((page.url.path(), app.count("applications")), ("/reissue/new", 0));
        page.says(NOT_SUBMITTED);
        for (field, value) in OF_2012 {
            assert_eq!(page.value(field), value, "{field}");
        }
        assert!(page.has("input[name=photo_token]"));
        let page = browser.step2("exam=ZJ").await;
        assert_eq!(page.value("contact"), "13912340001");
    }
    browser.apply(browser.step2("exam=ZJ").await.main_form()).await;
}

#[tokio::test]
async fn an_edit_a_request_and_a_claim_are_kept_and_a_password_is_not() {
    let app = TestApp::new().await;
    old_account(&app);
    let browser = app.user("gaiming").await;
    let id = browser.apply(of_2012(&browser).await.file("photo", "a.jpg", &photo("good.jpg"))).await;
    let edit = browser.get(&format!("/applications/{id}")).await.main_form().set("contact", "13912340009");
    let page = browser.get("/link").await;
    let handle = page.attr("[data-account]", "data-account").unwrap();
    let request = page.main_form().set("account", &handle).set("note", "第一行");
    let claim = page.form("form[action='/link/claim']").set("old_number", "E12345678").set("password", PASSWORD);
    let proof = proof(&page, PASSWORD);
    let report = browser.get("/continuity").await.form("#missing + p + form");
    time_out(&app);
    browser.sign_in("gaiming").await;

    let page = led_to(&browser, edit).await;
    assert_eq!(page.value("contact"), "13912340009");
    page.says(NOT_SUBMITTED);
    let stored = browser.get(&format!("/applications/{id}")).await;
    assert_eq!(stored.value("contact"), "13912340001", "nothing was saved");

    let page = led_to(&browser, request).await;
    page.says(NOT_SUBMITTED);
    let new_handle = browser.get("/link").await.attr("[data-account]", "data-account").unwrap();
    assert_ne!(handle, new_handle, "of the new session");
    assert_eq!((page.main_form().get("account"), &*page.value("note")), (Some(&*new_handle), "第一行"));

    let page = led_to(&browser, claim).await;
    assert_eq!(page.form("form[action='/link/claim']").get("old_number"), Some("E12345678"));
    page.never_holds(PASSWORD);

    let page = led_to(&browser, proof).await;
    page.says("刚才的操作没有提交").never_holds(PASSWORD);
    assert!(page.has("[data-account]"), "nothing was linked");
    let page = led_to(&browser, report).await;
    assert_eq!(page.url.path(), "/continuity");
    page.says("刚才的操作没有提交");
    assert_eq!(app.count("review_tasks"), 0);
}

#[tokio::test]
async fn so_is_one_of_the_session_before_that_whether_or_not_the_last_one_is_over() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = of_2012(&browser).await;
    for _ in 0..2 {
        time_out(&app);
        browser.sign_in("xinren").await;
    }
    led_to(&browser, form.clone()).await.says(NOT_SUBMITTED);
    time_out(&app);
    assert_eq!(browser.submit(form.set("contact", "13912340002")).await.leads_to(), "/");
    let back = browser.try_sign_in("xinren", None).await;
    assert_eq!(browser.settle(back).await.expect(200).value("contact"), "13912340002");
}

/// Refused, and nothing is kept.
async fn refused(app: &TestApp, browser: &Browser, form: Form) {
    browser.submit(form).await.expect(403);
    assert_eq!(app.count("applications"), 0);
    assert!(app.redis.keys("draft:").is_empty() && app.redis.keys("unsent").is_empty());
}

/// Signs in as somebody who is not let in.
async fn held(browser: &Browser) {
    let back = browser.try_sign_in("faren", None).await;
    assert_eq!(browser.settle(back).await.url.path(), "/sso/held");
}

#[tokio::test]
async fn whoever_is_held_by_mistake_in_between_loses_no_form() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    for is_over in [true, false] {
        let (now, later) = (of_2012(&browser).await, of_2012(&browser).await.set("contact", "13912340003"));
        if is_over {
            time_out(&app);
        }
        held(&browser).await;
        held(&browser).await;
        assert_eq!(browser.submit(now.set("contact", "13912340002")).await.leads_to(), "/sso/held");
        let back = browser.try_sign_in("xinren", None).await;
        let page = browser.settle(back).await.expect(200);
        assert_eq!((page.url.path(), &*page.value("contact")), ("/reissue/new", "13912340002"));
        let page = led_to(&browser, later).await;
        page.says(NOT_SUBMITTED);
        assert_eq!(page.value("contact"), "13912340003");
    }
    assert_eq!(app.count("applications"), 0);
}

#[tokio::test]
async fn a_session_that_is_held_carries_nothing_on_to_another_person() {
    let app = TestApp::new().await;
    app.user("ceshi").await;
    let browser = app.user("xinren").await;
    let form = of_2012(&browser).await;
    held(&browser).await;
    browser.sign_in("ceshi").await;
    refused(&app, &browser, form.clone()).await;
    held(&browser).await;
    // Of the session that was another person's nothing is known any more.
    browser.submit(form.clone()).await;
    assert!(app.redis.keys("draft:").is_empty() && app.redis.keys("unsent").is_empty());
    browser.sign_in("xinren").await;
    refused(&app, &browser, form.clone()).await;

    // What was kept while they were held goes to nobody else, and who signs out leaves nothing behind.
    let form = of_2012(&browser).await;
    held(&browser).await;
    browser.submit(form.clone()).await;
    assert!(!app.redis.keys("unsent:").is_empty());
    browser.sign_in("ceshi").await;
    assert!(app.redis.keys("draft:").is_empty() && app.redis.keys("unsent").is_empty());
    browser.submit(form).await.expect(403);
}

#[tokio::test]
async fn a_form_of_another_person_s_session_is_refused() {
    let app = TestApp::new().await;
    app.user("ceshi").await;
    for is_over in [true, false] {
        let browser = app.user("xinren").await;
        let form = of_2012(&browser).await;
        if is_over {
            time_out(&app);
        }
        browser.sign_in("ceshi").await;
        refused(&app, &browser, form.clone()).await;
        // Nor when its owner is back: the browser has been another person's.
        browser.sign_in("xinren").await;
        refused(&app, &browser, form).await;
    }
}

#[tokio::test]
async fn a_forged_token_one_of_another_browser_and_one_of_a_session_that_was_signed_out_are_refused() {
    let app = TestApp::new().await;
    let (browser, elsewhere) = (app.user("xinren").await, app.user("xinren").await);
    let form = of_2012(&browser).await;
    let of_elsewhere = of_2012(&elsewhere).await;
    let former = form.get("csrf_token").unwrap().to_owned();
    time_out(&app);
    browser.sign_in("xinren").await;
    refused(&app, &browser, of_elsewhere).await;
    for forged in ["", "x", &former[1..], &format!("{former}x"), &"x".repeat(20_000)] {
        refused(&app, &browser, form.clone().force("csrf_token", forged)).await;
    }
    refused(&app, &browser, form.without("csrf_token")).await;

    // Who signs out has no form to lose, and may leave the browser to somebody else.
    let form = of_2012(&browser).await;
    browser.sign_out().await;
    browser.sign_in("xinren").await;
    refused(&app, &browser, form).await;
}

#[tokio::test]
async fn a_sign_out_of_an_earlier_session_signs_nobody_out() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.get("/reissue").await.form("form[action='/sso/logout']");
    time_out(&app);
    browser.sign_in("xinren").await;
    browser.submit(form).await.expect(403);
    browser.get("/reissue").await.expect(200);
}

#[tokio::test]
async fn forms_of_earlier_sessions_count_as_submissions() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 2).build().await;
    let browser = app.user("xinren").await;
    let form = of_2012(&browser).await;
    time_out(&app);
    browser.sign_in("xinren").await;
    for _ in 0..2 {
        browser.submit(form.clone()).await.location();
    }
    browser.submit(form).await.expect(429);
}
