//! Forms of accounts that are sent twice, gone back to, or sent where somebody is signed in.

use crate::account_pages::{
    ADDRESS, CHOSEN, REGISTERED_ADDRESS, REGISTRATION, ceshi, mailing, registers, sends, signs_in, with_account,
};
use crate::support::{Account, Browser, CESHI, Form, Page, TestApp};

/// A browser that waits for its code, and the form with it.
async fn awaits_code(app: &TestApp) -> (Browser, Form) {
    let browser = app.anon().with_header("sec-fetch-site", "same-origin");
    sends(app, &browser, "/account/register", &REGISTRATION).await.expect(303);
    let code = app.letter(ADDRESS).await.code();
    let form = browser.get("/account/confirm").await.form(".account-form").set("code", &code);
    (browser, form)
}

/// What stands in a field.
fn typed(page: &Page, field: &str) -> String {
    page.attr(&format!("#{field}"), "value").unwrap_or_default()
}

#[tokio::test]
async fn a_code_that_is_sent_twice_lands_twice_where_it_landed_first() {
    let app = mailing().await;
    let (browser, form) = awaits_code(&app).await;
    let before = browser.session().unwrap();
    let first = browser.submit(form.clone()).await.expect(303);

    // The first answer has come: its session sends a form of the one before it.
    assert_eq!(browser.submit(form.clone()).await.expect(303).leads_to(), first.leads_to());
    browser.get(first.leads_to()).await.expect(200).says("注册成功").says("刚才提交的验证码没有再次使用");
    // It has not: the browser has the cookie of a session that is over.
    let other = app.anon().with_header("sec-fetch-site", "same-origin");
    other.set_cookie("bz_session", &before);
    assert_eq!(other.submit(form.clone()).await.expect(303).leads_to(), first.leads_to());
    other.get("/reissue").await.expect(200).says("登录用户：辛仁");
    assert_eq!(app.count("legacy_accounts"), 1);

    // From elsewhere the code alone is of no use, nor is a wrong one.
    let thief = app.anon().with_header("sec-fetch-site", "same-origin");
    thief.submit(form.clone()).await.expect(403);
    let foreign = app.anon().with_header("sec-fetch-site", "cross-site");
    foreign.set_cookie("bz_session", &before);
    foreign.submit(form.clone()).await.expect(403);
    let wrong = if form.get("code") == Some("111111") { "222222" } else { "111111" };
    let guesser = app.anon().with_header("sec-fetch-site", "same-origin");
    guesser.set_cookie("bz_session", &before);
    guesser.submit(form.set("code", wrong)).await.expect(403);
}

#[tokio::test]
async fn two_clicks_at_once_are_both_signed_in() {
    let app = mailing().await;
    let (browser, form) = awaits_code(&app).await;
    let (first, second) = tokio::join!(browser.submit(form.clone()), browser.submit(form));
    assert_eq!(first.expect(303).leads_to(), second.expect(303).leads_to());
    browser.get("/reissue").await.expect(200);
    assert_eq!(app.count("legacy_accounts"), 1);
}

#[tokio::test]
async fn a_code_for_another_address_that_is_sent_twice_is_told_once() {
    let app = with_account().await;
    let browser = ceshi(&app).await;
    sends(&app, &browser, "/account/profile", &[("email", ADDRESS)]).await.expect(303);
    let code = app.letter(ADDRESS).await.code();
    let form = browser.get("/account/confirm").await.form(".account-form").set("code", &code);
    for _ in 0..2 {
        assert_eq!(browser.submit(form.clone()).await.expect(303).leads_to(), "/account/profile");
    }
    browser.get("/account/profile").await.says("邮箱已更换");
    let told = app.mailbox().await.iter().filter(|letter| letter.to == REGISTERED_ADDRESS).count();
    assert_eq!(told, 1, "the former address");
}

