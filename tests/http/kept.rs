//! A form that comes after its session has ended: kept for the same person in the same browser, and for nobody else.

use buzheng::session::Session;
use reqwest::Method;

use crate::by_hand::{OF_2012, OF_2020};
use crate::link_proof::{PASSWORD, old_account, proof};
use crate::support::{Browser, CESHI, Certificate, Form, Page, RedisServer, TestApp, photo};

const KEPT: &str = "登录已超时，您填写的内容已保留；尚未提交";

/// What time does: every session has been idle for too long.
fn time_out(app: &TestApp) {
    let sessions = app.redis.keys("session:");
    assert!(!sessions.is_empty(), "a session to end");
    for session in sessions {
        app.redis.expire(&session);
    }
}

/// Sends a form after the end of its session; where the answer leads.
async fn late(app: &TestApp, browser: &Browser, form: Form) -> String {
    time_out(app);
    browser.submit(form).await.leads_to().to_owned()
}

/// Follows the answer to a late form through the sign-in, as this persona.
async fn sign_in_again(browser: &Browser, place: &str, persona: &str) -> Page {
    let landing = browser.get(place).await.expect(200);
    let login = browser.url(&landing.attr("main a[href^='/sso/login']", "href").expect("a way to sign in"));
    let return_to = login.query_pairs().find(|(name, _)| name == "return_to").map(|(_, value)| value.into_owned());
    let back = browser.try_sign_in(persona, return_to.as_deref()).await;
    browser.settle(back).await.expect(200)
}

async fn of_2012(app: &TestApp) -> (Browser, Form) {
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    (browser, form)
}

#[tokio::test]
async fn step_2_comes_back_filled_in_with_its_photo_and_can_be_submitted() {
    let app = TestApp::new().await;
    let (browser, form) = of_2012(&app).await;
    let place = late(&app, &browser, form.file("photo", "a.jpg", &photo("good.jpg"))).await;
    browser.get(&place).await.says(KEPT);
    assert_eq!(app.count("applications"), 0);

    let page = sign_in_again(&browser, &place, "xinren").await;
    assert_eq!(page.url.path(), "/reissue/new");
    page.says("已保留在下面，尚未提交");
    for (field, value) in OF_2012 {
        assert_eq!(page.value(field), value, "{field}");
    }
    let preview = page.attr(".kept-photo img", "src").expect("a preview");
    assert_eq!(browser.get(&preview).await.expect(200).header("content-type"), "image/jpeg");
    browser.apply(page.main_form()).await;
    assert_eq!((app.count("applications"), app.count("photos")), (1, 1));

    assert!(app.redis.keys("unsent").is_empty(), "given back and deleted");
    assert!(!browser.get("/reissue/new?exam=ZJ").await.has("main > .notice"), "submitted: nothing is left");
}

#[tokio::test]
async fn a_photo_that_expired_with_the_session_is_told_at_its_field() {
    let app = TestApp::new().await;
    let (browser, form) = of_2012(&app).await;
    let id = browser.apply(form.file("photo", "a.jpg", &photo("good.jpg"))).await;
    let form = browser.get(&format!("/applications/{id}")).await.main_form().set("contact", "");
    let page = browser.submit(form.file("photo", "a.jpg", &photo("good.jpg"))).await.expect(422);
    app.redis.keys("photo:").iter().for_each(|key| app.redis.expire(key));
    let place = late(&app, &browser, page.main_form().set("contact", "13912340002")).await;
    let page = sign_in_again(&browser, &place, "xinren").await;
    assert_eq!(page.value("contact"), "13912340002");
    assert!(page.error_at("photo").contains("照片已失效，请重新选择") && !page.has("input[name=photo_token]"));
}

