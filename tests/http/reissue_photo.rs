//! 考生照片: when it is due, what it must be, and how it is kept.

use buzheng::db::schema::photos;
use buzheng::vault::Purpose;
use diesel::prelude::*;

use crate::by_hand::{OF_2012, OF_2020};
use crate::support::{CESHI, Certificate, Form, TestApp, of_another_program, photo};

/// The one stored photo, opened.
fn stored(app: &TestApp) -> Vec<u8> {
    let sealed: Vec<Vec<u8>> = photos::table.select(photos::photo_sealed).load(&mut app.db.connect()).unwrap();
    assert_eq!(sealed.len(), 1);
    let open = app.service.vault.open(Purpose::Photo, &sealed[0]).expect("a photo that opens");
    assert!(!sealed[0].windows(16).any(|window| window == &open[..16]), "sealed, not in clear");
    open
}

async fn form_of_2012(app: &TestApp) -> (crate::support::Browser, Form) {
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    (browser, form)
}

#[tokio::test]
async fn each_rule_that_cannot_be_mended_is_named_with_the_measured_value() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 0).build().await;
    let (browser, form) = form_of_2012(&app).await;
    let table = [
        ("forged_13000.jpg", "不能超过 2500 万像素，您上传的是 13000×13000"),
        ("blue_background.jpg", "偏蓝"),
        ("grayish_background.jpg", "灰色"),
        ("cmyk.jpg", "这张照片是印刷格式，请用手机重新拍照"),
        ("cut_in_half.jpg", "不完整"),
        ("without_end.jpg", "不完整"),
        ("bmp_renamed.jpg", "BMP"),
        ("html_renamed.jpg", "网页"),
    ];
    for (name, words) in table {
        let page = browser.submit(form.clone().file("photo", "照片.jpg", &photo(name))).await.expect(422);
        let errors = page.errors();
        assert_eq!(errors.len(), 1, "{name}: {errors:?}");
        assert_eq!(errors[0].0, "photo");
        assert!(errors[0].1.contains(words), "{name}: {}", errors[0].1);
        assert!(page.error_at("photo").contains(words), "{name}");
        assert_eq!(page.value("contact"), "13912340001", "{name}: what was typed is kept");
        assert!(!page.has("input[name=photo_token]"), "{name}: a refused photo is not kept");
        assert!(!page.has("input[name=photo_proposal]"), "{name}: nor proposed");
    }
    assert_eq!((app.count("applications"), app.count("photos")), (0, 0));
}

#[tokio::test]
async fn a_photo_that_keeps_the_rules_is_stored_sealed_without_its_metadata() {
    let app = TestApp::new().await;
    let (browser, form) = form_of_2012(&app).await;
    let id = browser.apply(form.file("photo", "a.jpg", &photo("good_exif_gps.jpg"))).await;
    let stored = stored(&app);
    assert!(!stored.windows(4).any(|window| window == b"Exif"));
    assert_eq!(browser.get(&format!("/applications/{id}/photo")).await.expect(200).bytes, stored);
    assert!(app.versions(&id)[0].1);
}

#[tokio::test]
async fn photos_of_other_programs_and_with_an_empty_tail_are_stored_as_pictures_alone() {
    for (name, tail) in [("jpeg_js_1.jpg", "\r\n"), ("separate_scans.jpg", "\0\0\0"), ("rgb.jpg", "")] {
        let app = TestApp::new().await;
        let (browser, form) = form_of_2012(&app).await;
        let uploaded = of_another_program(name);
        browser.apply(form.file("photo", "a.jpg", &[&uploaded, tail.as_bytes()].concat())).await;
        assert!(stored(&app).ends_with(&uploaded[uploaded.len() - 100..]), "{name}");
    }
}

#[tokio::test]
async fn a_photo_is_kept_while_other_fields_are_wrong() {
    let app = TestApp::new().await;
    let (browser, form) = form_of_2012(&app).await;
    let sent = form.clone().set("contact", "").set("approval_date", "1").file("photo", "a.jpg", &photo("good.jpg"));
    let page = browser.submit(sent).await.expect(422);
    let fields: Vec<_> = page.errors().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["approval_date", "contact"]);
    page.says("已保存的照片");
    // Wrong once more, still without choosing the file again.
    let page = browser.submit(page.main_form().set("approval_date", "20121125")).await.expect(422);
    assert_eq!(page.errors().len(), 1);
    browser.apply(page.main_form().set("contact", "13912340001")).await;
    assert_eq!(stored(&app), photo_without_metadata("good.jpg"));
}

