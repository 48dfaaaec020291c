//! Who is let in, and where a sign-in ends.

use sso::simulator::{Fault, Persona};

use crate::support::{CESHI, Certificate, TestApp};

#[tokio::test]
async fn the_first_sign_in_ends_on_the_list_of_what_was_carried_over_and_later_ones_where_the_visitor_wanted_to_go() {
    let app = TestApp::new().await;
    let first = app.anon().try_sign_in("ceshi", Some("/applications")).await;
    assert_eq!(first.location().path(), "/continuity");

    let again = app.anon();
    assert_eq!(again.try_sign_in("ceshi", Some("/applications")).await.location().path(), "/applications");
    assert_eq!(app.anon().try_sign_in("ceshi", None).await.leads_to(), "/reissue");
    assert_eq!(app.count("persons"), 1);
}

#[tokio::test]
async fn every_citizen_of_the_demonstration_is_let_in_under_the_portals_name() {
    let app = TestApp::new().await;
    let people = [
        ("ceshi", "测试"),
        ("shiwuwei", "石五维"),
        ("jiandian", "阿依古丽·买买提"),
        ("gaiming", "李改明"),
        ("xinren", "辛仁"),
    ];
    for (persona, name) in people {
        let page = app.anon().sign_in(persona).await;
        assert_eq!(page.url.path(), "/continuity", "{persona}");
        assert_eq!(page.text(".who-name"), format!("登录用户：{name}"));
        assert!(page.has("form[method=post][action='/sso/logout'] input[name=csrf_token]"));
    }
    assert_eq!(app.count("persons"), 5);
}

#[tokio::test]
async fn a_corporate_account_is_refused_and_told_what_to_do() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let page = browser.settle(browser.try_sign_in("faren", None).await).await.expect(403);
    assert!(page.has("[data-refused=corporate]"));
    page.says("请使用个人账户登录").says("以本人的个人账户登录");
    assert_eq!(page.user(), None);
}

#[tokio::test]
async fn an_unverified_account_is_refused_and_told_where_to_raise_its_level() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let page = browser.settle(browser.try_sign_in("dijibie", None).await).await.expect(403);
    assert!(page.has("[data-refused=level_too_low]"));
    page.says("提升实名认证等级");
    let portal = format!("{}/", app.simulator.base_url());
    assert!(page.rows("main a").iter().any(|link| link.attr("href") == portal), "no link to the portal");
}

#[tokio::test]
async fn whoever_was_refused_may_sign_in_with_another_account_from_where_the_page_leads() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let refused = browser.settle(browser.try_sign_in("faren", None).await).await.expect(403);
    let home = refused.rows("main a").into_iter().find(|link| link.attr("href") == "/").expect("a link to the landing");
    let landing = browser.follow(home.attr("href")).await.expect(200);
    let login = landing.attr("main a.btn-primary", "href").expect("a way to sign in");
    assert!(login.starts_with("/sso/login"), "{login}");
    let page = browser.sign_in("ceshi").await;
    assert_eq!(page.url.path(), "/continuity");
}

#[tokio::test]
async fn a_refused_visitor_sees_no_page_of_the_service() {
    let app = TestApp::new().await;
    app.add(Certificate::of(&CESHI, 2017));
    let browser = app.anon();
    browser.try_sign_in("faren", None).await;
    for path in ["/reissue", "/reissue?exam=ZJ", "/reissue/new?exam=ZJ", "/applications", "/continuity"] {
        assert_eq!(browser.get(path).await.location().path(), "/sso/held", "{path}");
    }
    let submitted = browser.post_form("/reissue", &[("exam_code", "ZJ")]).await;
    assert_eq!(submitted.location().path(), "/sso/held");
    assert_eq!(app.count("applications"), 0);
}

#[tokio::test]
async fn a_visitor_who_cancels_at_the_portal_is_told_so_and_may_try_again() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let authorize = browser.start_sign_in(None).await;
    let callback = browser.answer_portal(&authorize, "cancel", "1").await;
    let page = browser.come_back(&callback).await.expect(400);
    assert!(page.has("[data-failure=cancelled]"));
    assert_eq!(browser.session(), None);
    let login = page.attr("main a.btn-primary", "href").unwrap();
    assert!(login.starts_with("/sso/login"));
    browser.sign_in("ceshi").await;
}

