//! The sign-in by an account, and its challenge, as browsers see them.

use buzheng::config::{AccessMode, ChallengePolicy};
use reqwest::Method;

use crate::support::{Account, Browser, CESHI, Certificate, Form, GAIMING, Page, TestApp};

const PASSWORD: &str = "abc123456";

async fn local() -> TestApp {
    let app = TestApp::builder().access(AccessMode::Local).build().await;
    app.add(Account::of(&CESHI, "reissue", "12").password(PASSWORD));
    app
}

fn filled(form: Form, number: &str, password: &str) -> Form {
    form.fill(&[("id_number", number), ("password", password)])
}

async fn tries(app: &TestApp, browser: &Browser, number: &str, password: &str) -> Page {
    let page = browser.get("/account/login").await.expect(200);
    let form = app.met(browser, &page).await;
    browser.submit(filled(form, number, password)).await
}

fn is_at_challenge(page: &Page) -> bool {
    page.status == 422 && page.has("#captcha-error") && page.errors().iter().any(|(field, _)| field == "captcha")
}

#[tokio::test]
async fn a_number_its_password_and_a_met_challenge_sign_in_with_a_new_session() {
    let app = local().await;
    let browser = app.anon();
    let page = browser.get("/").await.expect(200);
    page.says("身份证号").says("登录密码").says("验证码").says("友情提示");
    page.says("本系统登录信息，与“证书邮寄系统”相同。注册过“证书邮寄系统”的考生，以原注册信息登录即可，不必再次注册。");
    let before = browser.session().unwrap();
    let form = app.met(&browser, &page).await;
    let signed_in = browser.submit(filled(form, CESHI.number, PASSWORD)).await.expect(303);
    assert_eq!(signed_in.location().path(), "/continuity", "the first time");
    assert_ne!(browser.session().unwrap(), before, "no session of before the sign-in goes on");

    let page = browser.get("/reissue").await.expect(200);
    assert_eq!(page.attr("body", "data-way").as_deref(), Some("account"));
    page.says("登录用户：测试");
    let menu = page.texts("nav.menu li");
    assert!(
        ["补证申请", "审核状态查询", "注册信息维护", "修改密码"]
            .iter()
            .all(|entry| menu.contains(&(*entry).to_owned())),
        "{menu:?}"
    );

    let stolen = app.anon();
    stolen.set_cookie("bz_session", &before);
    assert_eq!(stolen.get("/reissue").await.expect(303).location().path(), "/");

    let out = browser.submit(page.form("form[action='/account/logout']")).await.expect(303);
    assert_eq!(out.location().path(), "/signed-out");
    browser.follow(out.leads_to()).await.says("您已安全退出").never_holds("门户");
    assert_eq!(browser.get("/reissue").await.expect(303).location().path(), "/");
}

#[tokio::test]
async fn whoever_signs_in_again_is_led_to_the_page_that_was_wanted() {
    let app = local().await;
    let browser = app.anon();
    tries(&app, &browser, CESHI.number, PASSWORD).await.expect(303);
    browser.forget_cookie("bz_session");
    let wanted = browser.get("/applications").await.expect(303);
    let page = browser.follow(wanted.leads_to()).await.expect(200);
    page.says("登录后将自动转到该页面");
    let form = app.met(&browser, &page).await;
    let done = browser.submit(filled(form, CESHI.number, PASSWORD)).await.expect(303);
    assert_eq!(done.location().path(), "/applications");
}

#[tokio::test]
async fn a_hostile_return_path_leads_nowhere_else() {
    let app = local().await;
    tries(&app, &app.anon(), CESHI.number, PASSWORD).await.expect(303);
    for hostile in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "/\t/evil.example",
        "/sso/logout",
        "/account/logout",
    ] {
        let browser = app.anon();
        let page = browser.get("/account/login").await;
        let form = filled(app.met(&browser, &page).await, CESHI.number, PASSWORD).also("return_to", hostile);
        let done = browser.submit(form).await;
        // A control character in a form is refused before anything is read.
        let refused = hostile.contains('\t') && done.status == 400;
        assert!(
            refused || (done.status == 303 && done.location().path() == "/reissue"),
            "{hostile:?}: {}",
            done.status
        );
    }
}

#[tokio::test]
async fn an_unknown_number_and_a_wrong_password_are_told_in_the_same_words_and_nothing_typed_but_the_password_is_lost()
{
    let app = local().await;
    let mut answers = Vec::new();
    for number in [CESHI.number, GAIMING.number] {
        let browser = app.anon();
        let page = tries(&app, &browser, number, "wrong1234567").await.expect(422);
        assert_eq!(page.attr("#id_number", "value").as_deref(), Some(number));
        page.never_holds("wrong1234567");
        let question = app.challenge(&browser, &page).await.question();
        answers.push((page.status, page.errors(), page.words().replace(&question, "")));
    }
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].1[0].1.contains("身份证号或登录密码不正确"), "{answers:?}");
}

