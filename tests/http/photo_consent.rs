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

#[tokio::test]
async fn a_proposal_can_be_declined_and_what_was_kept_before_stays() {
    let app = TestApp::new().await;
    let (browser, form) = form_of_2012(&app).await;
    let page = browser.submit(form.file("photo", "a.jpg", &photo("wrong_size.jpg"))).await.expect(422);
    assert_eq!(page.count("input[type=radio][name=photo_consent]"), 2);
    let decline = |page: &Page| page.main_form().also("photo_consent", "no");
    let page = browser.submit(decline(&page)).await.expect(422);
    assert!(!page.has("[data-photo-proposal]"));
    assert!(page.error_at("photo").contains("需上传考生照片"), "one is required, and there is none");

    // One that was kept with the form.
    let form = page.main_form().set("contact", "").file("photo", "a.jpg", &photo("good.jpg"));
    let page = browser.submit(form).await.expect(422);
    let form = page.main_form().set("contact", "13912340001");
    let page = browser.submit(form.file("photo", "a.jpg", &photo("wrong_size.jpg"))).await.expect(422);
    let id = browser.apply(decline(&page)).await;
    let path = format!("/applications/{id}");
    let good = check(&photo("good.jpg")).unwrap().into_bytes();
    assert_eq!(browser.get(&format!("{path}/photo")).await.bytes, good);

    // One that was saved.
    let form = browser.get(&path).await.main_form().set("contact", "13912340002");
    let page = browser.submit(form.file("photo", "a.jpg", &photo("wrong_size.jpg"))).await.expect(422);
    browser.submit(decline(&page)).await.location();
    assert_eq!(browser.get(&format!("{path}/photo")).await.bytes, good);
    assert_eq!(browser.get(&path).await.value("contact"), "13912340002");
}

#[tokio::test]
async fn a_form_that_was_refused_can_be_sent_again_as_it_was() {
    let app = TestApp::new().await;
    let (browser, form) = form_of_2012(&app).await;
    let page = browser.submit(form.file("photo", "a.jpg", &photo("wrong_size.jpg"))).await.expect(422);
    browser.submit(agree(&page).set("contact", "")).await.expect(422);
    browser.apply(agree(&page)).await;
    assert_eq!(app.count("photos"), 1);
    assert!(app.redis.keys("photo-proposal:").is_empty(), "forgotten once it is stored");
}

#[tokio::test]
async fn what_was_typed_and_agreed_to_survives_an_error_of_the_database() {
    let table = [
        (
            "CREATE TRIGGER full_disk BEFORE INSERT ON photos EXECUTE FUNCTION full_disk()",
            "DROP TRIGGER full_disk ON photos",
            503,
        ),
        (
            "ALTER TABLE photos RENAME COLUMN photo_sealed TO photo_of_tomorrow",
            "ALTER TABLE photos RENAME COLUMN photo_of_tomorrow TO photo_sealed",
            500,
        ),
    ];
    for (fails, mended, status) in table {
        let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 0).build().await;
        app.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$",
        );
        let (browser, form) = form_of_2012(&app).await;
        let page = browser.submit(form.file("photo", "a.jpg", &photo("wrong_size.jpg"))).await.expect(422);
        let shown = proposed(&browser, &page).await;
        app.execute(fails);
        let sent = agree(&page).set("contact", "13912340009");
        browser.submit_any(sent).await.expect(status);
        app.execute(mended);

        let left = browser.step2("exam=ZJ").await;
        left.says("上次提交时系统出错");
        assert_eq!(left.value("contact"), "13912340009", "{status}");
        let preview = left.attr(".kept-photo img", "src").expect("the photo that was agreed to");
        assert_eq!(browser.get(&preview).await.bytes, shown);
        assert!(!left.has("[data-photo-proposal]"));
        let id = browser.apply(left.main_form()).await;

        let path = format!("/applications/{id}");
        let form = browser.get(&path).await.main_form().set("contact", "13912340008");
        let page = browser.submit(form.file("photo", "a.jpg", &phone_photo("progressive.jpg"))).await.expect(422);
        let shown = proposed(&browser, &page).await;
        app.execute(fails);
        browser.submit_any(agree(&page).set("contact", "13912340007")).await.expect(status);
        app.execute(mended);
        assert_eq!(browser.get(&path).await.value("contact"), "13912340009", "nothing was saved");
        let left = browser.get(&format!("{path}?draft=1")).await.expect(200);
        assert_eq!(left.value("contact"), "13912340007");
        browser.submit(left.main_form()).await.location();
        assert_eq!(browser.get(&format!("{path}/photo")).await.bytes, shown);
    }
}

#[tokio::test]
async fn a_photo_that_has_expired_is_an_error_and_never_the_old_photo() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 0).build().await;
    let (browser, form) = form_of_2012(&app).await;
    let id = browser.apply(form.file("photo", "a.jpg", &photo("good.jpg"))).await;
    let path = format!("/applications/{id}");
    let expire = |prefix: &str| app.redis.keys(prefix).iter().for_each(|key| app.redis.expire(key));
    let form = browser.get(&path).await.main_form().set("contact", "13912340002");

    let page = browser.submit(form.clone().file("photo", "a.jpg", &photo("wrong_size.jpg"))).await.expect(422);
    expire("photo-proposal:");
    let draft = browser.get(&format!("{path}?draft=1")).await.expect(200);
    assert!(draft.error_at("photo").contains("照片已失效"), "a draft tells it as well");
    assert!(!draft.has("[data-photo-proposal]"));
    for form in [page.main_form(), agree(&page)] {
        let page = browser.submit(form).await.expect(422);
        assert!(page.error_at("photo").contains("照片已失效，请重新选择"));
        assert!(!page.has("[data-photo-proposal]"));
    }

    let sent = form.set("contact", "").file("photo", "a.jpg", &photo("good.jpg"));
    let page = browser.submit(sent).await.expect(422);
    expire("photo:");
    let draft = browser.get(&format!("{path}?draft=1")).await.expect(200);
    assert!(draft.error_at("photo").contains("照片已失效") && !draft.has("input[name=photo_token]"));
    let page = browser.submit(page.main_form().set("contact", "13912340003")).await.expect(422);
    assert!(page.error_at("photo").contains("照片已失效") && !page.has("input[name=photo_token]"));
    assert_eq!(browser.get(&path).await.value("contact"), "13912340001", "nothing was saved");
    // Whoever was told may keep the saved one.
    browser.submit(page.main_form()).await.location();
    assert_eq!(app.count("photos"), 1);
}
