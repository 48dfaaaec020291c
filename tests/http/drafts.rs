//! A refused form can be had again by GET, as it was typed; pictures are kept with it and shown to their person alone.

use crate::by_hand::{OF_2012, OF_2020};
use crate::link_claim;
use crate::link_proof::{PASSWORD, old_account};
use crate::support::{Browser, Form, Page, TestApp, photo};

/// Where GET shows the form of this answer.
fn address(page: &Page) -> String {
    page.attr("body", "data-address").expect("an address to go back to")
}

async fn request_with_picture(app: &TestApp) -> (Browser, Form) {
    old_account(app);
    let browser = app.user("gaiming").await;
    let form = browser.get("/link").await.main_form().set("old_name", "李旧名").set("year", "12");
    (browser, form.file("evidence", "a.jpg", &photo("good_exif_gps.jpg")))
}

#[tokio::test]
async fn each_refused_form_is_shown_again_by_get() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let page = browser.submit(form.clone().set("approval_date", "1")).await.expect(422);
    assert_eq!(address(&page), "/reissue/new?exam=ZJ");
    let again = browser.get(&address(&page)).await.expect(200);
    again.says("您上次填写的内容，尚未提交");
    assert_eq!((&*again.value("approval_date"), &*again.value("contact")), ("1", "13912340001"));
    let id = browser.apply(form).await;

    let edit = browser.get(&format!("/applications/{id}")).await.main_form();
    let page = browser.submit(edit.set("contact", "").set("level", "二级")).await.expect(422);
    assert_eq!(browser.get(&address(&page)).await.expect(200).value("level"), "二级");
    assert_eq!(browser.get(&format!("/applications/{id}")).await.value("level"), "造价工程师");

    let claim = browser.get("/link").await.form("form[action='/link/claim']");
    let claim = claim.set("old_number", "E12345678").set("password", "wrong-password-1");
    let page = browser.submit(claim).await.expect(422);
    let again = browser.get(&address(&page)).await.expect(200);
    assert_eq!(again.form("form[action='/link/claim']").get("old_number"), Some("E12345678"));
    again.never_holds("wrong-password-1");
}

#[tokio::test]
async fn what_was_saved_leaves_no_draft() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let id = browser.apply(browser.step2("exam=ZJ").await.main_form().fill(&OF_2020)).await;
    let edit = browser.get(&format!("/applications/{id}")).await.main_form();
    let page = browser.submit(edit.set("contact", "")).await.expect(422);
    browser.submit(page.main_form().set("contact", "13900000002")).await.location();
    let again = browser.get(&address(&page)).await.expect(200);
    assert_eq!(again.value("contact"), "13900000002");
    assert!(!again.has("main > .notice"));
    assert!(app.redis.keys("draft:").is_empty());
}

#[tokio::test]
async fn a_draft_is_its_persons_alone() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    let page = browser.submit(form.set("approval_date", "1")).await.expect(422);
    let other = app.user("ceshi").await.get(&address(&page)).await.expect(200);
    assert_eq!(other.value("contact"), "");
}

#[tokio::test]
async fn a_picture_of_evidence_survives_another_fields_error() {
    let app = TestApp::new().await;
    let (browser, form) = request_with_picture(&app).await;
    let page = browser.submit(form).await.expect(422);
    assert_eq!(page.errors().len(), 1);
    page.says("已保存的图片");
    let preview = page.attr(".kept-photo img", "src").unwrap();
    let shown = browser.get(&preview).await.expect(200);
    assert_eq!(shown.header("content-type"), "image/jpeg");
    assert!(shown.header("content-security-policy").contains("sandbox"));
    assert_eq!((shown.header("cache-control"), shown.header("x-content-type-options")), ("no-store", "nosniff"));
    assert!(!shown.bytes.windows(4).any(|bytes| bytes == b"Exif"), "as it will be stored");

    let by_get = browser.get(&address(&page)).await.expect(200);
    assert_eq!(by_get.main_form().get("evidence_token"), page.main_form().get("evidence_token"));
    // Wrong once more, then right, without choosing the file again.
    let page = browser.submit(page.main_form().set("year", "13")).await.expect(422);
    browser.submit(page.main_form().set("year", "2012")).await.location();
    assert_eq!(app.count("review_task_files"), 1);
    assert!(app.redis.keys("evidence:").is_empty(), "what was submitted is not kept twice");
}

#[tokio::test]
async fn kept_pictures_are_shown_to_their_person_alone() {
    let app = TestApp::new().await;
    let (browser, form) = request_with_picture(&app).await;
    let page = browser.submit(form).await.expect(422);
    let (preview, token) =
        (page.attr(".kept-photo img", "src").unwrap(), page.main_form().get("evidence_token").unwrap().to_owned());
    assert!(!preview.contains(&token), "no token in an address");
    let other = app.user("xinren").await;
    other.get(&preview).await.expect(404);
    app.anon().get(&preview).await.location();
    for odd in ["/kept/evidence/x", "/kept/other/00", "/kept/photo/../x", "/kept/evidence/%00", &preview[..20]] {
        browser.get(odd).await.expect(404);
    }
    browser.get(&preview.replace("/evidence/", "/photo/")).await.expect(404);
    let foreign = other.get("/link").await.main_form().set("note", "x").force("evidence_token", &token);
    assert!(other.submit(foreign).await.expect(422).error_at("evidence").contains("图片已失效"));
    assert_eq!((app.count("review_tasks"), app.count("review_task_files")), (0, 0));
}

