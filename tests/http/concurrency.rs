//! What two requests could break together.

use buzheng::ids::PersonId;
use std::collections::BTreeSet;
use tokio::task::JoinSet;

use crate::support::{Account, Application, Browser, CESHI, Certificate, Citizen, Form, Page, TestApp, XINREN};

/// Everyone comes back from the portal at the same moment.
async fn come_back_together(waiting: Vec<(Browser, url::Url)>) -> Vec<Page> {
    let mut all = JoinSet::new();
    for (browser, callback) in waiting {
        all.spawn(async move { browser.come_back(&callback).await });
    }
    all.join_all().await
}

async fn at_the_portal(app: &TestApp, personas: &[&str]) -> Vec<(Browser, url::Url)> {
    let mut waiting = Vec::new();
    for persona in personas {
        let browser = app.anon();
        let authorize = browser.start_sign_in(None).await;
        let callback = browser.at_portal(&authorize, persona).await;
        waiting.push((browser, callback));
    }
    waiting
}

async fn submit_together(forms: Vec<(Browser, Form)>) -> Vec<Page> {
    let mut all = JoinSet::new();
    for (browser, form) in forms {
        all.spawn(async move { browser.submit(form).await });
    }
    all.join_all().await
}

fn statuses(pages: &[Page]) -> Vec<u16> {
    let mut statuses: Vec<_> = pages.iter().map(|page| page.status.as_u16()).collect();
    statuses.sort_unstable();
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn first_sign_ins_of_one_subject_at_once_make_one_person_and_one_link() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    let waiting = at_the_portal(&app, &["ceshi"; 8]).await;
    let browsers: Vec<_> = waiting.iter().map(|(browser, _)| browser.clone()).collect();
    let pages = come_back_together(waiting).await;
    assert_eq!(statuses(&pages), [303; 8]);
    let first = pages.iter().filter(|page| page.leads_to().starts_with("/continuity")).count();
    assert_eq!(first, 1, "one of them is the first");
    assert_eq!((app.count("persons"), app.count("identities"), app.count("aliases"), app.count("links")), (1, 1, 1, 1));
    let mut people = BTreeSet::new();
    for browser in browsers {
        people.insert(browser.person().await.expect("signed in"));
    }
    assert_eq!(people.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_subjects_of_one_number_and_name_at_once_are_one_person() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Account::of(&CESHI, "mailing", "7"));
    app.persona(&CESHI.at("ceshi-2"));
    let pages = come_back_together(at_the_portal(&app, &["ceshi", "ceshi-2", "ceshi", "ceshi-2"]).await).await;
    assert_eq!(statuses(&pages), [303; 4]);
    assert_eq!((app.count("persons"), app.count("identities"), app.count("links")), (1, 2, 2));
    assert_eq!(app.count("review_tasks"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_subjects_of_one_number_and_different_names_at_once_are_one_person_and_a_question() {
    let app = TestApp::new().await;
    app.persona(&CESHI.at("other").named("别人"));
    let pages = come_back_together(at_the_portal(&app, &["ceshi", "other"]).await).await;
    let held = pages.iter().filter(|page| page.leads_to() == "/sso/held").count();
    assert_eq!(held, 1);
    assert_eq!((app.count("persons"), app.count("identities"), app.count("review_tasks")), (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_that_fits_two_people_is_linked_to_neither_and_a_reviewer_is_asked() {
    for round in 0..3 {
        let app = TestApp::new().await;
        let (one, other) = (Citizen::invented(50 + round, "同名"), Citizen::invented(60 + round, "同名"));
        app.persona(&one);
        app.persona(&other);
        let person: PersonId = app.anon().sign_in(one.persona).await.user().unwrap().parse().unwrap();
        app.user(other.persona).await;
        // A reviewer found that the second number was the first person's, too.
        app.execute(&format!(
            "INSERT INTO aliases SELECT gen_random_uuid(), '{}', number_lookup, pair_lookup, document_type, number_sealed, \
             name_sealed, 'review', created_at FROM aliases WHERE person_id <> '{0}'",
            person.as_uuid()
        ));
        app.add(Account::of(&other, "reissue", "50"));
        let pages = come_back_together(at_the_portal(&app, &[one.persona, other.persona, one.persona]).await).await;
        assert_eq!(statuses(&pages), [303; 3]);
        assert_eq!(app.links().len(), 0, "whose it is, nobody can tell by number and name");
        let review = app.findings().into_iter().filter(|(_, list, _)| list == "review").count();
        assert_eq!(review, 2, "both wait for a reviewer");
        assert_eq!(app.count("review_tasks"), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_return_that_comes_several_times_at_once_signs_in_once() {
    let app = TestApp::new().await;
    let waiting = at_the_portal(&app, &["ceshi"]).await;
    let pages = come_back_together((0..5).map(|_| waiting[0].clone()).collect()).await;
    assert_eq!(statuses(&pages), [303, 400, 400, 400, 400]);
    assert_eq!(app.count("sign_in_decisions"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sign_ins_begun_at_once_a_browser_keeps_as_many_as_its_limit() {
    let app = TestApp::builder().config(|config| config.throttle.pending_sign_ins_per_browser = 3).build().await;
    let browser = app.anon();
    browser.start_sign_in(None).await;
    let mut all = JoinSet::new();
    for _ in 0..6 {
        let browser = browser.clone();
        all.spawn(async move { browser.get("/sso/login").await });
    }
    assert_eq!(statuses(&all.join_all().await), [303; 6]);
    assert_eq!(app.redis.keys("pending:").len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_form_that_is_sent_several_times_at_once_makes_one_application() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let browser = app.user("ceshi").await;
    let page = browser.get(&format!("/reissue/new?certificate={certificate}")).await.expect(200);
    let form = page.main_form().set("contact", "13912340001");
    let pages = submit_together((0..5).map(|_| (browser.clone(), form.clone())).collect()).await;
    assert_eq!(statuses(&pages), [303; 5]);
    let places: BTreeSet<_> = pages.iter().map(|page| page.leads_to().to_owned()).collect();
    assert_eq!(places.len(), 1, "{places:?}");
    assert_eq!((app.count("applications"), app.count("application_versions")), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forms_for_one_certificate_from_several_tabs_at_once_make_one_application() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let mut forms = Vec::new();
    for _ in 0..4 {
        let browser = app.user("ceshi").await;
        let page = browser.get(&format!("/reissue/new?certificate={certificate}")).await.expect(200);
        forms.push((browser, page.main_form().set("contact", "13912340001")));
    }
    let pages = submit_together(forms).await;
    assert_eq!(statuses(&pages), [303, 422, 422, 422]);
    assert_eq!(app.count("applications"), 1);
    for page in pages.iter().filter(|page| page.status == 422) {
        let link = page.attr("#error-summary a[href^='/applications/']", "href");
        assert!(link.is_some(), "no link to the first application:\n{}", page.summary());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forms_filled_in_by_hand_for_the_same_certificate_at_once_make_one_application() {
    let app = TestApp::new().await;
    let mut forms = Vec::new();
    for _ in 0..3 {
        let browser = app.user("xinren").await;
        let form = browser.get("/reissue/new?exam=ZJ").await.expect(200).main_form();
        let form = form.set("year", "2020").set("certificate_number", "无").set("approval_date", "20201122");
        let form = form.set("level", "造价工程师").set("specialty", "土建").set("city", "济南市");
        forms.push((browser, form.set("contact", "13912340001")));
    }
    assert_eq!(statuses(&submit_together(forms).await), [303, 422, 422]);
    assert_eq!(app.count("applications"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_editors_at_once_one_wins_and_the_other_is_told() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let browser = app.user("ceshi").await;
    let page = browser.get(&format!("/reissue/new?certificate={certificate}")).await;
    browser.submit(page.main_form().set("contact", "13912340001")).await.location();
    let list = browser.get("/applications").await;
    let id = list.attr("tr[data-application]", "data-application").unwrap();

    let mut forms = Vec::new();
    for contact in ["13900000001", "13900000002", "13900000003"] {
        let browser = app.user("ceshi").await;
        let form = browser.get(&format!("/applications/{id}")).await.main_form();
        forms.push((browser, form.set("contact", contact)));
    }
    let pages = submit_together(forms).await;
    assert_eq!(statuses(&pages), [303, 409, 409]);
    assert_eq!(app.number("SELECT version::bigint AS number FROM applications"), 2);
    assert_eq!(app.count("application_versions"), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_first_edits_of_an_old_application_at_once_one_wins_and_the_other_is_told() {
    let app = TestApp::new().await;
    let old = Application::without_account(&XINREN).year("2020").exam("YS", "执业药师");
    let old = app.add(old.level("执业药师").specialty("中药").approval_date("20201122").city("济南市"));
    let mut forms = Vec::new();
    for contact in ["13900000001", "13900000002", "13900000003"] {
        let browser = app.user("xinren").await;
        let form = browser.get(&format!("/applications/{old}")).await.expect(200).main_form();
        forms.push((browser, form.set("contact", contact)));
    }
    assert_eq!(statuses(&submit_together(forms).await), [303, 409, 409]);
    assert_eq!((app.count("applications"), app.count("application_versions")), (1, 1));
}
