//! Whatever a form meets, what was typed into it is there again: the database refuses everything, or the limit of submissions is reached.

use crate::by_hand::{OF_2012, OF_2020};
use crate::database_outage::{assert_well_again, database_server, served_by};
use crate::link_proof::{PASSWORD, old_account, proof};
use crate::support::{Browser, Form, Page, Relay, TestApp, photo};

const NOTE: &str = "第一行，当年在单位报名";

/// The forms of a person's pages, filled in, and where each is found again: with the field that tells it.
struct Forms {
    step2: Form,
    edit: Form,
    request: Form,
    claim: Form,
    edit_draft: String,
}

impl Forms {
    async fn of(browser: &Browser) -> Self {
        let id = browser.apply(browser.step2("exam=ZJ").await.main_form().fill(&OF_2020)).await;
        let link = browser.get("/link").await;
        let edit = browser.get(&format!("/applications/{id}")).await.main_form();
        Self {
            step2: browser.step2("exam=ZJ").await.main_form().fill(&OF_2012).set("contact", "13912340077"),
            edit: edit.set("contact", "13912340088"),
            request: link.main_form().set("note", NOTE),
            claim: link.form("form[action='/link/claim']").set("old_number", "E12345678").set("password", PASSWORD),
            edit_draft: format!("/applications/{id}?draft=1"),
        }
    }

    /// Each is there again.
    async fn are_kept(&self, browser: &Browser, says: &str) {
        let kept = [
            ("/reissue/new?exam=ZJ", "contact", "13912340077"),
            (&self.edit_draft, "contact", "13912340088"),
            ("/link?draft=request", "note", NOTE),
        ];
        for (address, field, value) in kept {
            let page = browser.get(address).await.expect(200);
            assert_eq!(page.value(field), value, "{address}");
            page.says(says);
        }
    }

