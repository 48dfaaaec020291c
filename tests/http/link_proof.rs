//! `/link` and `POST /link/proof`: an account that was found, proven by its old password.

use buzheng::ids::AccountId;
use std::time::Duration;

use crate::support::{Account, Application, Browser, CESHI, Form, GAIMING, Page, TestApp, XINREN, logged};

pub(crate) const PASSWORD: &str = "abc123456";

/// 李改明's old account, under the name of before, with one application.
pub(crate) fn old_account(app: &TestApp) -> AccountId {
    app.add(Application::of(&GAIMING, "reissue", "4").name("李旧名").certificate_number("JIU-2012"));
    app.add(Account::of(&GAIMING, "reissue", "4").name("李旧名").password(PASSWORD))
}

/// The proof's form of the first account offered.
pub(crate) fn proof(page: &Page, password: &str) -> Form {
    page.form("[data-account] form[action='/link/proof']").set("password", password)
}

async fn offered(app: &TestApp) -> (Browser, Page) {
    let browser = app.user("gaiming").await;
    let page = browser.get("/link").await.expect(200);
    (browser, page)
}

#[tokio::test]
async fn an_account_is_offered_by_system_year_and_masked_name_and_number_and_nothing_more() {
    let app = TestApp::new().await;
    let account = old_account(&app);
    let (_, page) = offered(&app).await;
    let rows = page.rows("[data-account]");
    assert_eq!(rows.len(), 1);
    for words in ["原证书补办系统", "2011年", "李*名", "370102********3313", "登记的姓名不同"] {
        assert!(rows[0].text.contains(words), "{words}: {}", rows[0].text);
    }
    let handle = rows[0].attr("data-account");
    assert!(handle.len() >= 22 && handle.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    for secret in ["李旧名", GAIMING.number, &account.to_string(), "JIU-2012", "someone@example.org", PASSWORD] {
        page.never_holds(secret);
    }
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
}

#[tokio::test]
async fn the_right_password_brings_everything_of_the_account_along() {
    let app = TestApp::new().await;
    old_account(&app);
    let (browser, page) = offered(&app).await;
    assert!(!browser.get("/applications").await.html().contains("JIU-2012"));
    let place = browser.submit(proof(&page, PASSWORD)).await.location();
    assert_eq!(place.path(), "/continuity");
    let list = browser.get("/continuity").await.expect(200);
    let row = &list.rows("tr[data-system=reissue]")[0];
    assert_eq!((row.attr("data-accounts"), row.attr("data-applications")), ("1", "1"));
    list.says("原系统密码验证").says("李*名").says("2011年");
    list.never_holds("data-needs-proof").never_holds("李旧名");
    browser.get("/applications").await.says("JIU-2012");
    assert!(!browser.get("/link").await.has("[data-account]"), "what is joined is not offered");
    assert_eq!(app.links().len(), 1);
    assert_eq!(app.links()[0].rule, "L4");
}

#[tokio::test]
async fn a_wrong_password_is_told_at_its_field_and_is_not_shown_again() {
    let app = TestApp::new().await;
    old_account(&app);
    let (browser, page) = offered(&app).await;
    let refused = browser.submit(proof(&page, "WRONG-778899")).await.expect(422);
    assert_eq!(refused.errors().len(), 1);
    let (field, message) = &refused.errors()[0];
    assert!(message.contains("密码不正确，还可以再试 4 次") && message.contains("申请人工核实"), "{message}");
    assert_eq!(&refused.error_at(field).trim_start_matches("错误：").to_owned(), message);
    assert_eq!(refused.attr(&format!("#{field}"), "type").as_deref(), Some("password"));
    assert_eq!(refused.attr(&format!("#{field}"), "value"), None);
    refused.never_holds("WRONG-778899");
    assert!(!logged().contains("WRONG-778899") && app.links().is_empty());
    // The page goes on from there.
    browser.submit(proof(&refused, PASSWORD)).await.location();
    assert!(!logged().contains(PASSWORD));
}

#[tokio::test]
async fn five_wrong_passwords_lock_and_then_the_right_one_does_not_help() {
    let app = TestApp::new().await;
    old_account(&app);
    let (browser, page) = offered(&app).await;
    let (second, seconds_page) = offered(&app).await;
    for left in (0..5).rev() {
        let refused = browser.submit(proof(&page, "falsch")).await.expect(422);
        let words =
            if left == 0 { "已没有再试的次数".to_owned() } else { format!("还可以再试 {left} 次") };
        refused.says(&words);
    }
    for password in [PASSWORD, "falsch"] {
        let locked = browser.submit(proof(&page, password)).await.expect(429);
        let wait: u64 = locked.header("retry-after").parse().unwrap();
        assert!((800..=900).contains(&wait), "{wait}");
        assert!(locked.has("#error-summary a[href='#request']"), "another way is offered");
        locked.says("约 15 分钟后").says("输错次数过多");
        assert!(locked.has("[data-account]"), "the page is the same");
        locked.never_holds(PASSWORD);
    }
    // Another browser of the same person is no way around it.
    second.submit(proof(&seconds_page, PASSWORD)).await.expect(429);
    assert!(app.links().is_empty());
}

#[tokio::test]
async fn a_lock_of_the_person_is_told_at_accounts_that_were_not_tried_in_words_of_its_own() {
    let app = TestApp::new().await;
    old_account(&app);
    app.add(Account::of(&GAIMING, "mailing", "9").name("李旧名").password(PASSWORD));
    let (browser, page) = offered(&app).await;
    let form =
        |page: &Page, at: usize| page.form(&format!("[data-account]:nth-of-type({at}) form")).set("password", "x");
    let told =
        |page: &Page| page.rows("[data-account] [data-lockout]").into_iter().map(|row| row.text).collect::<Vec<_>>();
    for _ in 0..4 {
        let refused = browser.submit(form(&page, 1)).await.expect(422);
        assert!(told(&refused).is_empty());
    }
    browser.submit(form(&page, 2)).await.expect(422);
    let both = told(&browser.get("/link").await);
    assert_eq!(both.len(), 2);
    for words in &both {
        assert!(words.starts_with("您验证各账户共输错 5 次，所有账户都暂停验证，请在 "), "{words}");
    }

    app.redis.keys("proof:person:").iter().for_each(|key| app.redis.expire(key));
    browser.submit(form(&page, 1)).await.expect(422);
    let lockouts = told(&browser.get("/link").await);
    assert_eq!(lockouts.len(), 1, "the account that was tried");
    assert!(lockouts[0].starts_with("已输错 5 次，请在 "), "{}", lockouts[0]);
    for _ in 0..4 {
        app.redis.keys("proof:account:").iter().for_each(|key| app.redis.expire(key));
        browser.submit(form(&page, 1)).await.expect(422);
    }
    let lockouts = told(&browser.get("/link").await);
    assert!(lockouts.iter().all(|words| words.starts_with("您验证各账户共输错 5 次")), "{lockouts:?}");
}

#[tokio::test]
async fn a_lock_ends_by_itself_and_limit_and_time_are_those_of_the_configuration() {
    let app = TestApp::builder()
        .config(|config| {
            config.throttle.password_tries = 1;
            config.throttle.password_lock = Duration::from_mins(3);
        })
        .build()
        .await;
    old_account(&app);
    let (browser, page) = offered(&app).await;
    page.says("输错 1 次后锁定 3 分钟");
    browser.submit(proof(&page, "falsch")).await.expect(422);
    browser.submit(proof(&page, PASSWORD)).await.expect(429).says("约 3 分钟后");
    for key in app.redis.keys("proof:") {
        app.redis.expire(&key);
    }
    browser.submit(proof(&page, PASSWORD)).await.location();
}

#[tokio::test]
async fn passwords_that_cannot_be_one_are_refused_without_costing_a_try() {
    let app = TestApp::new().await;
    old_account(&app);
    let (browser, page) = offered(&app).await;
    for (password, words) in [("", "请填写原系统的密码"), (&"x".repeat(257), "不能超过 256 个字符")] {
        let refused = browser.submit(proof(&page, password)).await.expect(422);
        assert!(refused.errors()[0].1.contains(words), "{:?}", refused.errors());
    }
    browser.submit(proof(&page, "a\0b")).await.expect(400);
    browser.submit(proof(&page, "falsch")).await.expect(422).says("还可以再试 4 次");
    browser.submit(proof(&page, &"密".repeat(256))).await.expect(422).says("还可以再试 3 次");
}

#[tokio::test]
async fn a_handle_is_of_use_only_in_the_session_that_was_shown_it() {
    let app = TestApp::new().await;
    let account = old_account(&app);
    app.add(Account::of(&XINREN, "reissue", "9").name("辛旧名").password(PASSWORD));
    let (browser, page) = offered(&app).await;
    let form = proof(&page, PASSWORD);
    let handle = form.get("account").unwrap().to_owned();

    let other = app.user("xinren").await;
    let others = proof(&other.get("/link").await, PASSWORD);
    let token = others.get("csrf_token").unwrap();
    other.submit(form.clone().force("csrf_token", token)).await.expect(404);
    let (second, own) = offered(&app).await;
    second.submit(proof(&own, PASSWORD).force("account", &handle)).await.expect(404);
    for odd in ["", "x", &account.to_string(), "0190a5f0-0000-7000-8000-000000000000", "*", "'--"] {
        browser.submit(form.clone().force("account", odd)).await.expect(404);
    }
    assert!(app.links().is_empty());

    browser.sign_out().await;
    assert_eq!(browser.submit(form.clone()).await.location().path(), "/", "signed out");
    browser.sign_in("gaiming").await;
    browser.submit(form.clone()).await.expect(403);
    let fresh = browser.get("/link").await.csrf_token();
    browser.submit(form.force("csrf_token", &fresh)).await.expect(404);
    assert!(app.links().is_empty());
}

#[tokio::test]
async fn a_proof_is_good_once_and_counts_once_when_sent_twice_at_once() {
    let app = TestApp::new().await;
    old_account(&app);
    let (browser, page) = offered(&app).await;
    let form = proof(&page, PASSWORD);
    let (one, two) = tokio::join!(browser.submit(form.clone()), browser.submit(form.clone()));
    assert_eq!((one.status.as_u16(), two.status.as_u16()), (303, 303));
    for password in [PASSWORD, "falsch"] {
        assert_eq!(browser.submit(form.clone().set("password", password)).await.leads_to(), "/link");
    }
    assert_eq!(
        (app.links().len(), app.number("SELECT count(*) AS number FROM audit_events WHERE event = 'linked'")),
        (1, 1)
    );
}

#[tokio::test]
async fn parallel_guesses_are_not_more_than_the_limit() {
    let app = TestApp::new().await;
    old_account(&app);
    let (browser, page) = offered(&app).await;
    let guesses: Vec<_> = (0..12)
        .map(|guess| {
            let (browser, form) = (browser.clone(), proof(&page, &format!("guess{guess}")));
            tokio::spawn(async move { browser.submit(form).await.status.as_u16() })
        })
        .collect();
    let mut answers = Vec::new();
    for guess in guesses {
        answers.push(guess.await.unwrap());
    }
    assert_eq!(answers.iter().filter(|status| **status == 422).count(), 5, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 7, "{answers:?}");
}

#[tokio::test]
async fn no_form_of_these_pages_works_without_its_token_or_signed_out() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    for path in ["/link/proof", "/link/claim", "/link/request", "/continuity/report"] {
        browser.post_form(path, &[("kind", "missing")]).await.expect(403);
        browser.post_form(path, &[("csrf_token", "x"), ("kind", "missing")]).await.expect(403);
        assert_eq!(app.anon().post_form(path, &[]).await.location().path(), "/", "{path}");
    }
    let place = app.anon().get("/link").await.location();
    assert_eq!((place.path(), place.query()), ("/", Some("return_to=/link")));
}

