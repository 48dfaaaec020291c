//! 注册, 找回密码, 注册信息维护, 修改密码 and the check of a registered detail, as browsers see them.

use buzheng::config::{AccessMode, AccountMail};
use reqwest::Method;

use crate::support::{Account, Browser, CESHI, Certificate, Citizen, Form, GAIMING, Page, TestApp, XINREN};

pub(crate) const PASSWORD: &str = "abc123456";
pub(crate) const CHOSEN: &str = "plum7tree";
/// Where the accounts of the test data get their mail.
pub(crate) const REGISTERED_ADDRESS: &str = "someone@example.org";
pub(crate) const ADDRESS: &str = "xinren@example.com";

pub(crate) async fn mailing() -> TestApp {
    TestApp::builder().access(AccessMode::Local).mailing().build().await
}

pub(crate) async fn with_account() -> TestApp {
    let app = mailing().await;
    app.add(Account::of(&CESHI, "reissue", "12").password(PASSWORD));
    app
}

/// The form of a page with a met challenge and these fields.
pub(crate) async fn sends(app: &TestApp, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.get(path).await.expect(200);
    let form = if page.has("[data-challenge]") { app.met(browser, &page).await } else { page.form(".account-form") };
    browser.submit(form.fill(fields)).await
}

pub(crate) async fn signs_in(app: &TestApp, browser: &Browser, number: &str, password: &str) -> Page {
    sends(app, browser, "/account/login", &[("id_number", number), ("password", password)]).await
}

pub(crate) async fn ceshi(app: &TestApp) -> Browser {
    let browser = app.anon();
    signs_in(app, &browser, CESHI.number, PASSWORD).await.expect(303);
    browser
}

pub(crate) const REGISTRATION: [(&str, &str); 5] = [
    ("name", XINREN.name),
    ("id_number", XINREN.number),
    ("email", ADDRESS),
    ("password", CHOSEN),
    ("password_again", CHOSEN),
];

pub(crate) async fn registers(app: &TestApp, browser: &Browser) {
    let done = sends(app, browser, "/account/register", &REGISTRATION).await.expect(303);
    assert_eq!(done.leads_to(), "/account/confirm");
    let code = app.letter(ADDRESS).await.code();
    let before = browser.session();
    let done = sends(app, browser, "/account/confirm", &[("code", &code)]).await.expect(303);
    assert!(["/continuity", "/reissue"].contains(&done.leads_to()), "{}", done.leads_to());
    assert_ne!(browser.session(), before, "no session of before the sign-in goes on");
}

#[tokio::test]
async fn whoever_registers_confirms_the_address_and_is_signed_in() {
    let app = mailing().await;
    let browser = app.anon();
    let page = browser.get("/account/register").await.expect(200);
    for words in [
        "姓名",
        "身份证号",
        "找回密码时使用此邮箱。",
        "请输入6-30位的密码，需要包含字母、数字。",
        "密码确认",
        "验证码",
        "返回登录",
    ] {
        page.says(words);
    }
    registers(&app, &browser).await;
    browser.get("/continuity").await.expect(200).says("注册成功，您已登录。");
    let page = browser.get("/reissue").await.expect(200);
    page.says("登录用户：辛仁").says("找回原账户");
    browser.get("/account/register").await.expect(303);
    let again = app.anon();
    signs_in(&app, &again, XINREN.number, CHOSEN).await.expect(303);
}

#[tokio::test]
async fn a_registration_with_slips_is_shown_again_with_everything_but_the_passwords() {
    let app = mailing().await;
    let browser = app.anon();
    let typed = [
        ("name", "张1"),
        ("id_number", "110101199003071234"),
        ("email", "nobody@"),
        ("password", "abcdefg"),
        ("password_again", "x"),
    ];
    let page = sends(&app, &browser, "/account/register", &typed).await.expect(422);
    let fields: Vec<String> = page.errors().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["name", "id_number", "email", "password"]);
    for (field, value) in &typed[..3] {
        assert_eq!(page.attr(&format!("#{field}"), "value").as_deref(), Some(*value));
        assert!(!page.error_at(field).is_empty());
    }
    page.never_holds("abcdefg");
    assert!(app.mailbox().await.is_empty());

    let page = browser.get("/account/register").await;
    let unmet = page.form(".account-form").fill(&REGISTRATION).set("captcha", "00000");
    let page = browser.submit(unmet).await.expect(422);
    assert_eq!(page.errors().len(), 1);
    assert_eq!(page.attr("#email", "value").as_deref(), Some(ADDRESS));
    assert!(app.mailbox().await.is_empty(), "nothing is mailed without a met challenge");
}

