//! What administrators do with staff on their page: add, disable, enable, reset.

use buzheng::domain::staff::Role;

use crate::support::{Browser, Page, STAFF_PASSWORD, TestApp};

async fn open(browser: &Browser, path: &str) -> Page {
    browser.get(path).await.expect(200)
}

/// The path of the link that a page shows once.
fn link(app: &TestApp, page: &Page) -> String {
    let link = page.attr("[data-enrol-url]", "data-enrol-url").expect("a link");
    link.strip_prefix(&app.origin()).expect("a link to this service").to_owned()
}

#[tokio::test]
async fn an_administrator_adds_somebody_who_comes_by_the_link_that_is_shown_once() {
    let app = TestApp::new().await;
    let (_, guanli) = app.hire("guanli", Role::Administrator).await;
    let page = open(&guanli, "/review/staff").await;
    let form = page.form("main form").set("user", "jinan").force("role", "city_reviewer").force("city", "济南市");
    let form = form.also("city", "青岛市").also("role", "printer");
    let page = guanli.settle(guanli.submit(form).await).await.expect(200);
    page.says("已添加 jinan").says("市级审核（济南市、青岛市），打印");
    let link = link(&app, &page);
    assert!(!open(&guanli, "/review/staff").await.has("[data-enrol-url]"), "shown once");
    assert_eq!(page.attr("tr[data-member=jinan]", "data-status").as_deref(), Some("waiting"));
    app.enrol("jinan", &link).await;
    let page = open(&guanli, "/review/staff").await;
    assert_eq!(page.attr("tr[data-member=jinan]", "data-status").as_deref(), Some("enrolled"));
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_adds_nobody() {
    let app = TestApp::new().await;
    let (_, guanli) = app.hire("guanli", Role::Administrator).await;
    let form = open(&guanli, "/review/staff").await.form("main form").without("role").without("city");
    for (fields, wrong) in [
        (&[("user", "王五"), ("role", "auditor")] as &[_], "user"),
        (&[("user", "guanli"), ("role", "auditor")], "user"),
        (&[("user", "wang")], "role"),
        (&[("user", "wang"), ("role", "king")], "role"),
        (&[("user", "wang"), ("role", "city_reviewer")], "role"),
        (&[("user", "wang"), ("role", "city_reviewer"), ("city", "北京市")], "role"),
        (&[("user", "wang"), ("role", "auditor"), ("city", "济南市")], "role"),
    ] {
        let form = fields.iter().fold(form.clone(), |form, (name, value)| form.force(name, value));
        let page = guanli.submit(form).await.expect(422);
        assert_eq!(page.errors()[0].0, wrong, "{fields:?}");
        assert_eq!(page.attr("#user", "value").as_deref(), Some(fields[0].1));
    }
    assert_eq!(app.count("staff"), 1);
}

#[tokio::test]
async fn somebody_is_disabled_enabled_and_reset_by_another_and_never_by_themselves() {
    let app = TestApp::new().await;
    let (_, guanli) = app.hire("guanli", Role::Administrator).await;
    let (li, of_li) = app.hire("li", Role::Administrator).await;
    let place = format!("/review/staff/{}", app.staff_id("li"));
    let press = async |action: &str| {
        let form = open(&guanli, &place).await.form("main form:last-of-type").force("action", action);
        guanli.settle(guanli.submit(form).await).await.expect(200)
    };
    press("disable").await.says("已停用");
    assert_eq!(of_li.get("/review/account").await.status, 303);
    press("disable").await.says("没有变化");
    press("enable").await.says("已启用");
    let of_li = li.sign_in(&app).await;

    let form = open(&guanli, &place).await.form("main form:has([name=reason])").force("action", "reset");
    let refused = guanli.submit(form.clone().set("reason", " ")).await.expect(422);
    assert_eq!(refused.errors()[0].0, "reason");
    let reset = guanli.submit(form.set("reason", "手机丢失，当面核对了工作证")).await;
    let page = guanli.settle(reset).await.expect(200);
    let link = link(&app, &page);
    assert_eq!(of_li.get("/review/account").await.status, 303, "signed out");
    app.anon().sign_in_staff("li", STAFF_PASSWORD).await.expect(422);
    let (_, of_li) = app.enrol("li", &link).await;

    let own = open(&of_li, &place).await;
    assert_eq!(own.count("main form"), 0);
    for action in ["disable", "reset"] {
        let fields = [("csrf_token", &*own.csrf_token()), ("action", action), ("reason", "x")];
        of_li.post_form(&place, &fields).await.expect(404);
    }
    let kept = "SELECT count(*) AS number FROM staff_enrolments WHERE reason LIKE '手机丢失%' AND issued_by = 'guanli'";
    assert_eq!(app.number(kept), 1);
    let acts = "SELECT count(*) AS number FROM audit_events WHERE actor = 'staff:guanli' AND event IN ('staff_disabled', 'staff_enabled', 'staff_reset')";
    assert_eq!(app.number(acts), 3);
}

#[tokio::test]
async fn what_is_wide_asks_for_a_fresh_factor_first() {
    let app = TestApp::new().await;
    let (guanli, browser) = app.hire("guanli", Role::Administrator).await;
    let form = open(&browser, "/review/staff").await.form("main form").set("user", "wang").force("role", "auditor");
    app.age_factor(&browser).await;
    let page = open(&browser, "/review/staff").await;
    assert_eq!(page.count("main form"), 0, "no form that would be in vain");
    let token = page.csrf_token();
    let sent = browser.submit(form.force("csrf_token", &token)).await;
    assert_eq!(sent.leads_to(), "/review/factor?return_to=/review/staff");
    assert_eq!(app.count("staff"), 1);

    app.forget_steps("guanli");
    let before = browser.cookie("bz_staff");
    let page = browser.settle(sent).await.expect(200);
    page.says("再次验证");
    let done = browser.submit(page.form("form.account-form").set("code", &guanli.code(0))).await;
    assert_eq!(done.leads_to(), "/review/staff");
    assert_ne!(browser.cookie("bz_staff"), before, "a new session");
    assert_eq!(open(&browser, "/review/staff").await.count("main form"), 1);
    assert_eq!(app.number("SELECT count(*) AS number FROM audit_events WHERE event = 'staff_factor_given'"), 1);
}

#[tokio::test]
async fn who_is_not_there_is_not_found() {
    let app = TestApp::new().await;
    let (_, guanli) = app.hire("guanli", Role::Administrator).await;
    let token = guanli.get("/review/account").await.csrf_token();
    for id in ["x", "00000000000070008000000000000001", "%00", "..%2Fstaff"] {
        guanli.get(&format!("/review/staff/{id}")).await.expect(404);
        let fields = [("csrf_token", &*token), ("action", "disable")];
        guanli.post_form(&format!("/review/staff/{id}"), &fields).await.expect(404);
    }
    let place = format!("/review/staff/{}", app.staff_id("guanli"));
    let (_, li) = app.hire("li", Role::Administrator).await;
    let token = li.get("/review/account").await.csrf_token();
    li.post_form(&place, &[("csrf_token", &*token), ("action", "promote")]).await.expect(400);
}
