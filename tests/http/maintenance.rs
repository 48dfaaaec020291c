//! 审核状态查询 and 申请信息维护.

use crate::by_hand::{OF_2012, OF_2020};
use crate::support::{Account, Application, Browser, CESHI, Certificate, Page, Photo, TestApp, XINREN, photo};

/// An application of `xinren` for 造价 2020, filled in by hand.
async fn applied(app: &TestApp) -> (Browser, String) {
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let id = browser.apply(form).await;
    (browser, id)
}

/// An old application of `xinren` that can be saved as it is: 执业药师 2020.
fn old_of_2020() -> Application {
    let row =
        Application::without_account(&XINREN).exam("YS", "执业药师").year("2020").level("执业药师").specialty("中药");
    row.approval_date("20201122").city("济南市")
}

async fn open(browser: &Browser, id: impl std::fmt::Display) -> Page {
    browser.get(&format!("/applications/{id}")).await.expect(200)
}

#[tokio::test]
async fn the_list_shows_new_and_old_applications_in_the_manuals_words() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Account::of(&CESHI, "mailing", "7"));
    let old = app.add(Application::of(&CESHI, "reissue", "12").submitted_at("2013-05-06 10:00:00"));
    let mailed = Application::of(&CESHI, "mailing", "7").exam("YS", "执业药师").year("2016").status("rejected");
    let mailed = app.add(mailed.feedback("照片底色不是白色").submitted_at("2018-01-02 03:04:05"));
    let approved = Application::of(&CESHI, "reissue", "12").year("2010").status("approved").submitted_at("2012-01-01");
    let approved = app.add(approved);
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let browser = app.user("ceshi").await;
    let form = browser.step2(&format!("certificate={certificate}")).await.main_form();
    let new = browser.apply(form.set("contact", "13912340001")).await;

    let page = browser.get("/applications").await.expect(200);
    assert_eq!(page.text("h1"), "审核状态查询");
    assert_eq!(page.texts("main thead th"), ["考试名称", "年度", "证书管理号", "审核状态", "审核结果反馈", "操作"]);
    let rows = page.rows("tr[data-application]");
    let ids: Vec<_> = rows.iter().map(|row| row.attr("data-application").to_owned()).collect();
    assert_eq!(ids, [new.clone(), mailed.to_string(), old.to_string(), approved.to_string()], "newest first");
    let reference = browser.get(&format!("/applications/{new}")).await.text("[data-reference]");
    let today = chrono::Utc::now().checked_add_signed(chrono::TimeDelta::hours(8)).unwrap().format("%Y年%-m月%-d日");
    let filed = [
        format!("造价 受理号 {reference} 提交时间 {today} "),
        "执业药师 原证书邮寄系统 提交时间 2018年1月2日".to_owned(),
        "计算机应用能力考试 原证书补办系统 提交时间 2013年5月6日".to_owned(),
        "计算机应用能力考试 原证书补办系统 提交时间 2012年1月1日".to_owned(),
    ];
    let expected = [
        ("pending", ["2017", "16039686", "等待审核", ""], "申请信息维护"),
        ("rejected", ["2016", "123456789", "审核未过", "照片底色不是白色"], "申请信息维护"),
        ("pending", ["2012", "123456789", "等待审核", ""], "申请信息维护"),
        ("approved", ["2010", "123456789", "审核通过", ""], "查看申请信息"),
    ];
    for ((row, filed), (status, cells, action)) in rows.iter().zip(filed).zip(expected) {
        assert_eq!(row.attr("data-status"), status);
        assert!(row.cells[0].starts_with(&filed), "{} / {filed}", row.cells[0]);
        assert_eq!(row.cells[1..5], cells);
        assert!(row.cells[5].starts_with(action), "{}", row.cells[5]);
    }
}

#[tokio::test]
async fn an_empty_list_leads_to_the_application() {
    let app = TestApp::new().await;
    let page = app.user("xinren").await.get("/applications").await.expect(200);
    page.says("您还没有补证申请");
    assert_eq!(page.attr("main a.btn-primary", "href").as_deref(), Some("/reissue"));
}