fn photo_without_metadata(name: &str) -> Vec<u8> {
    buzheng::domain::photo::check(&photo(name)).unwrap().into_bytes()
}

#[tokio::test]
async fn a_photo_is_kept_over_a_step_back() {
    let app = TestApp::new().await;
    let (browser, form) = form_of_2012(&app).await;
    browser.submit(form.file("photo", "a.jpg", &photo("good.jpg")).press("action", "back")).await.location();
    let page = browser.step2("exam=ZJ").await;
    assert!(page.has("input[name=photo_token]"));
    assert_eq!(page.value("year"), "2012");
    browser.apply(page.main_form()).await;
    assert_eq!(app.count("photos"), 1);
}

#[tokio::test]
async fn a_photo_and_other_fields_are_refused_together() {
    let app = TestApp::new().await;
    let (browser, form) = form_of_2012(&app).await;
    let page =
        browser.submit(form.set("contact", "").file("photo", "a.jpg", &photo("blue_background.jpg"))).await.expect(422);
    let fields: Vec<_> = page.errors().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["contact", "photo"]);
}

#[tokio::test]
async fn another_persons_kept_photo_and_invented_ones_are_no_photo() {
    let app = TestApp::new().await;
    let (browser, form) = form_of_2012(&app).await;
    let page = browser.submit(form.set("contact", "").file("photo", "a.jpg", &photo("good.jpg"))).await.expect(422);
    let token = page.attr("input[name=photo_token]", "value").unwrap();
    let person = browser.person().await.unwrap();

    let other = app.user("ceshi").await;
    let form = other.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let forged = [token.as_str(), &format!("{person}:{token}"), &format!("../{person}:{token}"), "*", "", "a\r\nGET x"];
    for token in forged {
        let page = other.submit(form.clone().force("photo_token", token)).await.expect(422);
        assert_eq!(page.errors()[0].0, "photo", "{token}");
    }
    assert_eq!((app.count("applications"), app.count("photos")), (0, 0));
}

#[tokio::test]
async fn a_photo_is_due_through_2016_and_not_after() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    for (year, due) in [(2012, true), (2016, true), (2017, false)] {
        let certificate = app.add(Certificate::of(&CESHI, year).approval_date("20121022"));
        let page = browser.step2(&format!("certificate={certificate}")).await;
        assert_eq!(page.has("input[name=photo]"), due, "{year}");
        let form = page.main_form().set("contact", "13912340001");
        if due {
            let page = browser.submit(form.clone()).await.expect(422);
            assert_eq!(page.errors()[0].0, "photo", "{year}");
            page.says("需上传考生照片");
            browser.apply(form.file("photo", "a.jpg", &photo("good.jpg"))).await;
        } else {
            browser.apply(form).await;
        }
    }
    assert_eq!(app.count("photos"), 2);
}

#[tokio::test]
async fn the_last_year_that_needs_a_photo_is_the_configured_one() {
    let app = TestApp::builder().config(|config| config.reissue.photo_required_through = 2011).build().await;
    let (browser, form) = form_of_2012(&app).await;
    browser.apply(form).await;
    let certificate = app.add(Certificate::of(&CESHI, 2011));
    let page = app.user("ceshi").await.step2(&format!("certificate={certificate}")).await;
    page.says("补办 2011 年及以前的证书");
}

#[tokio::test]
async fn by_hand_the_photo_may_be_chosen_before_the_year_and_counts_where_it_is_due() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    for (fields, photos, why) in
        [(&OF_2020, 0, "2020 needs none, and none is stored"), (&OF_2012, 1, "2012 needs the one chosen before")]
    {
        let form = browser.step2("exam=ZJ").await.main_form();
        let page = browser.submit(form.file("photo", "a.jpg", &photo("good.jpg"))).await.expect(422);
        assert!(page.has("input[name=photo_token]"));
        browser.apply(page.main_form().fill(fields)).await;
        assert_eq!(app.count("photos"), photos, "{why}");
        assert!(app.redis.keys("photo:").is_empty(), "what was submitted is not kept twice");
    }
}

#[tokio::test]
async fn a_photo_that_was_sent_where_none_is_due_is_not_stored() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let browser = app.user("ceshi").await;
    let of_2012 = browser.step2("exam=ZJ").await.main_form(); // has the control
    let form =
        of_2012.file("photo", "a.jpg", &photo("html_renamed.jpg")).force("certificate", &certificate.to_string());
    browser.apply(form.set("contact", "13912340001")).await;
    assert_eq!(app.count("photos"), 0);
}
