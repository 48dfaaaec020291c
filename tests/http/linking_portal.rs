//! What changes at the portal (LINKING.md, "Which person signs in"): accounts made again, other names, other numbers, other kinds,
//! another account in the same browser.

use buzheng::db::schema::{identity_changes, review_tasks};
use buzheng::domain::review::{Basis, Grounds};
use buzheng::vault::Purpose;
use diesel::prelude::*;
use sso::simulator::Persona;

use crate::desk::{audited, enter, open_tasks, state, the_task};
use crate::support::{Account, Application, CESHI, Certificate, Citizen, TestApp, XINREN};

#[tokio::test]
async fn a_portal_account_that_was_made_again_has_everything_of_the_former_one() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Application::of(&CESHI, "reissue", "12"));
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022")).to_string();
    let first = enter(&app, "ceshi").await;
    let step2 = first.browser.step2(&format!("certificate={certificate}")).await.main_form();
    let own = first.browser.apply(step2.set("contact", "13700000001")).await;

    app.persona(&CESHI.at("ceshi-again"));
    let again = enter(&app, "ceshi-again").await;
    assert_eq!(again.person(), first.person());
    assert_eq!(again.applications().await, first.applications().await);
    again.browser.get(&format!("/applications/{own}")).await.expect(200);
    assert_eq!((again.certificates().await, again.carried("reissue").await), (vec![certificate], (1, 1, 1)));
    assert!(open_tasks(&app).is_empty());
}

#[tokio::test]
async fn a_name_that_the_portal_changed_is_recorded_and_both_names_are_theirs_from_then_on() {
    let app = TestApp::new().await;
    let before = Citizen::invented(41, "旧名");
    let after = before.named("新名");
    app.add(Certificate::of(&before, 2015));
    app.add(Certificate::of(&after, 2019));
    app.persona(&before);
    let first = enter(&app, before.persona).await;
    assert_eq!(first.certificates().await.len(), 1);
    app.persona(&after);
    assert_eq!(enter(&app, after.persona).await.certificates().await.len(), 2);
    let sealed: Vec<(Vec<u8>, Vec<u8>)> = identity_changes::table
        .select((identity_changes::before_sealed, identity_changes::after_sealed))
        .load(&mut app.db.connect())
        .unwrap();
    let open = |sealed: &[u8]| app.service.vault.open_text(Purpose::Name, sealed).unwrap();
    assert_eq!(
        sealed.iter().map(|(one, other)| (open(one), open(other))).collect::<Vec<_>>(),
        [("旧名".into(), "新名".into())]
    );

    for (persona, name) in [("jiuming", "旧名"), ("xinming", "新名")] {
        app.persona(&before.named(name).at(persona));
        assert_eq!(enter(&app, persona).await.person(), first.person(), "{name}");
    }
    audited(&app, &["旧名", "新名", before.number]);
}

#[tokio::test]
async fn a_number_that_the_portal_changed_shows_the_questions_number_and_nothing_of_anybody() {
    let app = TestApp::new().await;
    let other = Citizen::invented(40, CESHI.name).at("ceshi");
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Account::of(&other, "reissue", "40"));
    app.add(Certificate::of(&CESHI, 2017));
    app.add(Certificate::of(&other, 2018));
    enter(&app, "ceshi").await;
    let before = state(&app);
    app.persona(&other);
    let browser = app.anon();
    let page = browser.settle(browser.try_sign_in("ceshi", None).await).await.expect(403);
    let task = the_task(&app, "number_changed");
    assert_eq!(page.attr("[data-task]", "data-task"), Some(task.to_string()));
    page.says(&format!("核实编号为 {task}")).never_holds(CESHI.number).never_holds(other.number);
    assert_eq!(state(&app), before, "nothing is linked, nothing is lost");
    let sealed: Vec<u8> =
        review_tasks::table.select(review_tasks::evidence_sealed).first(&mut app.db.connect()).unwrap();
    let grounds: Grounds = app.service.vault.open_json(Purpose::Evidence, &sealed).unwrap();
    assert_eq!(grounds.portal().map(|(number, name, _)| (number, name)), Some((other.number, other.name)));

    app.anon().try_sign_in("ceshi", None).await;
    assert_eq!(app.count("identity_changes"), 1, "recorded once, however often they try");
    // What the portal says last is what is to be decided about.
    let third = Citizen::invented(43, CESHI.name).at("ceshi");
    app.persona(&third);
    app.anon().try_sign_in("ceshi", None).await;
    assert_eq!(the_task(&app, "number_changed"), task);
    let sealed: Vec<u8> =
        review_tasks::table.select(review_tasks::evidence_sealed).first(&mut app.db.connect()).unwrap();
    let grounds: Grounds = app.service.vault.open_json(Purpose::Evidence, &sealed).unwrap();
    let [Basis::Portal { number, .. }] = &grounds.bases[..] else { panic!("one basis") };
    assert_eq!(number, third.number);
    assert_eq!(app.count("identity_changes"), 2);
    audited(&app, &[CESHI.name, CESHI.number, other.number, third.number]);
}

