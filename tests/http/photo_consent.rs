//! A picture that does not fit is cut by the server, shown, and counts once its owner agrees.

use buzheng::db::schema::photos;
use buzheng::domain::photo::{MAX_BYTES, check};
use diesel::prelude::*;

use crate::by_hand::OF_2012;
use crate::support::{Browser, Form, Page, TestApp, of_another_program, phone_photo, photo};

async fn form_of_2012(app: &TestApp) -> (Browser, Form) {
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    (browser, form)
}

/// The photo that a page proposes.
async fn proposed(browser: &Browser, page: &Page) -> Vec<u8> {
    let address = page.attr("[data-photo-proposal] img", "src").expect("a proposal");
    browser.get(&address).await.expect(200).bytes
}

fn agree(page: &Page) -> Form {
    page.main_form().also("photo_consent", "yes")
}

#[tokio::test]
async fn whatever_can_be_mended_is_mended_and_shown_with_what_was_wrong() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 0).build().await;
    let (browser, form) = form_of_2012(&app).await;
    let table = [
        ("too_small_bytes.jpg", photo("too_small_bytes.jpg"), "文件大小 7.0KB"),
        ("too_big_bytes.jpg", photo("too_big_bytes.jpg"), "文件大小 32.4KB"),
        ("wrong_size.jpg", photo("wrong_size.jpg"), "像素 300×400"),
        ("zip_appended.jpg", photo("zip_appended.jpg"), "文件结尾之后的其他内容"),
        ("second_image_appended.jpg", photo("second_image_appended.jpg"), "文件结尾之后的其他内容"),
        ("png_renamed.jpg", photo("png_renamed.jpg"), "PNG 格式"),
        ("lying", of_another_program("lying_orientation_6.jpg"), "画面侧着"),
        ("12 MP", phone_photo("portrait_12mp.jpg"), "像素 3000×4000"),
        ("rotated", phone_photo("rotated_by_exif.jpg"), "画面侧着、像素 2448×3264"),
        ("progressive", phone_photo("progressive.jpg"), "像素 1536×2048"),
    ];
    for (name, bytes, words) in table {
        let page = browser.submit(form.clone().file("photo", "照片.jpg", &bytes)).await.expect(422);
        assert_eq!(page.errors().len(), 1, "{name}: {:?}", page.errors());
        assert!(page.error_at("photo").contains("请核对下面的照片"), "{name}");
        assert!(page.text("[data-photo-proposal]").contains(words), "{name}: {}", page.text("[data-photo-proposal]"));
        assert_eq!(page.value("contact"), "13912340001", "{name}: what was typed is kept");
        let made = proposed(&browser, &page).await;
        assert_eq!(check(&made).unwrap().bytes(), made, "{name} keeps every rule");
        assert!(made.len() <= MAX_BYTES);
    }
    assert_eq!((app.count("applications"), app.count("photos")), (0, 0));
}

#[tokio::test]
async fn nothing_is_submitted_without_consent_and_what_is_stored_is_what_was_shown() {
    let app = TestApp::new().await;
    let (browser, form) = form_of_2012(&app).await;
    let page = browser.submit(form.file("photo", "a.jpg", &phone_photo("progressive.jpg"))).await.expect(422);
    let shown = proposed(&browser, &page).await;
    let again = browser.submit(page.main_form()).await.expect(422);
    assert!(again.error_at("photo").contains("请核对"));
    let again = browser.submit(again.main_form().also("photo_consent", "no")).await.expect(422);
    assert_eq!(app.count("applications"), 0);
    assert_eq!(proposed(&browser, &again).await, shown);
    // A proposal is none of the photos that were kept.
    let token = again.attr("input[name=photo_proposal]", "value").unwrap();
    let forged = again.main_form().without("photo_proposal").force("photo_token", &token);
    assert_eq!(browser.submit(forged).await.expect(422).errors()[0].0, "photo");

    browser.apply(agree(&again)).await;
    let sealed: Vec<Vec<u8>> = photos::table.select(photos::photo_sealed).load(&mut app.db.connect()).unwrap();
    assert_eq!(app.service.vault.open(buzheng::vault::Purpose::Photo, &sealed[0]).unwrap(), shown);
    assert!(app.redis.keys("photo").is_empty(), "what was submitted is not kept twice");
}

#[tokio::test]
async fn consent_survives_an_error_elsewhere_and_a_proposal_a_step_back() {
    let app = TestApp::new().await;
    let (browser, form) = form_of_2012(&app).await;
    let sent = form.set("contact", "").file("photo", "a.jpg", &photo("wrong_size.jpg"));
    let page = browser.submit(sent).await.expect(422);
    assert_eq!(page.errors().len(), 2, "{:?}", page.errors());
    let page = browser.submit(agree(&page)).await.expect(422);
    assert_eq!(page.errors().len(), 1);
    assert!(page.has("input[name=photo_token]") && !page.has("[data-photo-proposal]"));

    let changed = page.main_form().file("photo", "a.jpg", &phone_photo("progressive.jpg"));
    browser.submit(changed.press("action", "back")).await.location();
    let page = browser.step2("exam=ZJ").await;
    assert!(page.has("[data-photo-proposal]"), "another picture takes the place of the one before");
    browser.apply(agree(&page).set("contact", "13912340001")).await;
}

#[tokio::test]
async fn a_proposal_is_its_owners_alone() {
    let app = TestApp::new().await;
    let (browser, form) = form_of_2012(&app).await;
    let page = browser.submit(form.file("photo", "a.jpg", &photo("wrong_size.jpg"))).await.expect(422);
    let (token, address) = (
        page.attr("input[name=photo_proposal]", "value").unwrap(),
        page.attr("[data-photo-proposal] img", "src").unwrap(),
    );
    let other = app.user("ceshi").await;
    other.get(&address).await.expect(404);
    app.anon().get(&address).await.location();
    let form = other.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    for forged in [token.as_str(), "../x", "*", "a\r\nGET x"] {
        let sent = form.clone().force("photo_proposal", forged).force("photo_consent", "yes");
        assert_eq!(other.submit(sent).await.expect(422).errors()[0].0, "photo", "{forged}");
        other.get(&format!("/photo/proposals/{}", forged.len())).await.expect(404);
    }
    assert_eq!(app.count("photos"), 0);
}

#[tokio::test]
async fn in_maintenance_too_a_picture_is_cut_and_shown() {
    let app = TestApp::new().await;
    let (browser, form) = form_of_2012(&app).await;
    let id = browser.apply(form.file("photo", "a.jpg", &photo("good.jpg"))).await;
    let path = format!("/applications/{id}");
    let form = browser.get(&path).await.main_form();
    let page = browser.submit(form.file("photo", "a.jpg", &phone_photo("rotated_by_exif.jpg"))).await.expect(422);
    let shown = proposed(&browser, &page).await;
    assert_eq!(browser.get(&format!("{path}/photo")).await.bytes, {
        buzheng::domain::photo::check(&photo("good.jpg")).unwrap().into_bytes()
    });
    browser.submit(agree(&page)).await.location();
    assert_eq!(browser.get(&format!("{path}/photo")).await.bytes, shown);
}
