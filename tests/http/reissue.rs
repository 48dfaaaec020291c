//! 补证申请: the three steps.

use crate::by_hand::OF_2020;
use crate::support::{Account, Application, CESHI, Certificate, Page, TestApp};

/// The rows of step 1: (certificate, eligible, reason).
fn rows(page: &Page) -> Vec<(String, bool, String)> {
    let of = |row: crate::support::Row| {
        let reason = row.attributes.get("data-reason").cloned().unwrap_or_default();
        (row.attr("data-certificate").to_owned(), row.attr("data-eligible") == "true", reason)
    };
    page.rows("tr[data-certificate]").into_iter().map(of).collect()
}

#[tokio::test]
async fn step_1_offers_every_exam_and_choosing_works_without_a_script() {
    let app = TestApp::new().await;
    app.add(Certificate::of(&CESHI, 2017));
    let page = app.user("ceshi").await.get("/reissue").await.expect(200);
    let mut exams: Vec<_> =
        page.rows("select[name=exam] option").iter().map(|option| option.attr("value").to_owned()).collect();
    exams.sort();
    assert_eq!(exams, ["", "JSJ", "YS", "ZJ"]);
    assert_eq!(page.texts(".steps li[aria-current=step]").len(), 1);
    assert!(page.text(".steps li[aria-current=step]").contains("选择考试"));
    let form = page.form("form[action='/reissue']");
    assert_eq!(form.method, reqwest::Method::GET, "choosing works without a script");
}

#[tokio::test]
async fn step_1_shows_the_certificates_of_the_chosen_exam_newest_first() {
    let app = TestApp::new().await;
    app.add(Certificate::of(&CESHI, 2012).specialty("安装"));
    app.add(Certificate::of(&CESHI, 2017));
    app.add(Certificate::of(&CESHI, 2018).exam("YS", "执业药师").level("执业药师").specialty("中药"));
    let browser = app.user("ceshi").await;
    let step1 = browser.get("/reissue").await;
    let page = browser.submit(step1.form("form[action='/reissue']").set("exam", "ZJ")).await.expect(200);
    assert_eq!(page.text("h2#certificates"), "造价证书列表");
    assert_eq!(page.texts("main table thead th"), ["年度", "级别", "专业", "状态", "操作"]);
    let cells: Vec<_> = page.rows("tr[data-certificate]").into_iter().map(|row| row.cells[..3].join(" ")).collect();
    assert_eq!(cells, ["2017 造价工程师 土建", "2012 造价工程师 安装"]);
    assert_eq!(page.attr("select[name=exam] option[selected]", "value").as_deref(), Some("ZJ"));
    for by_name in ["/reissue?exam=造价", "/reissue?exam=zj"] {
        assert_eq!(browser.get(by_name).await.count("tr[data-certificate]"), 2, "{by_name}");
    }
}

#[tokio::test]
async fn each_certificate_that_cannot_be_reissued_says_why_and_what_to_do() {
    let app = TestApp::new().await;
    let table = [
        (2020, "collected", None, "可申请"),
        (2019, "not_collected", Some("not_collected"), "请及时到报名市（济南市）领取证书"),
        (2018, "not_issued", Some("not_issued"), "请等待发放通知"),
        (2017, "withheld", Some("withheld"), "解除暂扣后再申请"),
        (2016, "unknown", Some("unknown_status"), "核实证书状态"),
    ];
    for (year, status, ..) in table {
        app.add(Certificate::of(&CESHI, year).status(status));
    }
    let browser = app.user("ceshi").await;
    let page = browser.get("/reissue?exam=ZJ").await;
    for (row, (year, _, reason, words)) in page.rows("tr[data-certificate]").into_iter().zip(table) {
        assert_eq!(row.cells[0], year.to_string());
        assert!(row.text.contains(words), "{year}: {}", row.text);
        let id = row.attr("data-certificate");
        let step2 = browser.get(&format!("/reissue/new?certificate={id}")).await;
        match reason {
            None => {
                assert_eq!(row.attr("data-eligible"), "true");
                assert_eq!(row.links, [format!("/reissue/new?certificate={id}")]);
                step2.expect(200);
            }
            Some(reason) => {
                assert_eq!((row.attr("data-eligible"), row.attr("data-reason")), ("false", reason));
                assert!(row.text.contains("不可申请"), "{year}");
                assert!(
                    page.has(&format!("tr[data-certificate='{id}'] button[disabled]")),
                    "{year}: 申请补证 is disabled"
                );
                assert_eq!(step2.location().path(), "/reissue", "{year}: step 1 says why");
            }
        }
    }
    assert_eq!(page.count("tr[data-certificate]"), table.len());
}