#[tokio::test]
async fn a_number_that_has_an_account_is_answered_as_any_other_and_its_owner_is_told() {
    let app = with_account().await;
    let mut answers = Vec::new();
    for (number, name) in [(CESHI.number, CESHI.name), (GAIMING.number, GAIMING.name)] {
        let browser = app.anon();
        let typed = REGISTRATION.map(|(field, value)| match field {
            "name" => (field, name),
            "id_number" => (field, number),
            _ => (field, value),
        });
        let done = sends(&app, &browser, "/account/register", &typed).await.expect(303);
        let page = browser.follow(done.leads_to()).await.expect(200);
        let wrong = sends(&app, &browser, "/account/confirm", &[("code", "000000")]).await.expect(422);
        answers.push((done.leads_to().to_owned(), page.words(), wrong.words()));
    }
    assert_eq!(answers[0], answers[1]);
    assert!(app.mailbox().await.iter().any(|letter| letter.to == REGISTERED_ADDRESS), "its owner is told");
}

#[tokio::test]
async fn a_code_is_of_no_use_in_another_browser_and_none_after_too_many_wrong_ones() {
    let app = mailing().await;
    let browser = app.anon();
    sends(&app, &browser, "/account/register", &REGISTRATION).await.expect(303);
    let code = app.letter(ADDRESS).await.code();
    sends(&app, &app.anon(), "/account/confirm", &[("code", &code)]).await.expect(410);
    sends(&app, &browser, "/account/confirm", &[("code", "")]).await.expect(422);
    let wrong = if code == "123456" { "654321" } else { "123456" };
    loop {
        let page = sends(&app, &browser, "/account/confirm", &[("code", wrong)]).await;
        if page.status == 410 {
            assert!(page.has("[data-notice=gone]"));
            break;
        }
        assert_eq!(page.status, 422);
    }
    sends(&app, &browser, "/account/confirm", &[("code", &code)]).await.expect(410);
}

