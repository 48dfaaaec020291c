//! What a form must hold, what is said of each failure, and hostile input.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

use crate::by_hand::{OF_2012, OF_2020};
use crate::support::{CESHI, Certificate, Page, TestApp, photo, raw_request};

#[track_caller]
fn assert_error(page: &Page, field: &str, words: &str) {
    assert_eq!(page.status, 422, "{field}\n{}", page.summary());
    let summary = page.errors();
    let found = summary.iter().find(|(of, _)| of == field);
    let (_, message) = found.unwrap_or_else(|| panic!("nothing of {field} in the summary: {summary:?}"));
    assert!(message.contains(words), "{field}: {message}");
    assert!(page.error_at(field).contains(message), "{field}: the message stands at the field, too");
    assert!(page.has(&format!("#{field}[aria-invalid=true]")), "{field}");
    assert!(page.text("title").starts_with("错误："));
}

#[tokio::test]
async fn an_empty_form_names_every_field_in_the_order_of_the_page() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let page = browser.submit(browser.step2("exam=ZJ").await.main_form()).await.expect(422);
    let fields: Vec<_> = page.errors().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["year", "certificate_number", "approval_date", "level", "specialty", "city", "contact"]);
    for field in fields {
        assert_error(&page, &field, "请");
    }
    assert_eq!(app.count("applications"), 0);
}

#[tokio::test]
async fn each_wrong_field_is_refused_by_itself_with_everything_typed_kept() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 0).build().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let long = "长".repeat(65);
    let table = [
        ("year", "", "请选择考试年度"),
        ("year", "二〇二〇", "四位数字"),
        ("year", "2099", "不能晚于今年"),
        ("year", "1949", "不能早于"),
        ("year", "2025", "最近的年度是 2024 年"),
        ("certificate_number", " 　", "没有证书管理号的，填写“无”"),
        ("certificate_number", &long, "不能超过 64 个字，现有 65 个字"),
        ("approval_date", "11/22/2020", "八位数字"),
        ("approval_date", "20201332", "不是真实的日期"),
        ("approval_date", "20230229", "不是真实的日期"),
        ("approval_date", "20991231", "不能晚于今天"),
        ("approval_date", "19491001", "不能早于"),
        ("level", "", "请填写级别"),
        ("specialty", "", "请填写专业"),
        ("city", "", "请选择报名市"),
        ("city", "北京市", "山东省的设区市"),
        ("city", "莱芜市", "已并入济南市"),
        ("contact", "", "请填写联系方式"),
        ("contact", &long, "不能超过 64 个字"),
        ("contact", "1391234\u{202e}0001", "无法识别的字符"),
    ];
    for (field, value, words) in table {
        let page = browser.submit(form.clone().force(field, value)).await;
        assert_error(&page, field, words);
        assert_eq!(page.errors().len(), 1, "{field}={value}: {:?}", page.errors());
        for (other, typed) in OF_2020 {
            assert_eq!(page.value(other), if other == field { value } else { typed }, "{field}={value}: {other}");
        }
        assert_eq!(page.value("submission"), form.get("submission").unwrap(), "the same form is sent again");
    }
    assert_eq!(app.count("applications"), 0);
    browser.apply(form).await;
}

#[tokio::test]
async fn laiwu_is_offered_for_its_years() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    browser.apply(form.set("year", "2018").set("approval_date", "20181111").set("city", "莱芜市")).await;
}

#[tokio::test]
async fn what_was_typed_comes_back_as_text_and_never_as_markup() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let evil = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'{{ 7*7 }}";
    let form = browser.step2("exam=ZJ").await.main_form();
    let mut sent = form;
    for field in ["certificate_number", "approval_date", "level", "specialty", "contact"] {
        sent = sent.set(field, evil);
    }
    let page = browser.submit(sent.force("city", evil).force("year", evil)).await.expect(422);
    page.never_holds("<script>alert").never_holds("<img").never_holds("49}}");
    for field in ["certificate_number", "level", "contact", "city", "year"] {
        assert_eq!(page.value(field), evil, "{field}");
    }
    assert_eq!(page.count("main script") + page.count("main img"), 0);
}