#[tokio::test]
async fn a_corporate_account_with_a_citizens_number_is_refused_and_changes_nothing() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Account::of(&CESHI, "mailing", "7").name("别名"));
    let ceshi = enter(&app, "ceshi").await;
    let before = (state(&app), app.people_rows());
    for subject in ["gongsi", "ceshi"] {
        let persona = Persona { user_type: Some("2".into()), ..Persona::citizen(subject, CESHI.name, CESHI.number) };
        app.simulator.add_persona(persona);
        let browser = app.anon();
        let page = browser.settle(browser.try_sign_in(subject, None).await).await.expect(403);
        assert!(page.has("[data-refused=corporate]"), "{subject}: {}", page.summary());
        assert_eq!(page.user(), None);
        assert_eq!((state(&app), app.people_rows()), before, "{subject}");
    }
    assert_eq!(ceshi.carried("reissue").await, (1, 0, 0), "the citizen's own session goes on");
    app.persona(&CESHI);
    assert_eq!(enter(&app, "ceshi").await.person(), ceshi.person());
    let events = audited(&app, &[CESHI.name, CESHI.number]);
    assert_eq!(events.iter().filter(|event| *event == "sign_in_refused by sign-in").count(), 2);
}

#[tokio::test]
async fn another_account_in_the_same_browser_ends_the_session_of_the_one_before() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    let old = app.add(Application::of(&CESHI, "reissue", "12"));
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022")).to_string();
    let ceshi = enter(&app, "ceshi").await;
    let browser = ceshi.browser.clone();
    let form = browser.step2(&format!("certificate={certificate}")).await.main_form().set("contact", "13700000001");
    let (sessions, cookie) = (app.redis.keys("session:").len(), browser.session().unwrap());

    let page = browser.sign_in("xinren").await;
    assert_ne!(page.user(), Some(ceshi.person().to_string()));
    assert_eq!(app.redis.keys("session:").len(), sessions, "one session in the place of the other");
    for path in ["/continuity", "/applications", "/reissue?exam=ZJ", "/reissue/new?exam=ZJ"] {
        let page = browser.get(path).await.expect(200);
        page.never_holds(CESHI.number).never_holds(&old.to_string()).never_holds(&certificate);
    }
    for path in [format!("/applications/{old}"), format!("/reissue/new?certificate={certificate}")] {
        browser.get(&path).await.expect(404);
    }
    // A form that was left open in another tab is the former person's: it does nothing.
    let page = browser.submit(form).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    assert_eq!(app.count("applications"), 0);

    let thief = app.anon();
    thief.set_cookie("bz_session", &cookie);
    assert_eq!(thief.person().await, None, "the former session is gone, not hidden");
}

#[tokio::test]
async fn a_held_or_refused_account_in_the_same_browser_ends_the_session_of_the_one_before() {
    let app = TestApp::new().await;
    app.persona(&CESHI.at("maoming").named("冒名"));
    enter(&app, "ceshi").await;
    for (persona, kind) in [("maoming", "[data-needs-review]"), ("faren", "[data-refused]")] {
        let browser = enter(&app, "xinren").await.browser;
        let page = browser.settle(browser.try_sign_in(persona, None).await).await.expect(403);
        assert!(page.has(kind), "{persona}");
        assert_eq!(browser.person().await, None, "{persona}");
        assert_eq!(browser.get("/applications").await.location().path(), "/sso/held", "{persona}");
        page.never_holds(XINREN.name);
    }
}