#[tokio::test]
async fn a_registered_certificate_comes_back_too() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let browser = app.user("ceshi").await;
    let form = browser.step2(&format!("certificate={certificate}")).await.main_form().set("contact", "13912340001");
    let place = late(&app, &browser, form).await;
    let page = sign_in_again(&browser, &place, "ceshi").await;
    assert_eq!((page.url.path(), &*page.value("contact")), ("/reissue/new", "13912340001"));
    browser.apply(page.main_form()).await;
}

#[tokio::test]
async fn an_edit_comes_back_with_the_version_that_it_was_made_from() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let id = browser.apply(browser.step2("exam=ZJ").await.main_form().fill(&OF_2020)).await;
    let form = browser.get(&format!("/applications/{id}")).await.main_form().set("contact", "late");
    let place = late(&app, &browser, form).await;
    let page = sign_in_again(&browser, &place, "xinren").await;
    assert_eq!((&*page.value("contact"), &*page.value("version")), ("late", "1"));
    let stored = browser.get(&format!("/applications/{id}")).await;
    assert_eq!(stored.value("contact"), "13912340001", "without the draft the page shows what is stored");

    // Saved elsewhere meanwhile: told when the draft is saved.
    browser.submit(stored.main_form().set("contact", "elsewhere")).await.location();
    browser.submit(page.main_form()).await.expect(409).says("elsewhere");
}

#[tokio::test]
async fn a_request_comes_back_with_its_account_and_picture() {
    let app = TestApp::new().await;
    old_account(&app);
    let browser = app.user("gaiming").await;
    let page = browser.get("/link").await;
    let handle = page.attr("[data-account]", "data-account").unwrap();
    let form = page.main_form().set("account", &handle).set("note", "第一行\n第二行");
    let place = late(&app, &browser, form.file("evidence", "a.jpg", &photo("good_exif_gps.jpg"))).await;
    let page = sign_in_again(&browser, &place, "gaiming").await;
    assert_eq!(page.url.path(), "/link");
    page.says("已保留在下面，尚未提交");
    let form = page.main_form();
    let new_handle = browser.get("/link").await.attr("[data-account]", "data-account").unwrap();
    assert_ne!(new_handle, handle, "of the new session");
    assert_eq!((form.get("account"), form.get("note")), (Some(&*new_handle), Some("第一行\n第二行")));
    let preview = page.attr(".kept-photo img", "src").expect("a preview");
    browser.get(&preview).await.expect(200);
    browser.submit(form).await.location();
    assert_eq!((app.count("review_tasks"), app.count("review_task_files")), (1, 1));
}

#[tokio::test]
async fn passwords_are_never_kept_and_what_was_not_done_is_said() {
    let app = TestApp::new().await;
    old_account(&app);
    let browser = app.user("gaiming").await;
    let page = browser.get("/link").await;
    let claim = page.form("form[action='/link/claim']").set("old_number", "E12345678").set("password", PASSWORD);
    let place = late(&app, &browser, claim).await;
    let page = sign_in_again(&browser, &place, "gaiming").await;
    assert_eq!(page.form("form[action='/link/claim']").get("old_number"), Some("E12345678"));
    page.never_holds(PASSWORD);

    let form = proof(&browser.get("/link").await, PASSWORD);
    let place = late(&app, &browser, form).await;
    browser.get(&place).await.says("刚才的操作没有提交");
    let page = sign_in_again(&browser, &place, "gaiming").await;
    page.says("刚才的操作没有提交").never_holds(PASSWORD);
    assert!(page.has("[data-account]"), "nothing was linked");

    let form = browser.get("/continuity").await.form("#missing + p + form");
    let place = late(&app, &browser, form).await;
    let page = sign_in_again(&browser, &place, "gaiming").await;
    assert_eq!(page.url.path(), "/continuity");
    page.says("刚才的操作没有提交");
    for key in app.redis.keys("") {
        assert!(!app.redis.dump(&key).windows(9).any(|bytes| bytes == PASSWORD.as_bytes()), "{key}");
    }
}