#[tokio::test]
async fn saving_keeps_every_version_and_stays_pending() {
    let app = TestApp::new().await;
    let (browser, id) = applied(&app).await;
    for (n, contact) in [(2, "13900000002"), (3, "13900000003")] {
        let page = open(&browser, &id).await;
        assert_eq!(page.value("version"), (n - 1).to_string());
        assert_eq!(page.text("h1"), "申请信息维护");
        let saved = browser.submit(page.main_form().set("contact", contact)).await;
        assert_eq!(saved.location().path(), "/applications");
        browser.settle(saved).await.says("申请信息已保存");
    }
    let contacts: Vec<_> = app.versions(&id).into_iter().map(|(input, _)| input.contact).collect();
    assert_eq!(contacts, ["13912340001", "13900000002", "13900000003"]);
    assert_eq!(open(&browser, &id).await.value("contact"), "13900000003");
    let list = browser.get("/applications").await;
    assert_eq!(list.attr("tr[data-application]", "data-status").as_deref(), Some("pending"));
}

#[tokio::test]
async fn saving_what_was_rejected_makes_it_pending_again_and_the_feedback_goes() {
    let app = TestApp::new().await;
    let (browser, id) = applied(&app).await;
    app.review(&id, "rejected", "联系方式无效");
    let page = open(&browser, &id).await;
    page.says("审核未过").says("联系方式无效").says("保存后将转为等待审核");
    browser.submit(page.main_form().set("contact", "0531-12345678")).await.location();
    let list = browser.get("/applications").await;
    assert_eq!(list.attr("tr[data-application]", "data-status").as_deref(), Some("pending"));
    list.never_holds("联系方式无效");
    assert_eq!(app.versions(&id).len(), 2);
}

#[tokio::test]
async fn what_was_approved_is_read_only() {
    let app = TestApp::new().await;
    let (browser, id) = applied(&app).await;
    let before = open(&browser, &id).await.main_form().set("contact", "13900009999");
    app.review(&id, "approved", "");
    let page = open(&browser, &id).await;
    assert_eq!(page.text("h1"), "申请信息");
    assert!(!page.has("main form"), "nothing to fill in");
    assert_eq!(page.text("dd[data-field=contact]"), "13912340001");

    let refused = browser.submit(before).await.expect(409);
    assert!(!refused.has("main form"), "nothing can be saved any more");
    assert_eq!(refused.text("dd[data-field=contact]"), "13912340001", "what is stored is shown as stored");
    refused.says("审核通过");
    assert_eq!(app.versions(&id).len(), 1);
    assert_eq!(
        browser.get("/applications").await.attr("tr[data-application]", "data-status").as_deref(),
        Some("approved")
    );
}

#[tokio::test]
async fn an_approved_application_of_an_old_system_is_read_only_too() {
    let app = TestApp::new().await;
    let open_one = app.add(old_of_2020());
    let old = app.add(old_of_2020().year("2019").status("approved"));
    let browser = app.user("xinren").await;
    assert!(!open(&browser, old).await.has("main form"));
    let form = open(&browser, open_one).await.main_form().to(&format!("/applications/{old}"));
    browser.submit(form).await.expect(409);
    assert_eq!(app.count("applications"), 0);
}

#[tokio::test]
async fn registered_values_the_exam_and_the_person_never_change_in_maintenance() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let browser = app.user("ceshi").await;
    let form = browser.step2(&format!("certificate={certificate}")).await.main_form();
    let id = browser.apply(form.set("contact", "13912340001")).await;
    let page = open(&browser, &id).await;
    let locked = page.locked();
    assert_eq!(locked.len(), 11, "{locked:?}");
    let mut form = page.main_form();
    for field in &locked {
        form = form.force(field, "篡改");
    }
    browser.submit(form.set("contact", "13900000002")).await.location();
    let [(first, _), (second, _)] = app.versions(&id).try_into().expect("two versions");
    assert_eq!(second.contact, "13900000002");
    assert_eq!(buzheng::domain::form::Input { contact: first.contact.clone(), ..second }, first);
}

#[tokio::test]
async fn what_was_typed_by_hand_may_be_corrected_but_not_the_person_or_the_exam() {
    let app = TestApp::new().await;
    let (browser, id) = applied(&app).await;
    let page = open(&browser, &id).await;
    assert_eq!(page.locked(), ["exam", "name", "document_number", "birth_month", "gender"]);
    let form = page.main_form().set("year", "2021").set("approval_date", "20211121").set("certificate_number", "999");
    browser.submit(form.force("exam", "执业药师").force("name", "别人").force("exam_code", "YS")).await.location();
    let (stored, _) = app.versions(&id).pop().unwrap();
    assert_eq!((stored.exam.as_str(), stored.name.as_str()), ("造价", "辛仁"));
    assert_eq!((stored.year.as_str(), stored.certificate_number.as_str()), ("2021", "999"));
    let row = browser.get("/applications").await.rows("tr[data-application]").remove(0);
    assert_eq!(row.cells[1..3], ["2021", "999"]);
}

