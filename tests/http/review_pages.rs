//! 审核 by its pages: the queue, one application, and what is answered there, until its owner sees it.

use buzheng::domain::staff::Role;
use reqwest::Method;

use crate::by_hand::OF_2012;
use crate::support::{Browser, CESHI, Certificate, Form, Page, TestApp, photo};

/// What the citizen's list and the desk's queue have in common.
pub(crate) struct Desk {
    pub(crate) app: TestApp,
    pub(crate) ceshi: Browser,
    pub(crate) jinan: Browser,
    pub(crate) sheng: Browser,
    pub(crate) id: String,
}

impl Desk {
    /// ceshi has applied, jinan and sheng are signed in.
    pub(crate) async fn open() -> Self {
        let app = TestApp::new().await;
        app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
        let ceshi = app.user("ceshi").await;
        let page = ceshi.get("/reissue").await;
        let certificate = page.rows("tr[data-eligible=true]")[0].attr("data-certificate").to_owned();
        let form = ceshi.step2(&format!("certificate={certificate}")).await.main_form().set("contact", "13912340001");
        let id = ceshi.apply(form).await;
        let (_, jinan) = app.hire("jinan", Role::CityReviewer).await;
        let (_, sheng) = app.hire("sheng", Role::ProvinceReviewer).await;
        Self { app, ceshi, jinan, sheng, id }
    }

    pub(crate) fn path(&self) -> String {
        format!("/review/applications/{}", self.id)
    }

    fn to(&self, act: &str) -> String {
        format!("{}/{act}", self.path())
    }

    pub(crate) async fn case(&self, browser: &Browser) -> Page {
        browser.get(&self.path()).await.expect(200)
    }

    /// The form of an act, as the page of the case has it.
    pub(crate) async fn form(&self, browser: &Browser, act: &str) -> Form {
        self.case(browser).await.form(&format!("form[action='{}']", self.to(act)))
    }

    pub(crate) async fn answer(&self, browser: &Browser, outcome: &str) -> Page {
        browser.submit(self.form(browser, "decision").await.press("outcome", outcome)).await
    }

    /// Status and row of the application on 审核状态查询.
    pub(crate) async fn seen(&self) -> (String, String) {
        let page = self.ceshi.get("/applications").await.expect(200);
        let row = page.rows(&format!("tr[data-application='{}']", self.id)).remove(0);
        (row.attr("data-status").to_owned(), row.text)
    }

    async fn rejected(&self, reasons: &[&str]) {
        for browser in [&self.jinan, &self.sheng] {
            let form = self.form(browser, "decision").await.without("reasons").press("outcome", "reject");
            let form = reasons.iter().fold(form, |form, code| form.also("reasons", code));
            browser.submit(form).await.expect(303);
        }
    }
}

/// Applications of the queue, with level and status.
pub(crate) async fn queue(browser: &Browser, query: &str) -> Vec<(String, String, String)> {
    let page = browser.get(&format!("/review{query}")).await.expect(200);
    let rows = page.rows("tr[data-application]");
    rows.iter()
        .map(|row| ["data-application", "data-level", "data-status"].map(|name| row.attr(name).to_owned()).into())
        .collect()
}

pub(crate) fn one(id: &str, level: &str, status: &str) -> Vec<(String, String, String)> {
    vec![(id.to_owned(), level.to_owned(), status.to_owned())]
}

async fn next(browser: &Browser) -> Page {
    let form = browser.get("/review").await.expect(200).form("form[action='/review/next']");
    browser.submit(form).await.expect(303)
}