#[tokio::test]
async fn a_certificate_that_cannot_be_reissued_cannot_be_applied_for_by_sending_the_form() {
    let app = TestApp::new().await;
    let good = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let withheld = app.add(Certificate::of(&CESHI, 2018).status("withheld").approval_date("20181022"));
    let browser = app.user("ceshi").await;
    let form = browser.step2(&format!("certificate={good}")).await.main_form().set("contact", "13912340001");
    let page = browser.submit(form.force("certificate", &withheld.to_string())).await.expect(422);
    assert!(page.errors()[0].1.contains("暂扣"), "{:?}", page.errors());
    assert_eq!(page.attr("#error-summary a", "href").as_deref(), Some("/reissue?exam=ZJ"));
    assert_eq!(page.value("contact"), "13912340001", "nothing typed is lost");
    assert_eq!(app.count("applications"), 0);
}

#[tokio::test]
async fn an_open_application_makes_its_certificate_not_eligible_with_a_link_to_it() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    app.add(Certificate::of(&CESHI, 2018).approval_date("20181022"));
    let browser = app.user("ceshi").await;
    let form = browser.step2(&format!("certificate={certificate}")).await.main_form();
    let id = browser.apply(form.set("contact", "13912340001")).await;

    let page = browser.get("/reissue?exam=ZJ").await;
    let applied = format!("tr[data-certificate='{certificate}']");
    assert_eq!(page.attr(&applied, "data-reason").as_deref(), Some("already_applied"));
    assert_eq!(page.rows(&applied)[0].links, [format!("/applications/{id}")]);
    assert_eq!(page.count("tr[data-eligible=true]"), 1, "the other certificate stays eligible");

    app.review(&id, "rejected", "照片不清楚");
    assert_eq!(browser.get("/reissue?exam=ZJ").await.attr(&applied, "data-reason").as_deref(), Some("already_applied"));
    app.review(&id, "approved", "");
    assert_eq!(browser.get("/reissue?exam=ZJ").await.attr(&applied, "data-eligible").as_deref(), Some("true"));
}

#[tokio::test]
async fn an_open_application_of_an_old_system_counts_too_and_a_decided_one_does_not() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    for year in [2017, 2018, 2019] {
        app.add(Certificate::of(&CESHI, year));
    }
    let old = |year: &str, status: &str| {
        let row = Application::of(&CESHI, "reissue", "12").exam("ZJ", "造价").level(" 造价工程师").specialty("土建");
        app.add(row.year(year).status(status)).to_string()
    };
    let (pending, rejected) = (old("2017", "pending"), old("2018", "rejected"));
    old("2019", "approved");
    let page = app.user("ceshi").await.get("/reissue?exam=ZJ").await;
    let found = page.rows("tr[data-certificate]").into_iter().map(|row| (row.cells[0].clone(), row.links));
    let expected = [("2019", None), ("2018", Some(rejected)), ("2017", Some(pending))];
    for ((year, links), (expected_year, blocked_by)) in found.zip(expected) {
        assert_eq!(year, expected_year);
        match blocked_by {
            Some(id) => assert_eq!(links, [format!("/applications/{id}")]),
            None => assert!(links[0].starts_with("/reissue/new"), "{links:?}"),
        }
    }
}

#[tokio::test]
async fn without_a_certificate_the_form_can_be_filled_in_by_hand() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let page = browser.get("/reissue?exam=JSJ").await.expect(200);
    assert!(!page.has("tr[data-certificate]"));
    page.says("没有检索到您的计算机应用能力考试证书信息").says("填写补证申请");
    let link = page.attr("main section a.btn-primary", "href").unwrap();
    let page = browser.get(&link).await.expect(200);
    assert!(page.text(".steps li[aria-current=step]").contains("提交补证申请"));
}