#[tokio::test]
async fn a_year_that_the_catalogue_has_no_longer_can_be_kept_and_not_taken() {
    let app = TestApp::new().await;
    let (browser, id) = applied(&app).await;
    app.execute("DELETE FROM exam_combinations WHERE exam_code = 'ZJ' AND year >= 2020");
    let form = open(&browser, &id).await.main_form();
    assert_eq!(form.get("year"), Some("2020"));
    browser.submit(form.clone().set("contact", "13900000002")).await.location();
    let form = open(&browser, &id).await.main_form().set("year", "2021").set("approval_date", "20211121");
    let page = browser.submit(form).await.expect(422);
    assert!(page.error_at("year").contains("最近的年度是 2019 年，还没有 2021 年度"));
}

#[tokio::test]
async fn each_wrong_field_is_refused_with_everything_typed_kept() {
    let app = TestApp::new().await;
    let (browser, id) = applied(&app).await;
    let form = open(&browser, &id).await.main_form();
    for (field, value) in [("contact", ""), ("approval_date", "20209999"), ("city", "北京市"), ("year", "1066")] {
        let page = browser.submit(form.clone().set("level", "改过的级别").force(field, value)).await.expect(422);
        assert_eq!(page.errors().len(), 1, "{field}");
        assert_eq!(page.errors()[0].0, field);
        assert_eq!((page.value(field), page.value("level")), (value.to_owned(), "改过的级别".to_owned()), "{field}");
        assert_eq!(page.value("version"), "1");
    }
    assert_eq!(app.versions(&id).len(), 1);
}

#[tokio::test]
async fn of_two_editors_the_second_is_told_loses_nothing_and_may_save_then() {
    let app = TestApp::new().await;
    let (browser, id) = applied(&app).await;
    let (one, other) = (open(&browser, &id).await.main_form(), open(&browser, &id).await.main_form());
    browser.submit(one.set("contact", "先保存的电话")).await.location();
    let page = browser.submit(other.set("contact", "后保存的电话").set("level", "后改的级别")).await.expect(409);
    assert!(page.has("#conflict"));
    assert_eq!((page.value("contact"), page.value("level")), ("后保存的电话".to_owned(), "后改的级别".to_owned()));
    assert!(page.text("#contact-saved").contains("先保存的电话"), "what was saved meanwhile stands beside it");
    assert!(page.text("#level-saved").contains("造价工程师"));
    assert!(!page.has("#city-saved"), "what is the same is not repeated");
    assert_eq!(page.value("version"), "2");
    assert_eq!(app.versions(&id).len(), 2);

    browser.submit(page.main_form()).await.location();
    assert_eq!(app.versions(&id).pop().unwrap().0.contact, "后保存的电话");
}

#[tokio::test]
async fn a_version_that_is_none_is_refused() {
    let app = TestApp::new().await;
    let (browser, id) = applied(&app).await;
    let form = open(&browser, &id).await.main_form();
    for version in ["", "x", "99999999999999999999", "1.0", "\u{0}"] {
        browser.submit(form.clone().force("version", version)).await.expect(400);
    }
    browser.submit(form.clone().without("version")).await.expect(400);
    for version in ["0", "-1", "2", "2147483647", "-2147483648"] {
        browser.submit(form.clone().force("version", version)).await.expect(409);
    }
    assert_eq!(app.versions(&id).len(), 1);
}

#[tokio::test]
async fn a_reviewers_decision_meanwhile_is_a_conflict() {
    let app = TestApp::new().await;
    let (browser, id) = applied(&app).await;
    let form = open(&browser, &id).await.main_form().set("contact", "13900000002");
    app.review(&id, "approved", "");
    browser.submit(form).await.expect(409);
    assert_eq!(app.number("SELECT version::bigint AS number FROM applications"), 1);
}

#[tokio::test]
async fn an_edit_that_would_be_a_second_application_for_the_same_certificate_is_refused_with_a_link() {
    let app = TestApp::new().await;
    let (browser, first) = applied(&app).await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020).set("specialty", "安装");
    let second = browser.apply(form).await;
    let page = browser.submit(open(&browser, &second).await.main_form().set("specialty", "土建")).await.expect(422);
    assert_eq!(page.attr("#error-summary a", "href").unwrap(), format!("/applications/{first}"));
    assert_eq!(page.value("specialty"), "土建");
    assert_eq!(app.versions(&second).len(), 1);
}