#[tokio::test]
async fn a_city_takes_the_next_one_and_recommends_the_province_approves_and_the_owner_sees_it() {
    let desk = Desk::open().await;
    assert_eq!(queue(&desk.jinan, "").await, one(&desk.id, "city", "pending"));
    assert_eq!(queue(&desk.sheng, "").await, []);
    assert_eq!(next(&desk.jinan).await.leads_to(), desk.path());
    let page = desk.case(&desk.jinan).await;
    assert_eq!(page.count("[data-differs]"), 0, "what was taken over from the certificate does not differ");
    page.says("测试").says("2017").says("济南市").says("jinan，至");
    let done = desk.answer(&desk.jinan, "approve").await;
    assert_eq!(done.leads_to(), "/review");
    desk.jinan.settle(done).await.says("已提出建议：通过");
    assert_eq!(desk.seen().await.0, "pending");
    assert_eq!(queue(&desk.jinan, "").await, []);

    assert_eq!(queue(&desk.sheng, "").await, one(&desk.id, "province", "pending"));
    desk.case(&desk.sheng).await.says("jinan：建议通过");
    assert_eq!(desk.answer(&desk.sheng, "approve").await.leads_to(), "/review");
    let (status, text) = desk.seen().await;
    assert_eq!(status, "approved");
    assert!(text.contains("审核通过"), "{text}");
    assert_eq!(queue(&desk.sheng, "?state=approved").await, one(&desk.id, "province", "approved"));
    assert_eq!(desk.case(&desk.sheng).await.count("form[action$='/decision']"), 0);
    assert_eq!(next(&desk.jinan).await.leads_to(), "/review");
    desk.jinan.get("/review").await.says("没有等待您审核的申请了");
}

#[tokio::test]
async fn a_refusal_needs_a_reason_which_its_owner_reads_and_what_is_saved_comes_back_into_the_queue() {
    let desk = Desk::open().await;
    let page = desk.answer(&desk.jinan, "reject").await.expect(422);
    page.says("请至少勾选一项原因");
    desk.rejected(&["contact_unreachable", "year_wrong"]).await;
    let (status, text) = desk.seen().await;
    assert_eq!(status, "rejected");
    assert!(text.contains("请填写有效的手机号码") && text.contains("考试年度有误"), "{text}");
    assert_eq!(queue(&desk.jinan, "").await, []);
    let page = desk.ceshi.get(&format!("/applications/{}", desk.id)).await.expect(200);
    page.says("审核结果反馈");
    desk.ceshi.submit(page.main_form().set("contact", "13912340002")).await.expect(303);
    assert_eq!(queue(&desk.jinan, "?again=yes").await, one(&desk.id, "city", "pending"));
    desk.case(&desk.jinan).await.says("13912340001").says("13912340002");
}

#[tokio::test]
async fn who_looked_at_an_earlier_version_learns_who_acted_and_keeps_what_was_typed() {
    let desk = Desk::open().await;
    let (_, other) = desk.app.hire("jinan-b", Role::CityReviewer).await;
    let form = desk.form(&other, "decision").await.set("comment", "我的 <意见>");
    desk.answer(&desk.jinan, "approve").await.expect(303);
    let late = form.clone().also("reasons", "year_wrong").press("outcome", "reject");
    let page = other.submit(late).await.expect(409);
    page.says("已由 jinan 于").says("处理：建议通过");
    assert_eq!(desk.seen().await.0, "pending");

    // While its owner edits it, it stays with the city: what was typed stays on the page.
    let again = Desk::open().await;
    let form = again.form(&again.jinan, "decision").await.set("comment", "我的 <意见>");
    let of_owner = again.ceshi.get(&format!("/applications/{}", again.id)).await.main_form();
    again.ceshi.submit(of_owner.set("contact", "13912340002")).await.expect(303);
    let late = form.also("reasons", "year_wrong").press("outcome", "reject");
    let page = again.jinan.submit(late).await.expect(409);
    page.says("已由 申请人 于").says("处理：审核期间修改");
    assert_eq!(page.text("#comment").trim(), "我的 <意见>");
    assert!(page.has("#reason-year_wrong[checked]"));
    again.jinan.submit(page.form("form[action$='/decision']").press("outcome", "reject")).await.expect(303);
}