#[tokio::test]
async fn two_tabs_may_sign_in_at_once_and_each_ends_where_it_wanted_to_go() {
    let app = TestApp::new().await;
    app.user("ceshi").await; // no longer the first time
    let sessions_before = app.redis.keys("session:").len();
    let browser = app.anon();
    let one = browser.start_sign_in(Some("/applications")).await;
    let other = browser.start_sign_in(Some("/continuity")).await;
    let one = browser.at_portal(&one, "ceshi").await;
    let other = browser.at_portal(&other, "ceshi").await;

    assert_eq!(browser.come_back(&other).await.leads_to(), "/continuity");
    let of_other_tab = browser.session();
    assert_eq!(browser.come_back(&one).await.leads_to(), "/applications");
    assert_ne!(browser.session(), of_other_tab, "each sign-in makes a session of its own");
    assert!(browser.person().await.is_some());
    let sessions = app.redis.keys("session:").len();
    assert_eq!(sessions, sessions_before + 1, "the tab that came first has no session left behind");
}

#[tokio::test]
async fn several_tabs_may_begin_and_only_the_one_that_is_finished_counts() {
    let app = TestApp::new().await;
    let browser = app.anon();
    for _ in 0..5 {
        browser.start_sign_in(None).await;
    }
    browser.sign_in("ceshi").await;
    assert_eq!(app.count("identities"), 1);
}

#[tokio::test]
async fn a_second_browser_of_the_same_person_has_a_session_of_its_own() {
    let app = TestApp::new().await;
    let (home, phone) = (app.user("ceshi").await, app.user("ceshi").await);
    assert_ne!(home.session(), phone.session());
    assert_eq!(home.person().await, phone.person().await);
    phone.sign_out().await;
    assert!(home.person().await.is_some(), "signing out on the phone leaves the computer signed in");
}

#[tokio::test]
async fn a_portal_that_changed_its_key_is_still_believed() {
    let app =
        TestApp::builder().config(|config| config.portal.oidc.jwks_min_refresh = std::time::Duration::ZERO).build();
    let app = app.await;
    app.user("xinren").await; // the service knows the first key now
    app.simulator.fault(Fault::RotatedKey);
    app.user("ceshi").await;
    assert_eq!(app.simulator.unused_faults(), 0);
}

#[tokio::test]
async fn a_persons_public_id_is_neither_number_nor_subject_and_stays_the_same() {
    let app = TestApp::new().await;
    let first = app.user("ceshi").await.person().await.unwrap();
    let second = app.user("ceshi").await.person().await.unwrap();
    assert_eq!(first, second);
    assert!(!first.contains("ceshi") && !first.contains("110101"), "{first}");
}

#[tokio::test]
async fn the_lowest_accepted_level_is_the_configured_one() {
    let app = TestApp::builder().config(|config| config.portal.minimum_level = 2).build().await;
    let once = Persona { level: Some("1".into()), ..Persona::citizen("yiji", "易级", "370203199511116625") };
    app.simulator.add_persona(once);
    let browser = app.anon();
    let page = browser.settle(browser.try_sign_in("yiji", None).await).await.expect(403);
    assert!(page.has("[data-refused=level_too_low]"));
    app.user("ceshi").await;
}

#[tokio::test]
async fn a_sign_in_asks_the_portal_with_state_nonce_and_pkce() {
    let app = TestApp::new().await;
    let authorize = app.anon().start_sign_in(Some("/applications")).await;
    assert_eq!(authorize.origin().ascii_serialization(), app.simulator.base_url());
    let get =
        |name: &str| authorize.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    assert_eq!(get("response_type").as_deref(), Some("code"));
    assert_eq!(get("code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(get("redirect_uri"), Some(format!("{}/sso/callback", app.origin())));
    for secret in ["state", "nonce", "code_challenge"] {
        assert!(get(secret).unwrap().len() >= 22, "{secret}");
    }
    assert!(!authorize.as_str().contains("applications"), "the portal is not told where the visitor wants to go");
}