#[tokio::test]
async fn text_that_is_shown_later_is_shown_as_text() {
    let app = TestApp::new().await;
    let evil = "<script>alert('证')</script>&amp;";
    let certificate =
        app.add(Certificate::of(&CESHI, 2017).specialty(evil).certificate_number(evil).approval_date("20171022"));
    let browser = app.user("ceshi").await;
    let form = browser.step2(&format!("certificate={certificate}")).await.main_form();
    let id = browser.apply(form.set("contact", "<b>1</b>")).await;
    for path in ["/reissue?exam=ZJ", "/applications", &format!("/applications/{id}"), &format!("/reissue/{id}/done")] {
        browser.get(path).await.expect(200).never_holds("<script>alert").never_holds("<b>1");
    }
    assert_eq!(browser.get(&format!("/applications/{id}")).await.value("specialty"), evil);
}

#[tokio::test]
async fn control_characters_are_refused_in_every_field_and_nothing_breaks() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 0).build().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let mut names: Vec<_> = form.names().into_iter().map(str::to_owned).collect();
    names.extend(["action", "certificate", "photo_token", "unknown"].map(str::to_owned));
    for name in names {
        for bad in ["a\u{0}b", "x\u{85}x"] {
            let page = browser.submit(form.clone().force(&name, bad)).await;
            let locked = ["exam", "name", "document_number", "birth_month", "gender"].contains(&name.as_str());
            // What the service does not read of a browser may hold anything.
            let unread = locked || ["unknown", "action", "photo_token"].contains(&name.as_str());
            if unread && page.status == 303 {
                app.execute("DELETE FROM application_versions");
                app.execute("DELETE FROM review_acts");
                app.execute("DELETE FROM review_cases");
                app.execute("DELETE FROM applications");
                continue;
            }
            assert!(page.status.is_client_error(), "{name}={bad:?}: {}", page.status);
            assert_eq!(app.count("applications"), 0, "{name}={bad:?}");
        }
    }
}

#[tokio::test]
async fn control_characters_in_addresses_are_refused_and_nothing_breaks() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let places = [
        "/reissue?exam=%00",
        "/reissue?exam=ZJ%00",
        "/reissue?exam=%ff%fe",
        "/reissue?exam=%",
        "/reissue?exam=ZJ&exam=YS",
        "/reissue?exam=%F0%9F%92%A9%01",
        "/reissue/new?exam=%00",
        "/reissue/new?exam=ZJ%00",
        "/reissue/new?exam=a%00b&certificate=",
        "/reissue/new?certificate=%00",
        "/reissue/new?certificate=../../etc",
        "/reissue/new?exam=%1f%7f%c2%85",
        "/reissue/new",
        "/reissue/%00/done",
        "/reissue/x/done",
        "/applications/%00",
        "/applications/%ff",
        "/applications/../applications",
        "/applications/00000000-0000-0000-0000-000000000000",
        "/applications/%00/photo",
        "/applications?saved=%00",
        "/continuity?first=%00",
        "/?return_to=%00",
        "/static/%00.css",
        "/static/..%2f..%2fCargo.toml",
    ];
    for place in places {
        let page = browser.get(place).await;
        assert!(page.status.as_u16() < 500, "{place}");
        if page.status.is_client_error() {
            assert!(page.header("content-type").starts_with("text/html"), "{place}");
        }
    }
}

#[tokio::test]
async fn a_form_without_the_sessions_token_is_refused() {
    let app = TestApp::new().await;
    let (browser, other) = (app.user("xinren").await, app.user("ceshi").await);
    let foreign = other.get("/reissue").await.csrf_token();
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let own = form.get("csrf_token").unwrap().to_owned();
    let longer = format!("{own}A");
    for wrong in ["", "x", &foreign, &longer, &own[1..]] {
        let page = browser.submit(form.clone().force("csrf_token", wrong)).await.expect(403);
        page.says("页面已失效");
        assert!(!page.text("[data-request-id]").is_empty());
    }
    browser.submit(form.clone().without("csrf_token")).await.expect(403);
    assert_eq!(app.count("applications"), 0);
    browser.apply(form).await;
}

#[tokio::test]
async fn a_form_of_a_signed_out_visitor_leads_to_the_sign_in() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    browser.sign_out().await;
    assert_eq!(browser.submit(form).await.location().path(), "/");
    assert_eq!(app.count("applications"), 0);
}