#[tokio::test]
async fn every_link_of_step_1_leads_to_a_form_also_where_the_catalogue_lacks_the_exam() {
    let app = TestApp::new().await;
    app.add(Certificate::of(&CESHI, 2017).exam("LS-9", "律师资格考试"));
    let browser = app.user("ceshi").await;
    let page = browser.get("/reissue?exam=LS-9").await.expect(200);
    assert_eq!(rows(&page).len(), 1);
    for link in page.rows("main section a[href^='/reissue/new']") {
        browser.get(link.attr("href")).await.expect(200);
    }
}

#[tokio::test]
async fn step_2_locks_what_is_registered_and_leaves_the_rest_to_fill_in() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017));
    let page = app.user("ceshi").await.step2(&format!("certificate={certificate}")).await;
    let registered = [
        ("exam", "造价", "证书登记信息"),
        ("year", "2017", "证书登记信息"),
        ("name", "测试", "证书登记信息"),
        ("document_number", "110101199003071233", "证书登记信息"),
        ("birth_month", "199003", "由证件号码得出"),
        ("gender", "男", "由证件号码得出"),
        ("certificate_number", "16039686", "证书登记信息"),
        ("level", "造价工程师", "证书登记信息"),
        ("specialty", "土建", "证书登记信息"),
        ("city", "济南市", "证书登记信息"),
    ];
    for (field, value, source) in registered {
        assert_eq!(page.value(field), value);
        assert!(page.has(&format!("input[name={field}][readonly]")), "{field} is an <input readonly>");
        assert!(page.source_of(field).contains(source), "{field}");
    }
    assert_eq!(page.locked().len(), registered.len());
    for free in ["approval_date", "contact"] {
        assert_eq!(page.value(free), "", "{free}");
        assert!(page.has(&format!("input[name={free}]:not([readonly])")), "{free}");
    }
    assert!(!page.has("input[name=photo]"), "no photo is due in 2017");
}

#[tokio::test]
async fn the_form_by_hand_locks_the_person_and_offers_the_catalogue() {
    let app = TestApp::new().await;
    let page = app.user("xinren").await.step2("exam=JSJ").await;
    assert_eq!(page.locked(), ["exam", "name", "document_number", "birth_month", "gender"]);
    assert_eq!(page.value("exam"), "计算机应用能力考试");
    assert_eq!((page.value("birth_month"), page.value("gender")), ("199511".to_owned(), "女".to_owned()));
    assert_eq!(page.count("#year-options option"), 10, "the years of the catalogue are suggested");
    assert_eq!(page.count("select[name=city] option"), 18, "16 cities, 莱芜市 and the empty one");
    for field in ["year", "level", "specialty"] {
        assert!(page.has(&format!("input[name={field}][list]")), "{field} is free text with suggestions");
    }
    assert!(page.has("input[name=photo][type=file]"));
    assert_eq!(
        page.count(".required"),
        7 + 1,
        "every field that is to be filled in is marked, and the legend tells so"
    );
}

#[tokio::test]
async fn a_submission_ends_on_step_3_with_a_reference_that_is_kept() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017));
    let browser = app.user("ceshi").await;
    let form = browser.step2(&format!("certificate={certificate}")).await.main_form();
    let id = browser.apply(form.set("approval_date", "20171022").set("contact", "13912340001")).await;

    let page = browser.get(&format!("/reissue/{id}/done")).await.expect(200);
    assert!(page.text(".steps li[aria-current=step]").contains("提交完成"));
    let reference = page.text("[data-reference]");
    assert!(buzheng::domain::application::Reference::parse(&reference).is_some(), "{reference}");
    page.says("提交成功").says("等待审核").says("110101********1233").never_holds(CESHI.number);
    assert!(page.has("[data-print]"));
    let shown = browser.get(&format!("/applications/{id}")).await;
    assert_eq!(shown.text("[data-reference]"), reference);
    let [(stored, with_photo)] = app.versions(&id).try_into().expect("one version");
    assert_eq!(
        (stored.contact.as_str(), stored.approval_date.as_str(), with_photo),
        ("13912340001", "20171022", false)
    );
    assert_eq!(app.count("photos"), 0);
}

