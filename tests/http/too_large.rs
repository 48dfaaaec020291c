//! What is larger than its rule is counted while it comes, and refused on its form with everything else kept.

use crate::by_hand::{OF_2012, OF_2020};
use crate::support::{Browser, Form, Page, TestApp, photo, raw_request};

/// 60 KB, of three bytes each.
fn long_text() -> String {
    "长".repeat(20_000)
}

/// Everything else that was typed is on the form.
#[track_caller]
fn keeps(page: &Page, typed: &[(&str, &str)], except: &str) {
    for (field, value) in typed.iter().filter(|(field, _)| *field != except) {
        assert_eq!(page.value(field), *value, "{field}");
    }
}

/// A form with a text that is too long: told on the form at the field, the beginning of the text is kept.
async fn refused_at(browser: &Browser, form: Form, field: &str) -> Page {
    let page = browser.submit(form.set(field, &long_text())).await.expect(422);
    let told = page.error_at(field);
    assert!(told.contains("过长（约 59KB）") && told.contains("只保留了开头部分"), "{told}");
    let kept = page.value(field);
    assert!(kept.len() <= 16 * 1024 && kept.len() > 16 * 1024 - 3, "{}", kept.len());
    assert!(kept.chars().all(|c| c == '长'));
    page
}

#[tokio::test]
async fn a_text_that_is_too_long_is_told_at_its_field_in_every_form_with_a_file() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let page = refused_at(&browser, form, "contact").await;
    keeps(&page, &OF_2020, "contact");
    assert_eq!(page.errors().len(), 1);
    let id = browser.apply(page.main_form().set("contact", "13912340001")).await;

    let edit = browser.get(&format!("/applications/{id}")).await.main_form();
    let page = refused_at(&browser, edit, "specialty").await;
    keeps(&page, &OF_2020, "specialty");

    let request = browser.get("/link").await.main_form().set("old_name", "李旧名");
    let page = refused_at(&browser, request, "note").await;
    assert_eq!(page.value("old_name"), "李旧名");
}

#[tokio::test]
async fn a_locked_field_that_is_too_long_is_of_no_consequence() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    browser.apply(form.force("name", &long_text())).await;
}

#[tokio::test]
async fn a_long_text_hidden_behind_blanks_is_not_cut_to_a_good_one() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    for blank in [" ", "\u{3000}", "\u{200b}"] {
        let odd = format!("13912340001{}x", blank.repeat(20_000));
        browser.submit(form.clone().set("contact", &odd)).await.expect(413);
    }
    assert_eq!(app.count("applications"), 0);
}

#[tokio::test]
async fn a_photo_of_nine_megabytes_is_told_on_the_form_with_everything_typed_kept() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let huge = vec![0xff; 9 << 20];
    let page = browser.submit(form.file("photo", "huge.jpg", &huge)).await.expect(422);
    assert_eq!(
        page.error_at("photo").trim_start_matches("错误："),
        "照片文件不能超过 8MB，您上传的是 9.0MB，请更换较小的照片"
    );
    keeps(&page, &OF_2012, "photo");
    let id = browser.apply(page.main_form().file("photo", "a.jpg", &photo("good.jpg"))).await;

    let edit = browser.get(&format!("/applications/{id}")).await.main_form().set("contact", "13900000002");
    let page = browser.submit(edit.file("photo", "huge.jpg", &huge)).await.expect(422);
    assert!(page.error_at("photo").contains("9.0MB"));
    assert_eq!(page.value("contact"), "13900000002");
    assert_eq!(app.count("photos"), 1);
}

#[tokio::test]
async fn a_photo_larger_than_any_that_is_kept_is_told_on_the_form_too() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let page = browser.submit(form.file("photo", "huge.jpg", &vec![0xff; 40 << 20])).await.expect(422);
    assert!(page.error_at("photo").contains("您上传的是 40.0MB"), "{}", page.error_at("photo"));
    keeps(&page, &OF_2012, "photo");
    let request = browser.get("/link").await.main_form().set("old_name", "李旧名");
    let page = browser.submit(request.file("evidence", "a.jpg", &vec![0xff; 40 << 20])).await.expect(422);
    assert!(page.error_at("evidence").contains("40.0MB") && page.value("old_name") == "李旧名");
}