#[tokio::test]
async fn an_edit_cannot_make_a_registered_certificate_of_what_was_filled_in_by_hand() {
    let app = TestApp::new().await;
    app.add(Certificate::of(&XINREN, 2019).status("not_collected"));
    let (browser, id) = applied(&app).await;
    let form = open(&browser, &id).await.main_form().set("year", "2019");
    let page = browser.submit(form).await.expect(422);
    page.says("系统中已登记该证书");
    assert_eq!(page.attr("#error-summary a", "href").as_deref(), Some("/reissue?exam=ZJ"));
    assert_eq!(app.versions(&id).len(), 1);
    browser.get("/reissue?exam=ZJ").await.says("该证书尚未领取");
}

#[tokio::test]
async fn what_an_old_system_registered_is_shown_with_that_source() {
    let app = TestApp::new().await;
    let id = app.add(old_of_2020());
    let page = open(&app.user("xinren").await, id).await;
    for field in ["exam", "name", "document_number"] {
        assert!(page.source_of(field).contains("原系统申请信息"), "{field}");
    }
}

#[tokio::test]
async fn editing_an_old_application_writes_beside_it_and_leaves_the_old_row_as_it_was() {
    let app = TestApp::new().await;
    app.add(Account::of(&XINREN, "reissue", "88"));
    let row = Application::of(&XINREN, "reissue", "88").exam("YS", "执业药师").year("2020").level("执业药师");
    let row = row.specialty("中药").approval_date("20201122").status("rejected").feedback("请补充电话");
    let old = app.add(row);
    let frozen = app.row_text("legacy_applications", old.as_uuid());
    let browser = app.user("xinren").await;
    let page = open(&browser, old).await;
    page.says("原证书补办系统").says("请补充电话");
    assert_eq!((page.value("version"), page.value("contact")), ("0".to_owned(), "13912340001".to_owned()));
    assert_eq!(page.value("birth_month"), "199511");
    browser.submit(page.main_form().set("contact", "0531-7")).await.location();

    assert_eq!(app.row_text("legacy_applications", old.as_uuid()), frozen);
    let list = browser.get("/applications").await;
    let rows = list.rows("tr[data-application]");
    assert_eq!(rows.len(), 1, "it stands in the list once");
    assert_eq!((rows[0].attr("data-application"), rows[0].attr("data-status")), (old.to_string().as_str(), "pending"));
    assert!(rows[0].text.contains("原证书补办系统"), "still marked");
    assert_eq!(app.versions(&old.to_string()).len(), 1);

    let page = open(&browser, old).await;
    assert_eq!((page.value("version"), page.value("contact")), ("1".to_owned(), "0531-7".to_owned()));
    browser.submit(page.main_form().set("contact", "0531-8")).await.location();
    assert_eq!(app.versions(&old.to_string()).len(), 2);
    assert_eq!(app.row_text("legacy_applications", old.as_uuid()), frozen);
}

#[tokio::test]
async fn an_edited_old_application_goes_with_its_account() {
    let app = TestApp::new().await;
    app.add(Account::of(&XINREN, "reissue", "88"));
    let row = Application::of(&XINREN, "reissue", "88").exam("YS", "执业药师").year("2020").level("执业药师");
    let old = app.add(row.specialty("中药").approval_date("20201122"));
    let browser = app.user("xinren").await;
    browser.submit(open(&browser, old).await.main_form().set("contact", "0531-7")).await.location();
    app.execute("UPDATE links SET undone_at = now(), undone_by = 'test', undone_reason = 'test'");
    assert!(!browser.get("/applications").await.has("tr[data-application]"));
    for path in [format!("/applications/{old}"), format!("/applications/{old}/photo"), format!("/reissue/{old}/done")] {
        browser.get(&path).await.expect(404);
    }
}