#[tokio::test]
async fn whatever_a_browser_sends_for_a_locked_field_is_ignored() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let browser = app.user("ceshi").await;
    let locked = [
        "exam",
        "year",
        "name",
        "document_number",
        "birth_month",
        "gender",
        "certificate_number",
        "approval_date",
        "level",
        "specialty",
        "city",
    ];
    let mut form = browser.step2(&format!("certificate={certificate}")).await.main_form();
    for field in locked {
        form = form.force(field, "篡改").also(field, "20991231");
    }
    let id = browser.apply(form.force("exam_code", "YS").set("contact", "13912340001")).await;
    let [(stored, _)] = app.versions(&id).try_into().expect("one version");
    let registered = [
        (&stored.exam, "造价"),
        (&stored.year, "2017"),
        (&stored.name, CESHI.name),
        (&stored.document_number, CESHI.number),
        (&stored.birth_month, "199003"),
        (&stored.gender, "男"),
        (&stored.certificate_number, "16039686"),
        (&stored.approval_date, "20171022"),
        (&stored.level, "造价工程师"),
        (&stored.specialty, "土建"),
        (&stored.city, "济南市"),
    ];
    for (stored, registered) in registered {
        assert_eq!(stored, registered);
    }
    browser.get("/applications").await.never_holds("篡改");
}

#[tokio::test]
async fn nobody_applies_by_hand_in_another_name_or_for_another_exam() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let form = form.force("name", CESHI.name).force("document_number", CESHI.number).force("exam", "执业药师");
    let id = browser.apply(form.force("birth_month", "190001").force("gender", "男")).await;
    let [(stored, _)] = app.versions(&id).try_into().expect("one version");
    assert_eq!((stored.name.as_str(), stored.document_number.as_str()), ("辛仁", "370203199511116625"));
    assert_eq!((stored.exam.as_str(), stored.birth_month.as_str(), stored.gender.as_str()), ("造价", "199511", "女"));
}

#[tokio::test]
async fn upper_and_full_width_digits_are_kept_as_they_should_be() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let id = browser.apply(form.set("approval_date", "２０２０１１２２").set("contact", " 0531-8888 ")).await;
    let [(stored, _)] = app.versions(&id).try_into().expect("one version");
    assert_eq!((stored.approval_date.as_str(), stored.contact.as_str()), ("20201122", "0531-8888"));
}

#[tokio::test]
async fn a_step_back_keeps_what_was_typed_for_this_person_and_this_certificate() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017));
    let browser = app.user("ceshi").await;
    let query = format!("certificate={certificate}");
    let form =
        browser.step2(&query).await.main_form().set("contact", "旧电话 <b>8765</b>").set("approval_date", "2017");
    let back = browser.submit(form.press("action", "back")).await;
    assert_eq!(back.leads_to(), "/reissue?exam=ZJ");
    assert_eq!(app.count("applications"), 0, "nothing is checked or submitted");

    let page = browser.step2(&query).await;
    assert_eq!(
        (page.value("contact"), page.value("approval_date")),
        ("旧电话 <b>8765</b>".to_owned(), "2017".to_owned())
    );
    page.never_holds("<b>8765");
    assert_eq!(browser.step2("exam=YS").await.value("contact"), "", "another form has a draft of its own");
    assert_eq!(app.user("ceshi").await.step2(&query).await.value("contact"), "旧电话 <b>8765</b>");
    assert_eq!(app.user("xinren").await.step2("exam=ZJ").await.value("contact"), "");

    let form = page.main_form().set("contact", "13912340001").set("approval_date", "20171022");
    browser.apply(form).await;
    let key = app.redis.keys("draft:");
    assert_eq!(key, Vec::<String>::new(), "a submitted form is no draft");
}