#[tokio::test]
async fn what_a_colleague_has_in_hand_is_taken_over_only_by_who_was_told_of_them() {
    let desk = Desk::open().await;
    let (_, other) = desk.app.hire("jinan-b", Role::CityReviewer).await;
    let blind = desk.form(&other, "take").await;
    let early = desk.form(&other, "decision").await;
    next(&desk.jinan).await;
    other.submit(early.press("outcome", "approve")).await.expect(409).says("jinan 正在办理此件");
    let page = other.submit(blind).await.expect(409);
    page.says("jinan 正在办理此件");
    assert!(!page.has("form[action$='/decision']"), "it is in other hands");
    let form = page.form("form[action$='/take']");
    assert_eq!(form.get("over"), Some("jinan"));
    assert_eq!(other.submit(form.clone().force("over", "sheng")).await.status, 409);
    assert_eq!(other.submit(form).await.expect(303).leads_to(), desk.path());
    desk.case(&other).await.says("jinan-b，至").says("接手办理");
    desk.answer_of_late_holder().await;
    assert_eq!(desk.app.number("SELECT count(*) AS number FROM audit_events WHERE event = 'case_taken_over'"), 1);
    let release = desk.form(&other, "release").await;
    other.submit(release.clone()).await.expect(303);
    other.submit(release).await.expect(303);
    other.get("/review").await.says("此件已不在您手中");
    assert_eq!(other.get("/review").await.rows("tr[data-application]")[0].cells.last().map(String::as_str), Some("—"));
}

impl Desk {
    /// jinan, out of whose hands it was taken, sends nothing more.
    async fn answer_of_late_holder(&self) {
        let page = self.case(&self.jinan).await;
        let (token, version) = (page.csrf_token(), page.attr("input[name=version]", "value").unwrap());
        let fields = [("csrf_token", &*token), ("version", &version), ("outcome", "approve")];
        self.jinan.post_form(&self.to("decision"), &fields).await.expect(409);
        self.jinan.post_form(&self.to("renew"), &fields).await.expect(409);
    }
}

#[tokio::test]
async fn a_form_without_the_token_and_another_city_s_application_get_nothing() {
    let desk = Desk::open().await;
    let acts = ["decision", "take", "release", "renew", "reveal", "note", "hold", "resume"];
    for act in acts {
        for token in ["", "x"] {
            let fields = [("csrf_token", token), ("version", "1"), ("outcome", "approve")];
            desk.jinan.post_form(&desk.to(act), &fields).await.expect(403);
        }
    }
    let (qingdao, _) = desk.app.hire("qingdao", Role::CityReviewer).await;
    desk.app.execute(
        "UPDATE staff_roles SET city = '青岛市' WHERE staff_id = (SELECT id FROM staff WHERE user_name = 'qingdao')",
    );
    let qingdao = qingdao.sign_in(&desk.app).await;
    let token = qingdao.get("/review").await.expect(200).csrf_token();
    assert_eq!(queue(&qingdao, "").await, []);
    qingdao.get(&desk.path()).await.expect(404);
    qingdao.get_any(&desk.to("photo")).await.expect(404);
    for act in ["decision", "take", "reveal", "note", "hold", "resume"] {
        let fields = [("csrf_token", &*token), ("version", "1"), ("outcome", "approve"), ("note", "x")];
        qingdao
            .post_form(&desk.to(act), &[&fields[..], &[("until", "2099-01-01"), ("reason", "x")]].concat())
            .await
            .expect(404);
    }
    let fields = [("csrf_token", &*token), ("version", "1")];
    qingdao.post_form(&desk.to("release"), &fields).await.expect(303);
    qingdao.post_form(&desk.to("renew"), &fields).await.expect(409);
    assert_eq!(desk.app.number("SELECT count(*) AS number FROM review_acts"), 1, "nothing was done");
}

#[tokio::test]
async fn an_auditor_looks_at_everything_and_writes_nothing() {
    let desk = Desk::open().await;
    let (_, duli) = desk.app.hire("duli", Role::Auditor).await;
    assert_eq!(queue(&duli, "").await, one(&desk.id, "city", "pending"));
    let page = desk.case(&duli).await;
    assert_eq!(page.count("main form"), 0, "no form that would be in vain");
    let token = page.csrf_token();
    for act in ["decision", "take", "release", "renew", "reveal", "note", "hold", "resume", "reopen"] {
        let fields = [("csrf_token", &*token), ("version", "1"), ("outcome", "approve")];
        duli.post_form(&desk.to(act), &fields).await.expect(404);
    }
    duli.post_form("/review/next", &[("csrf_token", &*token)]).await.expect(404);
}