#[tokio::test]
async fn another_person_in_the_same_browser_never_sees_it_and_it_is_gone() {
    let app = TestApp::new().await;
    let (browser, form) = of_2012(&app).await;
    let place = late(&app, &browser, form.file("photo", "a.jpg", &photo("good.jpg"))).await;
    let page = sign_in_again(&browser, &place, "ceshi").await;
    page.never_holds("13912340001").never_holds("0012345");
    assert!(!page.has("input[name=photo_token]") && !page.has("main > .notice"));
    assert!(app.redis.keys("unsent").is_empty(), "deleted");

    browser.sign_in("xinren").await;
    let page = browser.step2("exam=ZJ").await;
    assert_eq!(page.value("contact"), "");
}

#[tokio::test]
async fn another_person_who_signs_in_next_is_led_to_no_page_of_the_first() {
    let app = TestApp::new().await;
    let (browser, form) = of_2012(&app).await;
    let id = browser.apply(form.file("photo", "a.jpg", &photo("good.jpg"))).await;
    app.user("ceshi").await;
    for kept in [true, false] {
        let form = browser.get(&format!("/applications/{id}")).await.main_form().set("contact", "13912340009");
        let place = late(&app, &browser, form).await;
        assert!(!place.contains(&id), "{place}");
        if !kept {
            app.redis.keys("unsent:").iter().for_each(|key| app.redis.expire(key));
        }
        let page = sign_in_again(&browser, &place, "ceshi").await;
        page.never_holds("13912340009");
        assert_eq!(page.url.path(), "/reissue", "where every sign-in leads");
        assert!(app.redis.keys("unsent:").is_empty() && app.redis.keys("draft:").is_empty());
        browser.sign_out().await;
        browser.sign_in("xinren").await;
    }
}

#[tokio::test]
async fn another_browser_of_the_same_person_does_not_get_it() {
    let app = TestApp::new().await;
    let (browser, form) = of_2012(&app).await;
    late(&app, &browser, form).await;
    let other = app.user("xinren").await;
    assert_eq!(other.step2("exam=ZJ").await.value("contact"), "");
    assert!(!app.redis.keys("unsent:").is_empty(), "it waits in its own");
}

#[tokio::test]
async fn it_is_given_back_once() {
    let app = TestApp::new().await;
    let (browser, form) = of_2012(&app).await;
    let place = late(&app, &browser, form).await;
    let page = sign_in_again(&browser, &place, "xinren").await;
    browser.apply(page.main_form().file("photo", "a.jpg", &photo("good.jpg"))).await;
    browser.sign_in("xinren").await;
    assert_eq!(browser.step2("exam=ZJ").await.value("contact"), "");
    browser.get("/").await.location();
}

#[tokio::test]
async fn it_waits_half_an_hour_sealed_under_the_browsers_cookie() {
    let app = TestApp::new().await;
    let (browser, form) = of_2012(&app).await;
    let place = late(&app, &browser, form).await;
    let kept = app.redis.keys("unsent:");
    assert_eq!(kept.len(), 1);
    assert!((1_700_000..=1_800_000).contains(&app.redis.life(&kept[0])));
    let login = browser.cookie("bz_login").unwrap();
    for key in app.redis.keys("") {
        let held = app.redis.dump(&key);
        for word in [login.as_bytes(), b"13912340001", "安装".as_bytes()] {
            assert!(!held.windows(word.len()).any(|bytes| bytes == word) && !key.contains(&login), "{key}");
        }
    }
    app.redis.expire(&kept[0]);
    let page = browser.get(&place).await;
    assert!(!page.words().contains("已保留"), "nothing is promised any more");
    sign_in_again(&browser, &place, "xinren").await;
    assert_eq!(browser.step2("exam=ZJ").await.value("contact"), "");
}