#[tokio::test]
async fn a_second_application_for_the_same_certificate_is_refused_with_a_link_and_nothing_typed_is_lost() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let browser = app.user("ceshi").await;
    let other_tab = browser.step2(&format!("certificate={certificate}")).await.main_form();
    let form = browser.step2(&format!("certificate={certificate}")).await.main_form();
    let id = browser.apply(form.set("contact", "13912340001")).await;

    let page = browser.submit(other_tab.set("contact", "13912349999")).await.expect(422);
    assert_eq!(
        page.attr("main a", "href").unwrap(),
        format!("/applications/{id}"),
        "the way to the open one comes first"
    );
    assert!(page.has("#error-summary") && !page.has("main form"));
    assert_eq!(page.text("h1"), "已有补证申请，没有重复提交");
    assert_eq!(app.count("applications"), 1);
}

#[tokio::test]
async fn a_second_application_by_hand_for_the_same_certificate_is_refused_however_it_is_written() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let first = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let id = browser.apply(first).await;
    let again = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let again = again.set("specialty", " 土 建 ").set("level", "造价工程师\u{200b}").set("contact", "0531-1234567");
    let page = browser.submit(again.clone()).await.expect(422);
    assert_eq!(page.attr("#error-summary a", "href").unwrap(), format!("/applications/{id}"));
    assert!(!page.has("main form"));
    let form = browser.get(&page.attr("main a[href^='/reissue/new']", "href").unwrap()).await.expect(200);
    assert_eq!(
        (form.value("contact"), form.value("specialty")),
        ("0531-1234567".into(), " 土 建 ".into()),
        "what was typed is kept"
    );
    let other = browser.submit(again.clone().set("specialty", "安装")).await;
    assert!(other.leads_to().ends_with("/done"), "another specialty is another certificate");
    app.review(&id, "approved", "");
    assert!(
        browser
            .submit(again.force("submission", &uuid::Uuid::new_v4().to_string()))
            .await
            .leads_to()
            .ends_with("/done")
    );
}

#[tokio::test]
async fn a_registered_certificate_cannot_be_filled_in_by_hand_around_its_state() {
    let app = TestApp::new().await;
    app.add(Certificate::of(&CESHI, 2020).status("withheld"));
    let browser = app.user("ceshi").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let page = browser.submit(form).await.expect(422);
    assert_eq!(page.attr("#error-summary a", "href").as_deref(), Some("/reissue?exam=ZJ"));
    assert_eq!(page.value("contact"), "13912340001");
    assert_eq!(app.count("applications"), 0);
}

#[tokio::test]
async fn a_form_that_was_submitted_leads_to_the_same_application_when_sent_again() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let first = browser.apply(form.clone()).await;
    assert_eq!(browser.apply(form.clone()).await, first);
    app.review(&first, "approved", "");
    assert_eq!(browser.apply(form).await, first, "also after it was decided");
    assert_eq!(app.count("applications"), 1);
}

#[tokio::test]
async fn a_form_that_was_changed_after_it_was_submitted_is_not_taken_for_the_first() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let first = browser.apply(form.clone()).await;
    let page = browser.submit(form.set("contact", "13900000000")).await.expect(422);
    assert_eq!(page.attr("#error-summary a", "href").unwrap(), format!("/applications/{first}"));
    assert_eq!(browser.step2("exam=ZJ").await.value("contact"), "13900000000", "what was typed is kept");
    assert_eq!(app.versions(&first).len(), 1);
}

#[tokio::test]
async fn a_form_without_a_file_may_be_sent_either_way() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let mut form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    form.multipart = false;
    browser.apply(form).await;
    assert_eq!(app.count("applications"), 1);
}

#[tokio::test]
async fn another_persons_submission_value_leads_to_nothing_of_theirs() {
    let app = TestApp::new().await;
    let (ceshi, xinren) = (app.user("ceshi").await, app.user("xinren").await);
    let form = ceshi.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let of_ceshi = ceshi.apply(form.clone()).await;
    let own = xinren.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let page = xinren.submit(own.force("submission", form.get("submission").unwrap())).await;
    page.never_holds(&of_ceshi);
    assert_eq!(app.versions(&of_ceshi).len(), 1);
}