#[tokio::test]
async fn what_is_not_the_form_that_was_handed_out_is_refused_in_chinese() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    for value in ["", "x", "00000000"] {
        browser.submit(form.clone().force("submission", value)).await.expect(400).says("请求无法识别");
    }
    browser.submit(form.clone().without("exam_code")).await.expect(404);
    browser.submit(form.clone().force("exam_code", "NOPE")).await.expect(404);
    browser.submit(form.clone().force("certificate", "x")).await.expect(404);

    let url = browser.url("/reissue");
    let bodies: [(&str, u16, Vec<u8>); 8] = [
        ("application/x-www-form-urlencoded", 403, b"contact=1".to_vec()),
        ("application/json", 403, b"{}".to_vec()),
        ("text/plain", 403, b"hello".to_vec()),
        ("multipart/form-data", 403, b"no boundary".to_vec()),
        ("multipart/form-data; boundary=x", 400, b"garbage without a boundary".to_vec()),
        (
            "multipart/form-data; boundary=x",
            400,
            b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut".to_vec(),
        ),
        ("multipart/form-data; boundary=x", 400, b"--x\r\nno header at all\r\n--x--\r\n".to_vec()),
        (
            "multipart/form-data; boundary=x",
            400,
            b"--x\r\nContent-Disposition: form-data; name=\"year\"\r\n\r\n\xff\xfe\r\n--x--\r\n".to_vec(),
        ),
    ];
    for (kind, status, body) in bodies {
        let what = format!("{kind}: {:?}", String::from_utf8_lossy(&body));
        let page =
            browser.send(Method::POST, url.clone(), |request| request.header(CONTENT_TYPE, kind).body(body)).await;
        assert_eq!(page.status, status, "{what}");
        page.says(if status == 403 { "页面已失效" } else { "请求无法识别" });
    }
    assert_eq!(app.count("applications"), 0);
}

#[tokio::test]
async fn too_many_fields_are_refused() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let many = (0..500).fold(form, |form, n| form.also(&format!("field{n}"), "x"));
    let page = browser.submit(many).await.expect(413);
    page.says("过大");
}

#[tokio::test]
async fn a_body_beyond_every_limit_is_refused_with_a_page() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let page = browser.submit(form.file("photo", "huge.jpg", &vec![0xff; 129 << 20])).await.expect(413);
    page.says("提交的内容过大").says("请返回上一页");
    assert_eq!(app.count("applications"), 0);
}

#[tokio::test]
async fn a_form_that_never_arrives_ends_with_the_time_out() {
    // The sign-in has to end within it, on a busy machine too.
    let quick = std::time::Duration::from_secs(3);
    let app = TestApp::builder().config(move |config| config.server.request_timeout = quick).build().await;
    let cookie = app.user("xinren").await.session().unwrap();
    let request = format!(
        "POST /reissue HTTP/1.1\r\nHost: x\r\nCookie: bz_session={cookie}\r\nContent-Type: multipart/form-data; boundary=x\r\n\
         Content-Length: 99999999999\r\nConnection: close\r\n\r\n--x\r\n"
    );
    let answer = raw_request(app.address, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{}", &answer[..answer.len().min(200)]);
    assert!(answer.contains("系统没有在规定时间内收到完整的内容"));
}

#[tokio::test]
async fn another_persons_certificate_answers_as_one_that_is_not_there() {
    let app = TestApp::new().await;
    let foreign = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022")).to_string();
    let missing = uuid::Uuid::now_v7().simple().to_string();
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let mut answers = Vec::new();
    for id in [&foreign, &missing] {
        let page = browser.get(&format!("/reissue/new?certificate={id}")).await.expect(404);
        let posted = browser.submit(form.clone().force("certificate", id)).await.expect(404);
        answers.push((page.text("main h1"), posted.text("main h1"), page.bytes.len(), posted.bytes.len()));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(app.count("applications"), 0);
}

#[tokio::test]
async fn the_name_of_the_file_is_of_no_consequence_unless_it_holds_control_characters() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let with_control = form.clone().file("photo", "a\u{7}.jpg", &photo("good.jpg"));
    browser.submit(with_control).await.expect(400);
    browser.apply(form.file("photo", "..\\..\\照片 \"1\".exe", &photo("good.jpg"))).await;
    assert_eq!(app.count("photos"), 1);
}