#[tokio::test]
async fn recovery_answers_alike_and_its_link_sets_a_password_once() {
    let app = with_account().await;
    let mut answers = Vec::new();
    for number in [CESHI.number, GAIMING.number, "nonsense"] {
        let browser = app.anon();
        let done = sends(&app, &browser, "/account/recover", &[("id_number", number)]).await.expect(303);
        answers.push((done.leads_to().to_owned(), browser.follow(done.leads_to()).await.expect(200).words()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");

    let token = app.letter(REGISTERED_ADDRESS).await.token();
    let path = format!("/account/recover/{token}");
    // A program that scans the mail fetches it, as often as it likes.
    let scanner = app.anon();
    for method in [Method::HEAD, Method::GET, Method::HEAD] {
        let page = scanner.send(method, scanner.url(&path), |request| request).await;
        assert_eq!((page.status.as_u16(), page.header("referrer-policy")), (200, "no-referrer"));
    }
    let signed_in = ceshi(&app).await;

    let browser = app.anon();
    let weak = sends(&app, &browser, &path, &[("password", "abc123"), ("password_again", "abc123")]).await.expect(422);
    assert_eq!(weak.errors().len(), 1);
    let differs =
        sends(&app, &browser, &path, &[("password", CHOSEN), ("password_again", "plum8tree")]).await.expect(422);
    assert!(!differs.error_at("password_again").is_empty());
    let own =
        sends(&app, &browser, &path, &[("password", "x071233y"), ("password_again", "x071233y")]).await.expect(422);
    assert!(own.error_at("password").contains("证件号码"));
    let done = sends(&app, &browser, &path, &[("password", CHOSEN), ("password_again", CHOSEN)]).await.expect(303);
    assert_eq!(done.leads_to(), "/account/login");
    browser.follow("/account/login").await.says("密码已修改，请用新密码登录");

    browser.get(&path).await.expect(410);
    assert_eq!(signed_in.get("/reissue").await.expect(303).location().path(), "/", "its other sessions are over");
    signs_in(&app, &app.anon(), CESHI.number, PASSWORD).await.expect(422);
    signs_in(&app, &browser, CESHI.number, CHOSEN).await.expect(303);
}

#[tokio::test]
async fn a_recovery_link_that_was_never_given_is_gone() {
    let app = with_account().await;
    for token in ["x", "%00", "..%2f..", &"a".repeat(43), &"a".repeat(3000)] {
        let page = app.anon().get(&format!("/account/recover/{token}")).await;
        assert!([400, 404, 410].contains(&page.status.as_u16()), "{token:.20}: {}", page.status);
    }
}

#[tokio::test]
async fn the_profile_shows_name_and_number_locked_and_changes_the_address_by_a_code() {
    let app = with_account().await;
    let browser = ceshi(&app).await;
    let page = browser.get("/account/profile").await.expect(200);
    assert_eq!(page.locked(), ["name", "id_number"]);
    assert_eq!(page.attr("#email", "value").as_deref(), Some(REGISTERED_ADDRESS));
    page.says("姓名、身份证号有误的，请申请人工核实");

    let bad = sends(&app, &browser, "/account/profile", &[("email", "a\u{7f}b@example.com")]).await;
    assert!([400, 422].contains(&bad.status.as_u16()));
    let bad = sends(&app, &browser, "/account/profile", &[("email", "nobody")]).await.expect(422);
    assert_eq!(bad.attr("#email", "value").as_deref(), Some("nobody"));
    let unmet = page.form(".account-form").set("email", ADDRESS).set("captcha", "1");
    assert!(browser.submit(unmet).await.expect(422).has("#captcha-error"));

    // What is sent for a locked field counts for nothing.
    let page = browser.get("/account/profile").await;
    let form =
        app.met(&browser, &page).await.set("email", ADDRESS).force("name", "李四").force("id_number", GAIMING.number);
    let done = browser.submit(form).await.expect(303);
    assert_eq!(done.leads_to(), "/account/confirm");
    assert_eq!(
        browser.get("/account/profile").await.attr("#email", "value").as_deref(),
        Some(REGISTERED_ADDRESS),
        "not yet"
    );
    let code = app.letter(ADDRESS).await.code();
    let done = sends(&app, &browser, "/account/confirm", &[("code", &code)]).await.expect(303);
    let page = browser.follow(done.leads_to()).await.says("邮箱已更换").form(".account-form");
    assert_eq!(page.get("email"), Some(ADDRESS));
    assert_eq!(page.get("name"), Some(CESHI.name));
    assert!(app.mailbox().await.iter().any(|letter| letter.to == REGISTERED_ADDRESS), "the former address is told");
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions_and_this_one_goes_on_as_another() {
    let app = with_account().await;
    let (browser, other) = (ceshi(&app).await, ceshi(&app).await);
    let page = browser.get("/account/password").await.expect(200);
    page.says("原密码").says("新密码").says("新密码确认").says("确认修改");
    let change = |old: &str, new: &str, again: &str| {
        page.form(".account-form").fill(&[("old_password", old), ("password", new), ("password_again", again)])
    };
    let wrong = browser.submit(change("wrong1234567", CHOSEN, CHOSEN)).await.expect(422);
    assert!(wrong.error_at("old_password").contains("原密码不正确"));
    wrong.never_holds(CHOSEN);
    browser.submit(change(PASSWORD, "abc123", "abc123")).await.expect(422);
    browser.submit(change(PASSWORD, CHOSEN, "plum8tree")).await.expect(422);
    browser.submit(change("", "", "")).await.expect(422);

    let before = browser.session();
    let done = browser.submit(change(PASSWORD, CHOSEN, CHOSEN)).await.expect(303);
    assert_ne!(browser.session(), before);
    browser.follow(done.leads_to()).await.expect(200).says("密码已修改");
    assert_eq!(other.get("/reissue").await.expect(303).location().path(), "/");
    signs_in(&app, &app.anon(), CESHI.number, CHOSEN).await.expect(303);
}

#[tokio::test]
async fn a_registered_account_sees_registered_certificates_after_one_detail_of_them() {
    let app = mailing().await;
    app.add(Certificate::of(&XINREN, 2017));
    let browser = app.anon();
    registers(&app, &browser).await;
    let page = browser.get("/reissue").await.expect(200);
    assert_eq!(page.count("tr[data-certificate]"), 0);
    assert!(page.has("main a[href='/account/check']"));
    let check = browser.get("/account/check").await.expect(200);
    let by_number = |number: &str| check.form("form[aria-labelledby=by-number]").set("certificate_number", number);
    browser.submit(by_number("")).await.expect(422);
    let wrong = browser.submit(by_number("99999999")).await.expect(422);
    assert!(wrong.error_at("certificate_number").contains("不符"));
    let page =
        browser.submit(check.form("form[aria-labelledby=by-date]").set("approval_date", "20170101")).await.expect(422);
    assert!(!page.error_at("city").is_empty());

    let done = browser.submit(by_number("16039686")).await.expect(303);
    let page = browser.follow(done.leads_to()).await.expect(200);
    page.says("核对相符");
    assert_eq!(page.count("tr[data-certificate]"), 1);
    browser.get("/account/check").await.expect(303);
}

/// Whether the menu has 承接清单, and with it 找回原账户.
fn lists_what_came_along(page: &Page) -> bool {
    page.count(".menu a[href='/continuity']") == 1
}

#[tokio::test]
async fn the_menu_lists_what_came_along_only_where_something_did() {
    let app = with_account().await;
    assert!(lists_what_came_along(&ceshi(&app).await.get("/applications").await), "the old account itself");

    app.add(Certificate::of(&XINREN, 2017));
    let browser = app.anon();
    registers(&app, &browser).await;
    for path in ["/reissue", "/applications", "/account/profile", "/account/check", "/nowhere"] {
        assert!(!lists_what_came_along(&browser.get(path).await), "{path}: nothing before a detail was given");
    }
    assert!(lists_what_came_along(&browser.get("/continuity").await.expect(200)), "the page itself");
    let check = browser.get("/account/check").await.form("form[aria-labelledby=by-number]");
    browser.submit(check.set("certificate_number", "16039686")).await.expect(303);
    assert!(lists_what_came_along(&browser.get("/applications").await));
}

#[tokio::test]
async fn in_the_transition_whoever_has_an_account_is_told_of_the_portals_door_too() {
    for (mode, mentions) in [(AccessMode::Transition, true), (AccessMode::Local, false)] {
        let app = TestApp::builder().access(mode).mailing().build().await;
        app.add(Account::of(&CESHI, "reissue", "12").password(PASSWORD));
        let typed = REGISTRATION.map(|(field, value)| (field, if field == "id_number" { CESHI.number } else { value }));
        sends(&app, &app.anon(), "/account/register", &typed).await.expect(303);
        let letter = app.letter(REGISTERED_ADDRESS).await;
        assert_eq!(letter.text.contains("门户登录"), mentions, "{mode:?}: {letter:?}");
    }
}

#[tokio::test]
async fn the_pages_of_an_account_are_for_whoever_came_by_one() {
    let app = TestApp::builder().access(AccessMode::Transition).mailing().build().await;
    for path in ["/account/profile", "/account/password", "/account/check"] {
        let asked = app.anon().get(path).await.expect(303);
        assert_eq!(asked.location().path(), "/");
        app.user("ceshi").await.get(path).await.expect(404);
    }
}

#[tokio::test]
async fn without_mail_nothing_is_recovered_and_a_registration_counts_at_once() {
    let app = TestApp::builder()
        .access(AccessMode::Local)
        .config(|config| config.access.mail = AccountMail::None)
        .build()
        .await;
    let page = app.anon().get("/").await.expect(200);
    assert!(!page.has("a[href='/account/recover']"));
    page.says("忘记密码的，请联系工作人员");
    for path in ["/account/recover", "/account/recover/sent", "/account/confirm"] {
        app.anon().get(path).await.expect(404);
    }
    // Staff hand out links.
    let gone = app.anon().get("/account/recover/unknown").await.expect(410);
    assert!(!gone.has("a[href='/account/recover']"));
    let browser = app.anon();
    let page = browser.get("/account/register").await;
    page.says("不能用邮箱找回密码").says("可以不填");
    assert_eq!(page.attr("#email", "required"), None);
    page.says("填写的邮箱不使用，也不保存");
    let done = sends(&app, &browser, "/account/register", &REGISTRATION).await.expect(303);
    assert!(["/continuity", "/reissue"].contains(&done.leads_to()));
    browser.get("/account/profile").await.expect(200).says("邮箱不能在此更换").never_holds(ADDRESS);

    let jia = Citizen::invented(31, "甲");
    let without = [("name", jia.name), ("id_number", jia.number), ("password", CHOSEN), ("password_again", CHOSEN)];
    sends(&app, &app.anon(), "/account/register", &without).await.expect(303);

    // What is registered from before is shown.
    app.add(Account::of(&CESHI, "reissue", "12").password(PASSWORD));
    let page = ceshi(&app).await.get("/account/profile").await.expect(200);
    assert!(page.has("#email[readonly]") && page.attr("#email", "value").as_deref() == Some(REGISTERED_ADDRESS));
    let again = sends(&app, &app.anon(), "/account/register", &REGISTRATION).await.expect(422);
    again.says("该证件号码已注册");
}

#[tokio::test]
async fn forms_of_accounts_count_by_network() {
    let app = TestApp::builder()
        .access(AccessMode::Local)
        .mailing()
        .config(|config| {
            config.throttle.registrations_per_hour = 1;
            config.throttle.recovery_requests_per_hour = 1;
            config.throttle.challenges_per_minute = 30;
        })
        .build()
        .await;
    let person = Citizen::invented(31, "甲");
    let fields = [
        ("name", person.name),
        ("id_number", person.number),
        ("email", "jia@example.com"),
        ("password", "Mima-2026-x"),
        ("password_again", "Mima-2026-x"),
    ];
    for (path, fields) in [("/account/register", &fields[..]), ("/account/recover", &fields[1..2])] {
        let browser = app.anon();
        // Slips are not counted.
        let slip: Form = browser.get(path).await.expect(200).form(".account-form");
        browser.submit(slip).await.expect(422);
        sends(&app, &browser, path, fields).await.expect(303);
        sends(&app, &app.anon(), path, fields).await.expect(429);
    }
    while app.anon().get("/account/login").await.status == 200 {}
    let drawn = app.anon().get("/account/login").await;
    assert_eq!(drawn.status, 429, "as many were drawn as may be");
}
