//! What is typed into the form by hand, in the ways in which people type it.

use crate::by_hand::{OF_2012, OF_2020};
use crate::support::{Application, CESHI, Photo, TestApp, photo};

#[tokio::test]
async fn a_year_older_than_the_catalogue_can_be_typed_and_demands_its_photo() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let page = browser.step2("exam=ZJ").await;
    let suggested = page.rows("#year-options option");
    assert_eq!((suggested.len(), suggested[0].attr("value")), (15, "2024"), "the catalogue's years, newest first");
    let form = page.main_form().fill(&OF_2020).set("year", "1998年").set("approval_date", "1998.10.18");
    let refused = browser.submit(form.clone()).await.expect(422);
    assert!(refused.error_at("photo").contains("2016 年及以前"));
    assert_eq!(refused.errors().len(), 1, "{:?}", refused.errors());
    let id = browser.apply(form.file("photo", "photo.jpg", &photo("good.jpg"))).await;
    let [(stored, has_photo)] = app.versions(&id).try_into().expect("one version");
    assert_eq!((stored.year.as_str(), stored.approval_date.as_str(), has_photo), ("1998", "19981018", true));
}

#[tokio::test]
async fn a_day_in_any_form_that_the_import_reads_is_kept_in_the_manuals_form() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 0).build().await;
    let browser = app.user("xinren").await;
    let ways = [
        "2020年11月22日",
        "2020 年 11 月 22 日",
        "2020-11-22",
        "2020/11/22",
        "2020.11.22",
        "２０２０１１２２",
        "2020-11-22 09:30",
    ];
    for (n, written) in ways.into_iter().enumerate() {
        let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
        let form = form.set("approval_date", written).set("specialty", &format!("专业{n}"));
        let id = browser.apply(form).await;
        assert_eq!(app.versions(&id)[0].0.approval_date, "20201122", "{written}");
    }
}

#[tokio::test]
async fn a_day_that_could_be_another_is_refused_with_the_forms_that_are_read() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    for unclear in ["11/12/2020", "20-11-22", "2020年11月", "二〇二〇年十一月二十二日", "2020 11 22"] {
        let page = browser.submit(form.clone().set("approval_date", unclear)).await.expect(422);
        let words = page.error_at("approval_date");
        assert!(words.contains("2020-11-22") && words.contains("2020年11月22日"), "{unclear}: {words}");
        assert_eq!(page.value("approval_date"), unclear);
    }
    let page = browser.submit(form.set("approval_date", "2020年11月31日")).await.expect(422);
    assert!(page.error_at("approval_date").contains("2020年11月31日 不是真实的日期"));
}

#[tokio::test]
async fn a_contact_that_looks_cut_off_is_asked_about_once_and_accepted_when_confirmed() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020).set("contact", "123");
    assert!(!form.names().contains(&"contact_confirmed"), "nobody is asked before they typed");
    let asked = browser.submit(form).await.expect(422);
    assert!(asked.error_at("contact").contains("“123”") && asked.error_at("contact").contains("联系方式无误"));
    assert_eq!(asked.value("contact"), "123");
    assert!(asked.has("#contact_confirmed:not([checked])"));

    let unanswered = browser.submit(asked.main_form()).await.expect(422);
    assert!(unanswered.has("#contact_confirmed"), "sending it again is no answer");
    let confirmed = unanswered.main_form().also("contact_confirmed", "1");
    // Another mistake does not ask again.
    let other = browser.submit(confirmed.clone().set("level", "")).await.expect(422);
    assert_eq!(other.errors().len(), 1, "{:?}", other.errors());
    assert!(other.has("#contact_confirmed[checked]"));
    let id = browser.apply(confirmed).await;
    assert_eq!(app.versions(&id)[0].0.contact, "123");

    // 申请信息维护 asks about a change, not about what was confirmed.
    let page = browser.get(&format!("/applications/{id}")).await.expect(200);
    browser.submit(page.main_form().set("specialty", "安装")).await.location();
    let page = browser.get(&format!("/applications/{id}")).await;
    let asked = browser.submit(page.main_form().set("contact", "456")).await.expect(422);
    assert!(asked.has("#contact_confirmed"));
    browser.submit(asked.main_form().set("contact", "13912340002")).await.location();
}

