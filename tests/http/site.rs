//! Who answers for the site, and how a person is reached (`[site]`); what pages say while nobody can be served.

use buzheng::config::SiteConfig;
use std::fs;
use std::time::Duration;

use crate::support::{CESHI, Certificate, Page, TestApp};

const TELEPHONE: &str = "0000-12333000";

fn site() -> SiteConfig {
    SiteConfig {
        organisation: "示例省人事考试中心".into(),
        telephone: TELEPHONE.into(),
        hours: "工作日 9:00-17:00".into(),
        icp: "示ICP备00000001号-1".into(),
        police: "示公网安备 00000000000001号".into(),
        site_code: "0000000001".into(),
        portal_help_url: Some("https://portal.example.gov.cn/help".parse().unwrap()),
        processing_time: "自提交之日起 20 个工作日内完成审核。".into(),
        collection: "审核通过后，到报名市的考试机构领取。".into(),
        notice_file: None,
    }
}

async fn app() -> TestApp {
    TestApp::builder().config(|config| config.site = site()).build().await
}

#[tokio::test]
async fn every_page_names_the_organisation_its_telephone_and_its_registrations() {
    let app = app().await;
    let (anon, user) = (app.anon(), app.user("ceshi").await);
    for page in [anon.get("/").await, anon.get("/nowhere").await, user.get("/applications").await] {
        page.says("主办单位：示例省人事考试中心").says("网站标识码：0000000001");
        assert!(page.has(&format!("footer a[href='tel:{TELEPHONE}']")));
        assert!(page.has("footer a[href='https://beian.miit.gov.cn/']"));
        let police = "https://beian.mps.gov.cn/#/query/webSearch?code=00000000000001";
        assert!(page.has(&format!("footer a[href='{police}']")));
    }
}

#[tokio::test]
async fn error_pages_the_help_and_step_three_say_whom_to_ask_and_what_comes_next() {
    let app = app().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let (anon, user) = (app.anon(), app.user("ceshi").await);
    assert!(anon.get("/nowhere").await.has("main a[href^='tel:']"));
    let help = anon.get("/help").await;
    let form = user.step2(&format!("certificate={certificate}")).await.main_form();
    let done = user.follow(user.submit(form.set("contact", "13912340001")).await.leads_to()).await.expect(200);
    for page in [help, done] {
        page.says("办理时限：自提交之日起 20 个工作日内").says("领取方式：审核通过后");
        assert!(page.has("main a[href^='tel:']"));
    }
    assert!(anon.get("/").await.has("main a[href='https://portal.example.gov.cn/help']"));
}

#[tokio::test]
async fn what_the_operator_left_out_leaves_no_trace() {
    let app = TestApp::new().await;
    for path in ["/", "/nowhere", "/help"] {
        let page = app.anon().get(path).await;
        for word in ["主办单位", "咨询电话", "网站标识码", "办理时限", "领取方式", "公告"] {
            assert!(!page.words().contains(word), "{path}: {word}");
        }
    }
}

#[tokio::test]
async fn the_announcement_follows_its_file_and_survives_one_that_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notice.txt");
    let configured = file.clone();
    let builder = TestApp::builder().config(move |config| config.site.notice_file = Some(configured));
    let app = builder.build().await;
    let user = app.user("ceshi").await;
    let first_pages = async || [app.anon().get("/").await, user.get("/reissue").await];
    app.service.read_announcement().await.expect("no file is no announcement");
    for page in first_pages().await {
        assert!(!page.has("[aria-labelledby=announcement]"));
    }
    fs::write(&file, "\u{feff}系统将于今晚维护。\r\n\r\n<b>请提前保存</b>\r\n").unwrap();
    app.service.read_announcement().await.unwrap();
    fs::write(&file, b"\xff\xfe").unwrap();
    app.service.read_announcement().await.expect_err("this is no text");
    fs::write(&file, "长".repeat(3_000)).unwrap();
    app.service.read_announcement().await.expect_err("this is a book");
    for page in first_pages().await {
        assert_eq!(page.texts("[aria-labelledby=announcement] p"), ["系统将于今晚维护。", "<b>请提前保存</b>"]);
    }
    fs::remove_file(&file).unwrap();
    app.service.read_announcement().await.unwrap();
    for page in first_pages().await {
        assert!(!page.has("[aria-labelledby=announcement]"));
    }
}

#[tokio::test]
async fn the_landing_page_says_that_the_portal_is_silent_while_it_is_known() {
    let builder = TestApp::builder().config(|config| {
        config.portal.oidc.request_timeout = Duration::from_millis(200);
        config.portal.outage.failures = 1;
        config.portal.outage.pause = Duration::from_hours(1);
    });
    let app = builder.build().await;
    let browser = app.anon();
    assert!(!browser.get("/").await.has("[data-portal-silent]"));
    app.simulator.silence();
    browser.get_any("/sso/login").await.expect(503);
    let page: Page = browser.get("/").await.expect(200);
    assert!(page.has("[data-portal-silent]") && page.has("a[href='/sso/login']"));
    page.says("目前不能登录");
}

#[tokio::test]
async fn whoever_must_wait_is_told_for_how_many_minutes() {
    let builder = TestApp::builder().config(|config| {
        config.throttle.sign_in_starts_per_minute = 1;
        config.throttle.submissions_per_hour = 1;
    });
    let app = builder.build().await;
    let user = app.user("ceshi").await;
    app.anon().get("/sso/login").await.expect(429).says("在 1 分钟后再试");
    let form = user.get("/reissue/new?exam=ZJ").await.main_form();
    user.submit(form.clone()).await.expect(422);
    let page = user.submit(form).await.expect(429);
    let minutes = page.header("retry-after").parse::<u64>().unwrap().div_ceil(60);
    page.says(&format!("请在 {minutes} 分钟后再试"));
}

#[tokio::test]
async fn a_corporate_account_is_signed_out_at_the_portal_and_led_back_to_its_sign_in_by_one_button() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let refused = browser.settle(browser.try_sign_in("faren", None).await).await.expect(403);
    let form = refused.form("form:has([name=next])");
    let at_portal = browser.submit(form).await.location();
    let back = browser.fetch(reqwest::Method::GET, at_portal, |request| request).await.location();
    let begun = browser.fetch(reqwest::Method::GET, back.clone(), |request| request).await;
    assert_eq!(begun.expect(303).leads_to(), "/sso/login");
    // Once: the address leads nowhere afterwards.
    browser.fetch(reqwest::Method::GET, back, |request| request).await.expect(400);
    browser.sign_in("ceshi").await;
}

#[tokio::test]
async fn an_ordinary_sign_out_begins_no_sign_in_whatever_its_form_says() {
    let app = TestApp::new().await;
    for next in ["", "/applications", "https://evil.example/", "sign-in2"] {
        let user = app.user("ceshi").await;
        let form = user.get("/applications").await.form("form[action='/sso/logout']").also("next", next);
        let at_portal = user.submit(form).await.location();
        let back = user.fetch(reqwest::Method::GET, at_portal, |request| request).await.location();
        let page = user.fetch(reqwest::Method::GET, back, |request| request).await.expect(200);
        assert!(page.has("[data-portal-end=ended]"), "{next}");
    }
}