#[tokio::test]
async fn the_address_of_a_refused_form_opens_the_page_anew() {
    let app = TestApp::new().await;
    for path in ["/link/proof", "/link/claim", "/link/request"] {
        assert_eq!(app.anon().get(path).await.leads_to(), "/link");
    }
}

#[tokio::test]
async fn who_has_nothing_to_prove_reads_so_and_finds_the_other_ways() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12").password(PASSWORD));
    let page = app.user("ceshi").await.get("/link").await.expect(200);
    page.says("没有需要用密码验证的原账户");
    assert!(!page.has("[data-account]") && !page.has("[data-task]"));
    assert!(page.has("#claim") && page.has("#request") && page.has("#proof"));
    assert!(page.has(".menu a[href='/link'][aria-current=page]"));
}

#[tokio::test]
async fn an_account_without_a_password_is_offered_for_manual_verification_alone() {
    let app = TestApp::new().await;
    app.add(Account::of(&GAIMING, "reissue", "4").name("李旧名").registered_at("NULL"));
    let (browser, page) = offered(&app).await;
    assert!(!page.has("form[action='/link/proof']"));
    page.says("没有留存可以验证的密码");
    let about = page.attr("[data-account] a", "href").unwrap();
    let handle = page.attr("[data-account]", "data-account").unwrap();
    let chosen = browser.get(about.split('#').next().unwrap()).await.expect(200);
    assert_eq!(chosen.value("account"), handle, "the account is chosen already");
}