#[tokio::test]
async fn what_was_ticked_is_given_back_with_the_draft_and_counts_for_that_contact_alone() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020).set("contact", "123");
    let ticked = browser.submit(form).await.expect(422).main_form().also("contact_confirmed", "1");

    browser.submit(ticked.clone().set("level", "")).await.expect(422);
    assert!(browser.step2("exam=ZJ").await.has("#contact_confirmed[checked]"), "refused for another mistake");
    browser.submit(ticked.clone().press("action", "back")).await.location();
    assert!(browser.step2("exam=ZJ").await.has("#contact_confirmed[checked]"), "a step back");
    app.redis.keys("session:").iter().for_each(|session| app.redis.expire(session));
    browser.submit(ticked).await.location();
    browser.sign_in("xinren").await;
    let back = browser.step2("exam=ZJ").await;
    assert!(back.has("#contact_confirmed[checked]"), "the session's end");

    let asked = browser.submit(back.main_form().set("contact", "456")).await.expect(422);
    assert!(asked.error_at("contact").contains("“456”") && asked.has("#contact_confirmed:not([checked])"));
    assert!(!browser.step2("exam=ZJ").await.has("#contact_confirmed[checked]"), "the tick was about 123");
    let id = browser.apply(back.main_form()).await;

    // 申请信息维护 as well.
    let path = format!("/applications/{id}");
    let form = browser.get(&path).await.main_form().set("contact", "456").set("level", "");
    let ticked = browser.submit(form).await.expect(422).main_form().also("contact_confirmed", "1");
    browser.submit(ticked).await.expect(422);
    let back = browser.get(&format!("{path}?draft=1")).await.expect(200);
    assert!(back.has("#contact_confirmed[checked]"));
    browser.submit(back.main_form().set("level", "造价工程师")).await.location();
    assert_eq!(app.versions(&id).pop().unwrap().0.contact, "456");
}

#[tokio::test]
async fn the_receipt_shows_contact_approval_date_and_photo() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let id = browser.apply(form.file("photo", "photo.jpg", &photo("good.jpg"))).await;
    let page = browser.get(&format!("/reissue/{id}/done")).await.expect(200);
    let summary = page.texts("dl.summary > div").join("|");
    for (field, value) in OF_2012 {
        if ["contact", "approval_date", "level", "specialty", "city"].contains(&field) {
            assert!(summary.contains(value), "{field}: {summary}");
        }
    }
    let picture = page.attr("dl.summary img", "src").unwrap();
    assert_eq!(browser.get_any(&picture).await.expect(200).header("content-type"), "image/jpeg");

    let without = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let id = browser.apply(without).await;
    assert!(!browser.get(&format!("/reissue/{id}/done")).await.expect(200).has("dl.summary img"));
}

#[tokio::test]
async fn the_receipt_of_an_old_application_that_was_edited_shows_the_photo_that_came_with_it() {
    let app = TestApp::new().await;
    let old = app.add(Application::without_account(&CESHI).key("77"));
    app.add(Photo { system: "reissue", application_key: "77", bytes: photo("good.jpg") });
    let browser = app.user("ceshi").await;
    let page = browser.get(&format!("/applications/{old}")).await.expect(200);
    browser.submit(page.main_form().set("contact", "13912340002")).await.location();
    let receipt = browser.get(&format!("/reissue/{old}/done")).await.expect(200);
    receipt.says("13912340002");
    assert!(receipt.has(&format!("img[src='/applications/{old}/photo']")));
}