#[tokio::test]
async fn whoever_has_no_proof_of_the_session_plants_nothing() {
    let app = TestApp::new().await;
    let (browser, form) = of_2012(&app).await;
    let login = browser.cookie("bz_login").unwrap();
    time_out(&app);

    // Another site's form: neither cookie goes with it.
    assert_eq!(browser.post_across(&form).await.leads_to(), "/");
    // With the browser's login cookie alone, or a cookie of no session.
    let forger = app.anon();
    forger.set_cookie("bz_login", &login);
    assert_eq!(forger.submit(form.clone()).await.leads_to(), "/");
    forger.set_cookie("bz_session", &"x".repeat(43));
    assert_eq!(forger.submit(form.clone()).await.leads_to(), "/");
    // With the cookies of the browser, and no token of the session's forms.
    let other = app.user("ceshi").await;
    let token = other.get("/continuity").await.csrf_token();
    for wrong in [token.as_str(), "", "x"] {
        assert_eq!(browser.submit(form.clone().force("csrf_token", wrong)).await.leads_to(), "/");
    }
    assert_eq!(browser.submit(form.clone().without("csrf_token")).await.leads_to(), "/");
    // Without a browser to keep it for.
    browser.forget_cookie("bz_login");
    assert_eq!(browser.submit(form.clone()).await.leads_to(), "/");
    assert!(app.redis.keys("unsent").is_empty());

    browser.set_cookie("bz_login", &login);
    browser.submit(form).await.leads_to();
    assert_eq!(app.redis.keys("unsent:").len(), 1);
}

#[tokio::test]
async fn after_a_sign_out_nothing_is_kept() {
    let app = TestApp::new().await;
    let (browser, form) = of_2012(&app).await;
    let session = browser.session().unwrap();
    browser.sign_out().await;
    browser.set_cookie("bz_session", &session);
    assert_eq!(browser.submit(form).await.leads_to(), "/");
    assert!(app.redis.keys("unsent").is_empty() && app.redis.keys("former").is_empty());
}

#[tokio::test]
async fn a_browser_keeps_four_forms_and_a_person_sends_so_many_an_hour() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 7).build().await;
    let certificates: Vec<_> = (2017..2023).map(|year| app.add(Certificate::of(&CESHI, year))).collect();
    let browser = app.user("ceshi").await;
    let mut forms = Vec::new();
    for certificate in &certificates {
        forms.push(browser.step2(&format!("certificate={certificate}")).await.main_form());
    }
    time_out(&app);
    for form in &forms {
        browser.submit(form.clone()).await.location();
    }
    assert_eq!(app.redis.keys("unsent:").len(), 4, "the oldest go");
    // The form that is sent again takes the place of its former self.
    browser.submit(forms[5].clone()).await.location();
    assert_eq!(app.redis.keys("unsent:").len(), 4);
    browser.submit(forms[5].clone()).await.expect(429);
}

#[tokio::test]
async fn a_long_text_is_kept_by_its_beginning_and_of_a_photo_that_is_too_large_nothing() {
    let app = TestApp::new().await;
    let (browser, form) = of_2012(&app).await;
    time_out(&app);
    for megabytes in [9, 33] {
        let huge = vec![0xff; megabytes << 20];
        let long = form.clone().set("contact", &"长".repeat(20_000)).file("photo", "huge.jpg", &huge);
        browser.submit(long).await.location();
        let kept = app.redis.keys("unsent:");
        assert!(app.redis.dump(&kept[0]).len() < 64 * 1024, "neither the photo nor the text");
    }
}

#[tokio::test]
async fn without_a_page_to_return_to_the_sign_in_ends_on_the_form() {
    let app = TestApp::new().await;
    let (browser, form) = of_2012(&app).await;
    late(&app, &browser, form).await;
    let back = browser.try_sign_in("xinren", None).await;
    assert_eq!(browser.settle(back).await.expect(200).value("contact"), "13912340001");
}