    async fn claim_is_kept(browser: &Browser) {
        let page = browser.get("/link?draft=claim").await.expect(200);
        assert_eq!(page.form("form[action='/link/claim']").get("old_number"), Some("E12345678"));
        page.never_holds(PASSWORD);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_is_there_again_after_the_database_refused_everything() {
    let relay = Relay::start(database_server());
    let app = TestApp::builder().config(served_by(&relay)).build().await;
    let mut people = Vec::new();
    for (persona, action) in [("ceshi", "submit"), ("xinren", "back"), ("gaiming", "phone")] {
        let browser = app.user(persona).await;
        people.push((Forms::of(&browser).await, browser, action));
    }
    relay.point_to("127.0.0.1:1");
    relay.cut();
    let mut sent = tokio::task::JoinSet::new();
    for (forms, browser, action) in &people {
        let edit = if *action == "phone" { forms.edit.clone().press("action", "phone") } else { forms.edit.clone() };
        let step2 = forms.step2.clone().press("action", action).file("photo", "a.jpg", &photo("good.jpg"));
        let request = forms.request.clone().file("evidence", "a.jpg", &photo("good_exif_gps.jpg"));
        for form in [step2, edit, request, forms.claim.clone()] {
            let browser = browser.clone();
            sent.spawn(async move {
                let place = form.action.path().to_owned();
                let page = browser.submit_any(form).await;
                assert_eq!(page.status, 503, "{place}");
                page.says("您填写的内容已保留");
            });
        }
    }
    sent.join_all().await;
    relay.point_to(database_server());
    for (forms, browser, _) in &people {
        assert_well_again(browser).await;
        forms.are_kept(browser, "上次提交时系统出错").await;
        Forms::claim_is_kept(browser).await;
        for address in ["/reissue/new?exam=ZJ", "/link?draft=request"] {
            let preview = browser.get(address).await.attr(".kept-photo img", "src").expect("a picture");
            browser.get(&preview).await.expect(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_a_session_that_is_over_needs_no_database_to_be_kept_with_its_account() {
    let relay = Relay::start(database_server());
    let app = TestApp::builder().config(served_by(&relay)).build().await;
    old_account(&app);
    let (late, stale) = (app.user("gaiming").await, app.user("gaiming").await);
    let request = async |browser: &Browser| {
        let page = browser.get("/link").await;
        let handle = page.attr("[data-account]", "data-account").unwrap();
        page.main_form().set("note", NOTE).set("account", &handle)
    };
    let (of_late, of_stale) = (request(&late).await, request(&stale).await);
    app.redis.keys("session:").iter().for_each(|session| app.redis.expire(session));
    stale.sign_in("gaiming").await;
    relay.point_to("127.0.0.1:1");
    relay.cut();
    assert_eq!(late.submit(of_late).await.leads_to(), "/");
    assert_eq!(stale.submit(of_stale).await.leads_to(), "/link?draft=request");
    relay.point_to(database_server());
    assert_well_again(&stale).await;
    let page = stale.get("/link?draft=request").await.expect(200);
    has_all(&stale, &page).await;
    let back = late.try_sign_in("gaiming", None).await;
    let page = late.settle(back).await.expect(200);
    has_all(&late, &page).await;
}

async fn has_all(browser: &Browser, page: &Page) {
    let own = browser.get("/link").await.attr("[data-account]", "data-account").unwrap();
    assert_eq!((page.main_form().get("account"), &*page.value("note")), (Some(&*own), NOTE));
}

#[tokio::test]
async fn a_form_that_is_one_too_many_is_kept_and_its_page_says_where() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 1).build().await;
    let browser = app.user("xinren").await;
    let forms = Forms::of(&browser).await;
    let drafts = [
        (forms.step2.clone().file("photo", "a.jpg", &photo("good.jpg")), "/reissue/new?exam=ZJ"),
        (forms.edit.clone(), &*forms.edit_draft),
        (forms.request.clone(), "/link?draft=request"),
    ];
    for (form, place) in drafts {
        let page = browser.submit(form).await.expect(429);
        page.says("您填写的内容已保留");
        assert_eq!(page.attr(".actions a.btn-primary", "href").as_deref(), Some(place));
    }
    forms.are_kept(&browser, "尚未提交").await;
    assert!(app.redis.keys("photo:").is_empty(), "nothing is decoded");
    assert_eq!(app.redis.keys("draft:").len(), 3);
    // Who steps back submits nothing.
    let back = forms.step2.set("contact", "13912340099").press("action", "back");
    assert_eq!(browser.submit(back).await.leads_to(), "/reissue?exam=ZJ");
    assert_eq!(browser.step2("exam=ZJ").await.value("contact"), "13912340099");
}

#[tokio::test]
async fn so_is_one_whose_session_is_over_and_only_its_person_learns_of_it() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 1).build().await;
    let browser = app.user("xinren").await;
    let forms = Forms::of(&browser).await;
    app.redis.keys("session:").iter().for_each(|session| app.redis.expire(session));
    let page = browser.submit(forms.step2.clone()).await.expect(429);
    page.says("您填写的内容已保留").never_holds("/reissue/new");
    let back = browser.try_sign_in("xinren", None).await;
    assert_eq!(browser.settle(back).await.expect(200).value("contact"), "13912340077");
    // One of the session before, sent after the sign-in.
    let page = browser.submit(forms.request).await.expect(429);
    page.says("您填写的内容已保留");
    assert_eq!(browser.get("/link?draft=request").await.value("note"), NOTE);
}

#[tokio::test]
async fn an_account_that_is_joined_in_another_tab_is_told_at_its_field_with_the_form() {
    let app = TestApp::new().await;
    old_account(&app);
    let browser = app.user("gaiming").await;
    let page = browser.get("/link").await;
    let handle = page.attr("[data-account]", "data-account").unwrap();
    let form = page.main_form().set("account", &handle).set("note", NOTE);
    browser.submit(proof(&page, PASSWORD)).await.location();
    let page = browser.submit(form).await.expect(422);
    page.says("所选的原账户已不能选择");
    assert_eq!(page.value("note"), NOTE);
    browser.submit(page.main_form()).await.location();
    assert_eq!(app.count("review_tasks"), 1);
}