#[tokio::test]
async fn a_request_is_not_taken_without_the_picture_that_the_page_said_is_kept() {
    let app = TestApp::new().await;
    let (browser, form) = request_with_picture(&app).await;
    let page = browser.submit(form).await.expect(422);
    app.redis.keys("evidence:").iter().for_each(|key| app.redis.expire(key));
    let draft = browser.get("/link?draft=1").await.expect(200);
    assert!(draft.error_at("evidence").contains("图片已失效，请重新选择") && !draft.has(".kept-photo"));
    let page = browser.submit(page.main_form().set("year", "2012")).await.expect(422);
    assert_eq!(page.errors().len(), 1, "{:?}", page.errors());
    assert!(page.error_at("evidence").contains("图片已失效，请重新选择") && !page.has(".kept-photo"));
    assert_eq!(app.count("review_tasks"), 0);
    // Whoever was told may send it without.
    browser.submit(page.main_form()).await.location();
    assert_eq!((app.count("review_tasks"), app.count("review_task_files")), (1, 0));
}

#[tokio::test]
async fn a_picture_of_evidence_is_no_photo() {
    let app = TestApp::new().await;
    let (browser, form) = request_with_picture(&app).await;
    let page = browser.submit(form).await.expect(422);
    let token = page.main_form().get("evidence_token").unwrap().to_owned();
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012).force("photo_token", &token);
    let page = browser.submit(form).await.expect(422);
    assert_eq!(page.errors()[0].0, "photo");
}

#[tokio::test]
async fn a_person_has_two_pictures_kept_at_most() {
    let app = TestApp::new().await;
    let (browser, form) = request_with_picture(&app).await;
    for _ in 0..3 {
        browser.submit(form.clone()).await.expect(422);
    }
    let kept = app.redis.keys("evidence:");
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|key| (1..=1_800_000).contains(&app.redis.life(key))));
}

#[tokio::test]
async fn of_all_persons_together_so_many_pictures_are_kept_and_beyond_that_the_oldest_go() {
    let app = TestApp::builder().config(|config| config.throttle.kept_evidence_total = 2).build().await;
    let mut previews = Vec::new();
    for persona in ["gaiming", "xinren", "ceshi"] {
        let browser = app.user(persona).await;
        let form = browser.get("/link").await.main_form().set("old_name", "李旧名").set("year", "12");
        let page = browser.submit(form.file("evidence", "a.jpg", &photo("good.jpg"))).await.expect(422);
        let preview = page.attr("img[src^='/kept/evidence/']", "src").expect("a preview");
        browser.get(&preview).await.expect(200);
        previews.push((browser, preview));
    }
    for ((browser, preview), status) in previews.iter().zip([404, 200, 200]) {
        browser.get(preview).await.expect(status);
    }
}

#[tokio::test]
async fn a_kept_photo_shows_its_preview() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012).set("contact", "");
    let page = browser.submit(form.file("photo", "a.jpg", &photo("good.jpg"))).await.expect(422);
    let preview = page.attr(".kept-photo img", "src").expect("a preview");
    let shown = browser.get(&preview).await.expect(200);
    assert_eq!(shown.bytes, buzheng::domain::photo::check(&photo("good.jpg")).unwrap().into_bytes());
    app.user("ceshi").await.get(&preview).await.expect(404);
}

#[tokio::test]
async fn a_request_and_a_claim_survive_an_error_of_the_database() {
    let app = TestApp::new().await;
    link_claim::old_account(&app);
    let browser = app.user("xinren").await;
    let page = browser.get("/link").await;
    let claim = page.form("form[action='/link/claim']").set("old_number", "E12345678").set("password", PASSWORD);
    let request = page.main_form().set("note", "第一行").file("evidence", "a.jpg", &photo("good_exif_gps.jpg"));
    app.execute(
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = '53100'; END $$",
    );
    app.execute("CREATE TRIGGER broken BEFORE INSERT ON review_tasks EXECUTE FUNCTION broken()");
    for form in [claim, request] {
        browser.submit_any(form).await.expect(503);
    }
    app.execute("DROP TRIGGER broken ON review_tasks");

    let page = browser.get("/link?draft=claim").await.expect(200);
    page.says("上次提交时系统出错").never_holds(PASSWORD);
    assert_eq!(page.form("form[action='/link/claim']").get("old_number"), Some("E12345678"));
    let page = browser.get("/link?draft=request").await.expect(200);
    page.says("上次提交时系统出错");
    assert_eq!(page.value("note"), "第一行");
    browser.get(&page.attr(".kept-photo img", "src").expect("a preview")).await.expect(200);
    browser.submit(page.main_form()).await.location();
    assert_eq!((app.count("review_tasks"), app.count("review_task_files")), (1, 1));
}
