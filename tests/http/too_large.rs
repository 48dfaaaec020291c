//! What is larger than its rule is counted while it comes, and refused on its form with everything else kept.

use crate::by_hand::{OF_2012, OF_2020};
use crate::support::{Browser, Form, Page, TestApp, photo};

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