#[tokio::test]
async fn a_script_asks_how_long_the_session_lasts_and_prolongs_it() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let page = browser.get("/applications").await;
    assert_eq!(page.attr("body", "data-idle").as_deref(), Some("1200"));
    let session = &app.redis.keys("session:")[0];
    let answer = browser.get("/sso/session").await.expect(200);
    let told: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!((told["user"].as_str(), told["ends"]["idle"].as_u64()), (page.user().as_deref(), Some(1200)));
    assert!(told["ends"]["absolute"].as_u64().is_some_and(|left| left > 28_000));
    assert!(app.redis.life(session) > 1_190_000);
    assert_eq!(answer.header("cache-control"), "no-store");
    time_out(&app);
    for other in [&browser, &app.anon()] {
        let answer = other.get("/sso/session").await.expect(200);
        let told: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
        assert_eq!(told, serde_json::json!({ "user": null, "ends": null }));
    }
    browser.send(Method::POST, browser.url("/sso/session"), |request| request).await.expect(405);
}

#[tokio::test]
async fn while_redis_is_full_a_late_form_is_answered_by_an_outage_and_can_be_sent_again() {
    let server = RedisServer::start();
    let url = server.url();
    let app = TestApp::builder().config(move |config| config.redis.url = url.into()).build().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let session = format!("{}{}", app.redis.prefix(), Session::name_of(&browser.session().unwrap()));
    server.run(&format!("DEL {session}"));

    server.run("CONFIG SET maxmemory 1");
    let token = form.get("csrf_token").unwrap().to_owned();
    let fields: Vec<_> = OF_2012.into_iter().chain([("csrf_token", &*token), ("exam_code", "ZJ")]).collect();
    let page = browser.fetch(Method::POST, browser.url("/reissue"), |request| request.form(&fields)).await;
    page.expect(503).says("请稍后再试");
    browser.get("/").await.expect(200);

    server.run("CONFIG SET maxmemory 0");
    let place = browser.submit(form).await.leads_to().to_owned();
    assert_eq!(sign_in_again(&browser, &place, "xinren").await.value("contact"), "13912340001");
}

#[tokio::test]
async fn a_sign_in_that_leads_elsewhere_says_once_where_the_forms_wait() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let id = browser.apply(browser.step2("exam=ZJ").await.main_form().fill(&OF_2020)).await;
    let edit_place = format!("/applications/{id}");
    for place in ["/applications", "/reissue?exam=ZJ", "/continuity", "/link", &*edit_place, "/reissue/new?exam=JSJ"] {
        let step2 = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012);
        let request = browser.get("/link").await.main_form().set("note", "第一行");
        time_out(&app);
        for form in [step2, request] {
            browser.submit(form).await.location();
        }
        let back = browser.try_sign_in("xinren", Some(place)).await;
        let page = browser.settle(back).await.expect(200);
        assert_eq!(page.url.path(), place.split('?').next().unwrap());
        page.says("您填写的内容已保留，尚未提交");
        let links: Vec<_> =
            page.rows("main > .notice a").into_iter().map(|link| link.attr("href").to_owned()).collect();
        assert_eq!(links, ["/reissue/new?exam=ZJ", "/link?draft=request"], "{place}");
        assert_eq!(browser.get(&links[0]).await.value("contact"), "13912340001");
        assert!(!browser.get(place).await.has("main > .notice a"), "{place} says it again");
    }
    // Who is led to a form is told of the others.
    let (step2, edit) = (browser.step2("exam=ZJ").await.main_form(), browser.get(&edit_place).await.main_form());
    time_out(&app);
    for form in [step2, edit] {
        browser.submit(form).await.location();
    }
    let back = browser.try_sign_in("xinren", None).await;
    let page = browser.settle(back).await.expect(200);
    assert_eq!(page.url.path(), edit_place);
    assert_eq!(page.attr("main > .notice a", "href").as_deref(), Some("/reissue/new?exam=ZJ"));
}