#[tokio::test]
async fn an_old_application_of_2016_or_before_needs_a_photo_when_it_is_saved() {
    let app = TestApp::new().await;
    let without = app.add(Application::without_account(&CESHI).key("5001"));
    let with = app.add(Application::without_account(&CESHI).key("5002").year("2013").approval_date("20131124"));
    app.add(Photo { system: "reissue", application_key: "5002", bytes: photo("good.jpg") });
    let browser = app.user("ceshi").await;

    let page = open(&browser, without).await;
    assert!(page.has("input[name=photo]"));
    let refused = browser.submit(page.main_form().set("contact", "0531-7")).await.expect(422);
    assert_eq!(refused.errors()[0].0, "photo");
    assert_eq!(refused.value("contact"), "0531-7");
    browser.submit(refused.main_form().file("photo", "a.jpg", &photo("good.jpg"))).await.location();
    assert!(app.versions(&without.to_string())[0].1);

    let page = open(&browser, with).await;
    page.says("不更换照片的，无需再次选择文件");
    browser.submit(page.main_form().set("contact", "0531-7")).await.location();
    let shown = browser.get(&format!("/applications/{with}/photo")).await.expect(200);
    assert_eq!(shown.bytes, photo("good.jpg"), "the old photo still belongs to it");
}

#[tokio::test]
async fn a_photo_stays_with_later_versions_until_another_one_is_chosen() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let id = browser.apply(form.file("photo", "a.jpg", &photo("good.jpg"))).await;
    let shown = || async { browser.get(&format!("/applications/{id}/photo")).await.expect(200).bytes };
    let first = shown().await;
    browser.submit(open(&browser, &id).await.main_form().set("contact", "0531-7")).await.location();
    assert_eq!(shown().await, first);

    let page = open(&browser, &id).await;
    let bad = browser.submit(page.main_form().file("photo", "a.jpg", &photo("blue_background.jpg"))).await.expect(422);
    assert_eq!(bad.errors()[0].0, "photo");
    assert_eq!(shown().await, first);
    browser.submit(page.main_form().file("photo", "a.jpg", &photo("gray.jpg"))).await.location();
    assert_ne!(shown().await, first);
    assert_eq!(app.versions(&id).len(), 3);
    assert_eq!(app.count("photos"), 2, "the photo of the earlier versions is kept");
}

#[tokio::test]
async fn a_photo_is_served_to_its_owner_alone_and_runs_nowhere() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let id = browser.apply(form.file("photo", "a.jpg", &photo("good.jpg"))).await;
    let path = format!("/applications/{id}/photo");
    let page = browser.get(&path).await.expect(200);
    assert_eq!(page.header("content-type"), "image/jpeg");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("cache-control"), "no-store");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    assert_eq!(open(&browser, &id).await.attr("main img", "src").as_deref(), Some(path.as_str()));

    app.user("ceshi").await.get(&path).await.expect(404);
    let signed_out = app.anon().get(&path).await;
    assert_eq!(signed_out.location().path(), "/");
    assert!(signed_out.bytes.is_empty());
    let (owner, without) = applied(&app).await;
    owner.get(&format!("/applications/{without}/photo")).await.expect(404);
}

#[tokio::test]
async fn another_persons_application_answers_as_one_that_is_not_there() {
    let app = TestApp::new().await;
    let (_, foreign) = applied(&app).await;
    let old_foreign = app.add(old_of_2020()).to_string();
    let missing = uuid::Uuid::now_v7().simple().to_string();
    let browser = app.user("ceshi").await;
    let own = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let own = browser.apply(own).await;
    let form = open(&browser, &own).await.main_form();
    let mut answers = Vec::new();
    for id in [&missing, &foreign, &old_foreign] {
        let mut of_id = Vec::new();
        for path in [format!("/applications/{id}"), format!("/applications/{id}/photo"), format!("/reissue/{id}/done")]
        {
            let page = browser.get(&path).await.expect(404);
            of_id.push((page.text("main h1"), page.bytes.len()));
        }
        let page = browser.submit(form.clone().to(&format!("/applications/{id}"))).await.expect(404);
        of_id.push((page.text("main h1"), page.bytes.len()));
        answers.push(of_id);
    }
    assert_eq!(answers[1], answers[0]);
    assert_eq!(answers[2], answers[0]);
    assert_eq!(app.versions(&foreign).len(), 1);
    assert_eq!(app.count("applications"), 2);
}

#[tokio::test]
async fn an_edit_without_the_sessions_token_is_refused() {
    let app = TestApp::new().await;
    let (browser, id) = applied(&app).await;
    let form = open(&browser, &id).await.main_form().set("contact", "0531-7");
    browser.submit(form.clone().without("csrf_token")).await.expect(403);
    browser.submit(form.force("csrf_token", "x")).await.expect(403);
    assert_eq!(app.versions(&id).len(), 1);
}