#[tokio::test]
async fn after_five_wrong_passwords_the_number_is_locked_and_recovery_stays_open() {
    let app = local().await;
    let browser = app.anon();
    for number in [CESHI.number, GAIMING.number] {
        for _ in 0..5 {
            tries(&app, &browser, number, "wrong1234567").await.expect(422);
        }
        let locked = tries(&app, &browser, number, PASSWORD).await.expect(429);
        let seconds: u64 = locked.header("retry-after").parse().unwrap();
        assert!((1..=900).contains(&seconds), "{seconds}");
        locked.says("请在 15 分钟后再试").says("忘记密码的，不必等待");
        assert_eq!(locked.attr("#id_number", "value").as_deref(), Some(number));
    }
}

#[tokio::test]
async fn a_challenge_that_is_omitted_wrong_used_expired_foreign_or_of_another_form_lets_no_password_be_tried() {
    let app = local().await;
    let browser = app.anon();
    let page = browser.get("/account/login").await;
    let met = filled(app.met(&browser, &page).await, CESHI.number, PASSWORD);

    for omitted in [
        met.clone().without("captcha"),
        met.clone().without("challenge"),
        met.clone().without("captcha").without("challenge"),
    ] {
        assert!(is_at_challenge(&browser.submit(omitted).await));
    }
    // The first of them was an answer, though an empty one.
    assert!(is_at_challenge(&browser.submit(met.clone()).await), "used up");

    let page = browser.get("/account/login").await;
    let right = app.met(&browser, &page).await;
    let wrong = browser.submit(filled(right.clone().set("captcha", "00000"), CESHI.number, PASSWORD)).await;
    assert!(is_at_challenge(&wrong));
    assert_eq!(wrong.attr("#id_number", "value").as_deref(), Some(CESHI.number), "what was typed is there");
    wrong.never_holds(PASSWORD);
    assert_ne!(wrong.attr("input[name=challenge]", "value"), page.attr("input[name=challenge]", "value"), "a new one");
    assert!(
        is_at_challenge(&browser.submit(filled(right, CESHI.number, PASSWORD)).await),
        "a wrong answer has burnt it"
    );

    let stranger = app.anon();
    let foreign = stranger.get("/account/login").await;
    let answer = app.met(&stranger, &foreign).await;
    let page = browser.get("/account/login").await;
    let with_foreign = page
        .form(".account-form")
        .set("captcha", answer.get("captcha").unwrap())
        .force("challenge", answer.get("challenge").unwrap());
    assert!(is_at_challenge(&browser.submit(filled(with_foreign, CESHI.number, PASSWORD)).await), "of another session");

    let other = browser.get("/account/recover").await;
    let of_recovery = app.met(&browser, &other).await;
    let page = browser.get("/account/login").await;
    let with_others = page
        .form(".account-form")
        .set("captcha", of_recovery.get("captcha").unwrap())
        .force("challenge", of_recovery.get("challenge").unwrap());
    assert!(is_at_challenge(&browser.submit(filled(with_others, CESHI.number, PASSWORD)).await), "of another form");

    let page = browser.get("/account/login").await;
    let late = filled(app.met(&browser, &page).await, CESHI.number, PASSWORD);
    app.redis.keys("challenge:").iter().for_each(|key| app.redis.expire(key));
    let expired = browser.submit(late).await;
    assert!(is_at_challenge(&expired), "too late");
    let done = browser.submit(filled(app.met(&browser, &expired).await, CESHI.number, PASSWORD)).await.expect(303);
    assert_eq!(done.location().path(), "/continuity", "the new one is good");
}