#[tokio::test]
async fn a_number_is_masked_until_it_is_asked_for_which_the_log_tells() {
    let desk = Desk::open().await;
    let shows = async |browser: &Browser| desk.case(browser).await.words().contains(CESHI.number);
    assert!(!shows(&desk.jinan).await && !shows(&desk.sheng).await);
    let form = desk.form(&desk.jinan, "reveal").await;
    assert_eq!(desk.jinan.submit(form).await.expect(303).leads_to(), desk.path());
    assert!(shows(&desk.jinan).await);
    assert!(!desk.case(&desk.jinan).await.has("form[action$='/reveal']"));
    assert!(!shows(&desk.sheng).await, "to others it stays masked");
    let viewed = "SELECT count(*) AS number FROM audit_events WHERE event = 'number_viewed' AND actor = 'staff:jinan'";
    assert_eq!(desk.app.number(viewed), 1);
    for page in [desk.jinan.get("/review").await, desk.ceshi.get("/applications").await] {
        assert!(!page.html().contains(CESHI.number));
    }
}

#[tokio::test]
async fn a_photo_is_for_who_may_see_the_case() {
    let desk = Desk::open().await;
    desk.jinan.get_any(&desk.to("photo")).await.expect(404);
    let xinren = desk.app.user("xinren").await;
    let form = xinren.step2("exam=ZJ").await.main_form().fill(&OF_2012).file("photo", "photo.jpg", &photo("good.jpg"));
    let id = xinren.apply(form).await;
    let path = format!("/review/applications/{id}");
    let page = desk.jinan.get(&path).await.expect(200);
    assert_eq!(page.attr(".case-photo img", "src"), Some(format!("{path}/photo")));
    let shown = desk.jinan.get_any(&format!("{path}/photo")).await.expect(200);
    assert_eq!((shown.header("content-type"), shown.header("cache-control")), ("image/jpeg", "no-store"));
    for other in [desk.app.anon(), xinren, desk.app.hire("dayin", Role::Printer).await.1] {
        assert!([303, 404].contains(&other.get_any(&format!("{path}/photo")).await.status.as_u16()));
    }
}

fn begin(word: &str) -> String {
    word.chars().take(20).collect()
}

/// Whatever stands in the address.
async fn no_such_case(desk: &Desk, token: &str) {
    for id in ["x", "%00", "..%2f..", "00000000-0000-0000-0000-000000000000"] {
        for act in ["decision", "take", "reveal", "note", "hold", "resume", "release", "renew"] {
            let sent = [("csrf_token", token), ("version", "1"), ("outcome", "approve")];
            let page = desk.jinan.post_form(&format!("/review/applications/{id}/{act}"), &sent).await;
            assert!([303, 404, 409].contains(&page.status.as_u16()), "{id} {act}: {}", page.status);
        }
        desk.jinan.get(&format!("/review/applications/{id}")).await.expect(404);
    }
}