#[tokio::test]
async fn whoever_mistyped_the_address_goes_back_to_the_registration_as_it_was_typed() {
    let app = mailing().await;
    let browser = app.anon();
    let typo = REGISTRATION.map(|(field, value)| (field, if field == "email" { "xinren@example.con" } else { value }));
    sends(&app, &browser, "/account/register", &typo).await.expect(303);
    let page = browser.get("/account/confirm").await.expect(200);
    page.says("xinren@example.con").says("邮箱写错了？");
    let back = browser.submit(page.form(".account-form").press("action", "edit")).await.expect(303);
    assert_eq!(back.leads_to(), "/account/register", "nothing of it in the address");
    let page = browser.follow(back.leads_to()).await.expect(200);
    for (field, value) in &typo[..3] {
        assert_eq!(typed(&page, field), *value);
    }
    page.never_holds(CHOSEN);
    assert_eq!(typed(&browser.get("/account/register").await, "name"), "", "shown once");
    assert!(!app.anon().get("/account/confirm").await.has("button[value=edit]"), "nothing waits in another browser");

    let form = app.met(&browser, &page).await;
    let passwords = [("email", ADDRESS), ("password", CHOSEN), ("password_again", CHOSEN)];
    browser.submit(form.fill(&passwords)).await.expect(303);
    let code = app.letter(ADDRESS).await.code();
    sends(&app, &browser, "/account/confirm", &[("code", &code)]).await.expect(303);
    browser.get("/account/profile").await.expect(200);
}

#[tokio::test]
async fn what_was_typed_is_gone_with_the_code() {
    let app = mailing().await;
    let (browser, form) = awaits_code(&app).await;
    app.redis.keys("account:pending:").iter().for_each(|key| app.redis.expire(key));
    browser.submit(form.press("action", "edit")).await.expect(410).never_holds(ADDRESS);
    assert_eq!(typed(&browser.get("/account/register").await, "email"), "");
    assert!(!browser.get("/account/confirm").await.has("button[value=edit]"));
}

#[tokio::test]
async fn a_password_that_is_set_anew_where_somebody_is_signed_in_is_told_all_the_same() {
    let app = with_account().await;
    let own = ceshi(&app).await;
    let other = app.anon();
    registers(&app, &other).await;
    for (browser, says) in [(&own, "密码已修改，请用新密码登录"), (&other, "新密码已设置。本浏览器已有人登录")]
    {
        // A minute later.
        app.redis.keys("recovery-young").iter().for_each(|key| app.redis.expire(key));
        sends(&app, &app.anon(), "/account/recover", &[("id_number", CESHI.number)]).await.expect(303);
        let letters = app.mailbox().await;
        let letter = letters.iter().find(|letter| letter.subject == "找回密码").expect("a link");
        let path = format!("/account/recover/{}", letter.token());
        let fields = [("password", CHOSEN), ("password_again", CHOSEN)];
        let done = sends(&app, browser, &path, &fields).await.expect(303);
        assert_eq!(done.leads_to(), "/account/login");
        browser.follow(done.leads_to()).await.expect(200).says(says);
    }
    other.get("/reissue").await.expect(200).says("登录用户：辛仁");
    signs_in(&app, &own, CESHI.number, CHOSEN).await.expect(303);
}

#[tokio::test]
async fn whoever_sends_a_code_where_somebody_else_has_signed_in_is_told_that_it_was_not_used() {
    let app = mailing().await;
    let (browser, form) = awaits_code(&app).await;
    app.add(Account::of(&CESHI, "reissue", "12").password(CHOSEN));
    let waiting = browser.session().unwrap();
    signs_in(&app, &browser, CESHI.number, CHOSEN).await.expect(303);
    assert_ne!(browser.session().unwrap(), waiting);
    let answer = browser.submit(form).await.expect(303);
    browser.get(answer.leads_to()).await.expect(200).says("登录用户：测试").says("刚才提交的验证码没有再次使用");
    assert_eq!(app.count("legacy_accounts"), 1, "nobody was registered");
}