#[tokio::test]
async fn picture_recording_and_sum_are_the_sessions_own_and_kept_nowhere() {
    let app = local().await;
    let browser = app.anon();
    let page = browser.get("/account/login").await;
    let id = page.attr("input[name=challenge]", "value").unwrap();
    let challenge = app.challenge(&browser, &page).await;
    for (path, kind, bytes) in [
        (format!("/account/challenge/{id}.png"), "image/png", challenge.picture()),
        (format!("/account/challenge/{id}.wav"), "audio/wav", challenge.recording()),
        (format!("/account/challenge/{id}/words"), "text/plain; charset=utf-8", challenge.question().into_bytes()),
    ] {
        let shown = browser.get(&path).await.expect(200);
        assert_eq!(shown.header("content-type"), kind);
        assert_eq!((shown.header("cache-control"), shown.header("x-content-type-options")), ("no-store", "nosniff"));
        assert!(shown.bytes == bytes, "{path}");
        app.anon().get(&path).await.expect(404);
        let stranger = app.anon();
        stranger.get("/account/login").await;
        stranger.get(&path).await.expect(404);
    }
    browser.get(&format!("/account/challenge/{id}.svg")).await.expect(404);
    browser.get(&format!("/account/challenge/{id}")).await.expect(404);
    // What the page says of the sum is the question; its answer, and the digits, it says nowhere.
    page.says(&challenge.question());
    let policy = page.header("content-security-policy");
    assert!(policy.contains("worker-src 'self'") && policy.contains("media-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("wasm"), "{policy}");
}

#[tokio::test]
async fn another_challenge_takes_the_place_of_one_and_what_was_typed_stays() {
    let app = local().await;
    let browser = app.anon();
    let page = browser.get("/account/login?return_to=/applications").await;
    let before = page.attr("input[name=challenge]", "value").unwrap();
    let form = page.form(".account-form").set("id_number", CESHI.number).set("password", PASSWORD);
    let redraw = browser.submit(form.also("form", "login").to("/account/challenge")).await.expect(303);
    assert_eq!(redraw.leads_to(), "/account/login?return_to=/applications");
    browser.get(&format!("/account/challenge/{before}.png")).await.expect(404);
    let page = browser.follow(redraw.leads_to()).await.expect(200);
    assert_eq!(page.attr("#id_number", "value").as_deref(), Some(CESHI.number));
    page.never_holds(PASSWORD);
    assert_eq!(browser.get("/account/login").await.attr("#id_number", "value").as_deref(), Some(""), "shown once");

    // For the script: as JSON, and the page stays.
    let token = page.csrf_token();
    let before = page.attr("input[name=challenge]", "value").unwrap();
    let asks = browser.with_header("accept", "application/json");
    let drawn = asks
        .post_form("/account/challenge", &[("csrf_token", &token), ("form", "login"), ("challenge", &before)])
        .await
        .expect(200);
    let drawn: serde_json::Value = serde_json::from_slice(&drawn.bytes).unwrap();
    assert_ne!(drawn["id"], before.as_str());
    browser.get(&format!("/account/challenge/{before}.png")).await.expect(404);
    browser.get(&format!("/account/challenge/{}.png", drawn["id"].as_str().unwrap())).await.expect(200);

    asks.post_form("/account/challenge", &[("csrf_token", "foreign"), ("form", "login")]).await.expect(403);
    browser.post_form("/account/challenge", &[("csrf_token", &token), ("form", "payment")]).await.expect(400);
}

#[tokio::test]
async fn a_form_without_the_sessions_token_is_refused_and_one_of_a_session_that_is_over_is_shown_again() {
    let app = local().await;
    let browser = app.anon();
    let page = browser.get("/account/login").await;
    let form = filled(app.met(&browser, &page).await, CESHI.number, PASSWORD);
    // Another site sends it, with or without cookies.
    browser.submit(form.clone().force("csrf_token", "foreign")).await.expect(403);
    browser.submit(form.clone().without("csrf_token")).await.expect(403);
    let cross = app.anon().with_header("sec-fetch-site", "cross-site");
    cross.submit(form.clone()).await.expect(403).never_holds(CESHI.number);

    let over = app.anon().with_header("sec-fetch-site", "same-origin");
    let again = over.submit(form).await.expect(403);
    again.says("刚才没有提交");
    assert_eq!(again.attr("#id_number", "value").as_deref(), Some(CESHI.number));
    again.never_holds(PASSWORD);
    let done = over.submit(filled(app.met(&over, &again).await, CESHI.number, PASSWORD)).await.expect(303);
    assert_eq!(done.location().path(), "/continuity");
}

#[tokio::test]
async fn fields_that_no_page_sends_are_refused_without_a_fault() {
    let app = local().await;
    let browser = app.anon();
    let long = "1".repeat(20_000);
    for (number, password) in [
        ("1101\0", PASSWORD),
        (&long, PASSWORD),
        (CESHI.number, &long),
        ("", ""),
        ("'; DROP TABLE", "' OR 1=1"),
        ("\u{202e}110101", "\u{feff}"),
    ] {
        let page = browser.get("/account/login").await;
        let form = filled(app.met(&browser, &page).await, number, password);
        let answer = browser.submit(form).await;
        assert!([400, 422].contains(&answer.status.as_u16()), "{number:.10} {password:.10}: {}", answer.status);
    }
}

#[tokio::test]
async fn a_door_that_is_closed_has_no_pages() {
    let account = ["/account/login", "/account/challenge/x.png", "/account/profile", "/account/register"];
    let portal = TestApp::new().await;
    for path in account {
        portal.anon().get(path).await.expect(404);
    }
    assert!(!portal.anon().get("/").await.has("[data-account-door]"));

    let local = local().await;
    for path in ["/sso/login", "/sso/callback", "/sso/held"] {
        local.anon().get(path).await.expect(404);
    }
    local.anon().send(Method::POST, local.anon().url("/sso/backchannel-logout"), |request| request).await.expect(404);
    assert!(local.anon().get("/sso/session").await.html().contains("null"));
    local.anon().get("/").await.never_holds("门户");
    local.anon().get("/help").await.never_holds("门户");

    let both = TestApp::builder().access(AccessMode::Transition).build().await;
    let page = both.anon().get("/").await.expect(200);
    assert!(page.has("[data-account-door] form") && page.has("main a[href='/sso/login']"));
    both.anon().get("/account/login").await.expect(200);
}

#[tokio::test]
async fn in_the_transition_the_first_page_has_both_doors_and_the_accounts_form_signs_in() {
    let app = TestApp::builder().access(AccessMode::Transition).mailing().build().await;
    app.add(Account::of(&CESHI, "reissue", "12").password(PASSWORD));
    let browser = app.anon();
    let page = browser.get("/?return_to=/applications").await.expect(200);
    let doors = page.texts(".doors > section h2");
    assert_eq!(doors, ["门户登录", "原账户登录"], "the portal first");
    for words in ["身份证号", "登录密码", "验证码", "忘记密码", "友情提示"] {
        page.says(words);
    }
    page.says("本系统登录信息，与“证书邮寄系统”相同。注册过“证书邮寄系统”的考生，以原注册信息登录即可，不必再次注册。");
    assert!(page.has("[data-account-door] a[href='/account/register']"));
    assert!(page.has("main a[href='/sso/login?return_to=/applications']"));

    let form = app.met(&browser, &page).await;
    assert_eq!(form.get("return_to"), Some("/applications"));
    let wrong = browser.submit(filled(form, CESHI.number, "wrong1234567")).await.expect(422);
    wrong.says("身份证号或登录密码不正确");
    let again = filled(app.met(&browser, &wrong).await, CESHI.number, PASSWORD);
    assert_eq!(browser.submit(again).await.expect(303).location().path(), "/continuity", "the first time");
    assert_eq!(browser.get("/?return_to=/applications").await.expect(303).leads_to(), "/applications");
}

#[tokio::test]
async fn where_no_more_challenges_are_drawn_the_portals_door_stays_in_sight() {
    let app = TestApp::builder()
        .access(AccessMode::Transition)
        .config(|config| config.throttle.challenges_per_minute = 1)
        .build()
        .await;
    assert!(app.anon().get("/").await.expect(200).has("[data-account-door] form"));
    let page = app.anon().get("/?return_to=/applications").await.expect(200);
    assert!(page.has("main a[href='/sso/login?return_to=/applications']"));
    assert!(page.has("[data-account-door] a[href='/account/login?return_to=/applications']"));
}

#[tokio::test]
async fn an_account_that_followed_to_the_portals_person_is_shut_and_its_session_over() {
    let app = TestApp::builder().access(AccessMode::Transition).build().await;
    app.add(Account::of(&CESHI, "reissue", "12").password(PASSWORD));
    let by_account = app.anon();
    tries(&app, &by_account, CESHI.number, PASSWORD).await.expect(303);
    by_account.get("/reissue").await.expect(200);

    app.user("ceshi").await;
    assert_eq!(by_account.get("/reissue").await.expect(303).location().path(), "/", "its session is over");
    let shut = tries(&app, &app.anon(), CESHI.number, PASSWORD).await.expect(422);
    shut.says("已由统一身份认证承接，请用门户登录").never_holds("测试");
    assert!(shut.has("#error-summary a[href='/sso/login']"));
}

#[tokio::test]
async fn adaptive_challenges_come_after_a_failure_and_without_any_the_rate_limits_hold() {
    let app = TestApp::builder()
        .access(AccessMode::Local)
        .config(|config| {
            config.access.challenge = ChallengePolicy::Adaptive;
            config.throttle.account_sign_ins_per_minute = 4;
        })
        .build()
        .await;
    app.add(Account::of(&CESHI, "reissue", "12").password(PASSWORD));
    let browser = app.anon();
    let page = browser.get("/account/login").await;
    assert!(!page.has("[data-challenge]"));
    let wrong = browser.submit(filled(page.form(".account-form"), CESHI.number, "wrong1234567")).await.expect(422);
    assert!(wrong.has("[data-challenge]"), "after a failure");
    let without = filled(wrong.form(".account-form").without("captcha"), CESHI.number, PASSWORD);
    let refused = browser.submit(without).await;
    assert!(is_at_challenge(&refused) && refused.error_at("captcha").contains("不正确或已过期"));
    // Of a page that had none when it was loaded.
    let unseen = filled(page.form(".account-form"), CESHI.number, PASSWORD);
    let refused = browser.submit(unseen).await;
    assert!(is_at_challenge(&refused) && refused.error_at("captcha").contains("现在提交需要验证码"));
    let page = browser.get("/account/login").await;
    let form = filled(app.met(&browser, &page).await, CESHI.number, PASSWORD);
    browser.submit(form.clone()).await.expect(303);
    browser.forget_cookie("bz_session");
    let page = browser.get("/account/login").await;
    browser.submit(filled(app.met(&browser, &page).await, CESHI.number, PASSWORD)).await.expect(429);
}

#[tokio::test]
async fn what_came_along_is_shown_by_the_account_at_once() {
    let app = local().await;
    app.add(Certificate::of(&CESHI, 2017));
    let browser = app.anon();
    tries(&app, &browser, CESHI.number, PASSWORD).await.expect(303);
    let page = browser.get("/reissue").await.expect(200);
    assert_eq!(page.count("tr[data-certificate]"), 1);
    page.never_holds("门户");
    browser.get("/continuity").await.expect(200).never_holds("门户");
    browser.get("/link").await.expect(200).never_holds("门户");
}

#[tokio::test]
async fn where_the_portal_alone_lets_in_a_session_by_an_account_counts_as_none() {
    let app = local().await;
    let browser = app.anon();
    tries(&app, &browser, CESHI.number, PASSWORD).await.expect(303);
    for (mode, lets_in) in [(AccessMode::Portal, false), (AccessMode::Transition, true), (AccessMode::Local, true)] {
        let server = app.server_with_access(mode).await;
        let page = server.takes_over(&browser).get("/reissue").await;
        assert_eq!(page.status == 200, lets_in, "{mode:?}: {}", page.status);
    }
}

#[tokio::test]
async fn where_accounts_alone_let_in_a_session_of_the_portal_counts_as_none() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    for (mode, lets_in) in [(AccessMode::Local, false), (AccessMode::Transition, true), (AccessMode::Portal, true)] {
        let server = app.server_with_access(mode).await;
        let there = server.takes_over(&browser);
        let page = there.get("/reissue").await;
        assert_eq!(page.status == 200, lets_in, "{mode:?}: {}", page.status);
        // The form of the accounts' sign-in, or the way on.
        assert_eq!(there.get("/").await.status == 200, !lets_in, "{mode:?}");
    }
}

#[tokio::test]
async fn a_challenge_is_redrawn_by_what_is_hidden_in_its_form_alone() {
    let app = local().await;
    let browser = app.anon();
    let page = browser.get("/account/register").await.expect(200);
    let form = page.form(".account-form");
    let (token, id) = (form.get("csrf_token").unwrap(), form.get("challenge").unwrap());
    let drawn = browser.post_form("/account/challenge", &[("csrf_token", token), ("challenge", id)]).await.expect(303);
    assert_eq!(drawn.location().path(), "/account/register");
    browser.get(&format!("/account/challenge/{id}.png")).await.expect(404);
}

#[tokio::test]
async fn whoever_fills_in_a_sign_in_where_somebody_is_signed_in_is_told_that_nothing_was_done() {
    let app = local().await;
    let browser = app.anon().with_header("sec-fetch-site", "same-origin");
    let page = browser.get("/account/login").await;
    let form = filled(app.met(&browser, &page).await, CESHI.number, PASSWORD);
    browser.submit(form.clone()).await.expect(303);
    let again = browser.submit(form).await.expect(303);
    browser.get(again.location().path()).await.expect(200).says("本浏览器已有人登录");
}

#[tokio::test]
async fn what_a_password_opened_is_named_so_and_is_not_offered_as_not_mine() {
    let app = local().await;
    let browser = app.anon();
    tries(&app, &browser, CESHI.number, PASSWORD).await.expect(303);
    let page = browser.get("/continuity").await.expect(200);
    page.says("登录密码");
    assert_eq!(page.count("form[action='/continuity/report'] input[value=not_mine]"), 0);
}