#[tokio::test]
async fn a_form_without_a_file_is_told_on_its_page_with_everything_else_kept() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let claim = browser.get("/link").await.form("form[action='/link/claim']");
    for length in [20_000, 400_000] {
        let long = "长".repeat(length);
        let page = browser.submit(claim.clone().set("old_number", &long).set("password", "x")).await.expect(422);
        let told = page.error_at("claim-old_number");
        assert!(told.contains(&format!("过长（约 {}KB）", (length * 3).div_ceil(1024))), "{told}");
        let kept = page.form("form[action='/link/claim']").get("old_number").unwrap().to_owned();
        assert!(kept.len() <= 16 * 1024 && kept.len() > 16 * 1024 - 3 && kept.chars().all(|c| c == '长'));
    }
    let typed = claim.set("old_number", "E12345678").set("password", &"长".repeat(100_000));
    let page = browser.submit(typed).await.expect(422);
    page.says("原系统的密码不能超过");
    assert_eq!(page.form("form[action='/link/claim']").get("old_number"), Some("E12345678"));

    // The form of step 2, sent as one without a file.
    let mut form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020).set("contact", &long_text());
    form.multipart = false;
    let page = browser.submit(form).await.expect(422);
    assert!(page.error_at("contact").contains("过长（约 59KB）"));
    keeps(&page, &OF_2020, "contact");
}

#[tokio::test]
async fn a_text_that_is_cut_anywhere_keeps_whole_characters() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let claim = browser.get("/link").await.form("form[action='/link/claim']");
    for shift in 0..3 {
        let mixed = format!("{}{}", "a".repeat(shift), "长b".repeat(30_000));
        let page = browser.submit(claim.clone().set("old_number", &mixed).set("password", "x")).await.expect(422);
        let kept = page.form("form[action='/link/claim']").get("old_number").unwrap().to_owned();
        assert!(mixed.starts_with(&kept) && kept.len() > 16 * 1024 - 4, "{shift}");
    }
}

#[tokio::test]
async fn whoever_has_no_session_is_refused_without_being_read() {
    let app = TestApp::new().await;
    let fields = [("old_number", "长".repeat(100_000)), ("csrf_token", "x".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(app.anon().post_form("/link/claim", &fields).await.leads_to(), "/");
    app.anon().post_form("/photo", &fields).await.expect(413);
}

#[tokio::test]
async fn a_body_that_goes_on_for_ever_is_cut_off() {
    let app = TestApp::new().await;
    let cookie = app.user("xinren").await.session().unwrap();
    let kinds = [
        ("application/x-www-form-urlencoded", "contact="),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\n",
        ),
    ];
    for (kind, begin) in kinds {
        let head = format!(
            "POST /reissue HTTP/1.1\r\nHost: x\r\nCookie: bz_session={cookie}\r\nContent-Type: {kind}\r\n\
             Content-Length: 99999999999\r\n\r\n{begin}"
        );
        let answer = raw_request(app.address, &[head.as_bytes(), &vec![b'a'; 129 << 20]].concat()).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{kind}: {}", &answer[..answer.len().min(200)]);
    }
}

#[tokio::test]
async fn a_cut_through_a_broken_character_is_refused_as_broken() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let mut bytes = b"--x\r\nContent-Disposition: form-data; name=\"year\"\r\n\r\n".to_vec();
    bytes.extend([b'a'; 1000]);
    bytes.push(0xff);
    bytes.extend(vec![b'a'; 20_000]);
    bytes.extend(b"\r\n--x--\r\n");
    let kind = ("content-type", "multipart/form-data; boundary=x");
    let url = browser.url("/reissue");
    let page = browser.send(reqwest::Method::POST, url, |request| request.header(kind.0, kind.1).body(bytes)).await;
    page.expect(400);
}