#[tokio::test]
async fn garbage_is_refused_or_ignored_and_never_fails() {
    let desk = Desk::open().await;
    let long = "长".repeat(4000);
    let garbage = [
        "-10000-01-01.0199c1a47f1e70008000000000000001",
        "\0",
        "\u{7}\u{1b}[31m",
        "\u{202e}x",
        "-1",
        "99999999999999999999",
        "2026-13-45.x",
        "' OR 1=1 --",
        "x.y",
        &long,
    ];
    let fine = format!("2026-10-20.{}", desk.id);
    for word in garbage.into_iter().chain([fine.as_str(), "+262143-01-01.0199c1a47f1e70008000000000000001"]) {
        for filter in ["state", "exam", "year", "city", "level", "photo", "again", "holder", "page"] {
            let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair(filter, word).finish();
            let page = desk.jinan.get(&format!("/review?{query}")).await;
            assert!(page.status.as_u16() < 500, "{filter} {}: {}", begin(word), page.status);
        }
    }
    desk.jinan.get("/review?state=pending&state=held&page=%ff").await;
    let (token, version) = {
        let page = desk.case(&desk.jinan).await;
        (page.csrf_token(), page.attr("input[name=version]", "value").unwrap())
    };
    let acts: [(&str, &[&str]); 6] = [
        ("decision", &["version", "outcome", "reasons", "comment"]),
        ("take", &["version", "over"]),
        ("reveal", &["version"]),
        ("note", &["version", "note"]),
        ("hold", &["version", "until", "reason"]),
        ("resume", &["version"]),
    ];
    for (act, fields) in acts {
        for field in fields {
            for word in garbage {
                let mut sent = vec![("csrf_token", &*token), ("outcome", "reject"), ("reasons", "year_wrong")];
                sent.extend([("version", &*version), ("note", "x"), ("until", "x"), ("reason", "x")]);
                sent.retain(|(name, _)| name != field);
                sent.push((field, word));
                let page = desk.jinan.post_form(&desk.to(act), &sent).await;
                let status = page.status.as_u16();
                assert!(status < 500 && status != 200, "{act} {field} {}: {status}", begin(word));
                if act == "decision" {
                    desk.app.execute("UPDATE review_cases SET level = 'city', status = 'pending', recommended_by = NULL, recommends_approval = NULL, version = 1, held_until = NULL, held_by = NULL");
                }
            }
        }
    }
    no_such_case(&desk, &token).await;
    let head = desk.jinan.send(Method::HEAD, desk.jinan.url(&desk.path()), |request| request).await;
    assert_eq!(head.status, 200);
}

#[tokio::test]
async fn its_owner_reads_reasons_at_their_fields_and_steps_without_names() {
    let desk = Desk::open().await;
    let path = format!("/applications/{}", desk.id);
    let page = desk.ceshi.get(&path).await.expect(200);
    assert_eq!(page.count("[data-steps] li"), 2);
    page.says("正在市级审核");
    assert!(!page.has("[data-remark]"));
    desk.rejected(&["contact_unreachable", "year_wrong", "already_reissued"]).await;
    let page = desk.ceshi.get(&path).await.expect(200);
    let at_contact = page.text("#contact-remark");
    assert!(at_contact.contains("请填写有效的手机号码"), "{at_contact}");
    assert!(page.text("#year-remark").contains("考试年度有误"), "a locked field has its reason too");
    assert_eq!(page.count("[data-remark]"), 2, "what is about no field stands in the summary");
    assert!(page.attr("#contact", "aria-describedby").unwrap().contains("contact-remark"));
    let html = page.html();
    let feedback = html.split_once("<dd class=\"words\">").unwrap().1.split_once("</dd>").unwrap().0;
    assert_eq!(feedback.lines().count(), 3, "a line each: {feedback}");
    assert_eq!(desk.ceshi.get("/applications").await.count("td .words"), 1);
    let steps = page.texts("[data-steps] li");
    let told: Vec<bool> = ["提交", "市级审核完成", "省级审核：审核未过"]
        .iter()
        .zip(&steps)
        .map(|(words, step)| step.contains(words))
        .collect();
    assert_eq!((told, steps.len()), (vec![true; 3], 3), "{steps:?}");
    for name in ["jinan", "sheng"] {
        page.never_holds(name);
    }
    // Also where something else is wrong with what is sent, and no more once it waits again.
    let refused = desk.ceshi.submit(page.main_form().set("contact", "x")).await.expect(422);
    assert!(refused.has("#contact-remark") && refused.has("#contact-error") && refused.has("[data-steps]"));
    desk.ceshi.submit(page.main_form().set("contact", "13912340002")).await.expect(303);
    let page = desk.ceshi.get(&path).await.expect(200);
    assert!(!page.has("[data-remark]"));
    assert_eq!(page.count("[data-steps] li"), 5);
}
