//! Taking a link back, and 不是我的 (LINKING.md, "Always"): what returns, what stays, what is asked.

use buzheng::app::AppError;
use buzheng::app::linking::{Proof, Reported, UndoError};
use buzheng::ids::LinkId;
use chrono::Utc;

use crate::desk::{
    Citizen as Entered, REVIEWER, audited, decide, enter, found, granted_pair, link_of, no, open_tasks, reimport,
    request, standing, state, take_back, the_task, undo_account, yes,
};
use crate::support::{Account, Application, CESHI, Certificate, Citizen, GAIMING, TestApp};

/// An old application that may be edited without a photo.
fn old_application(of: &Citizen, account_key: &str) -> Application {
    let old = Application::of(of, "reissue", account_key).year("2020").exam("YS", "执业药师");
    old.level("执业药师").specialty("中药").approval_date("20201122").city("济南市")
}

async fn edit(citizen: &Entered, id: impl std::fmt::Display, contact: &str) {
    let form = citizen.browser.get(&format!("/applications/{id}")).await.expect(200).main_form();
    citizen.browser.submit(form.set("contact", contact)).await.location();
}

async fn contact(citizen: &Entered, id: impl std::fmt::Display) -> String {
    citizen.browser.get(&format!("/applications/{id}")).await.expect(200).value("contact")
}

#[tokio::test]
async fn an_undone_link_takes_its_data_away_asks_a_reviewer_once_and_never_comes_back_by_itself() {
    let app = TestApp::new().await;
    let account = app.add(Account::of(&CESHI, "reissue", "12").password("old-secret"));
    let old = app.add(Application::of(&CESHI, "reissue", "12"));
    let ceshi = enter(&app, "ceshi").await;
    assert_eq!(ceshi.carried("reissue").await, (1, 0, 1));

    let undone = undo_account(&app, account);
    assert_eq!((undone.person, undone.links.len()), (ceshi.person(), 1));
    assert_eq!(ceshi.carried("reissue").await, (0, 0, 0));
    ceshi.browser.get(&format!("/applications/{old}")).await.expect(404);
    assert_eq!(found(&app), [(account, "review".to_owned())]);
    let task = the_task(&app, "account_taken");

    for _ in 0..2 {
        enter(&app, "ceshi").await;
        assert_eq!(standing(&app), 0);
        assert_eq!(the_task(&app, "account_taken"), task, "the same question is asked once");
    }
    assert!(matches!(ceshi.prove(&app, account, "old-secret").await, Err(AppError::NotFound)), "nor by proof");
    decide(&app, task, &no()).unwrap();
    reimport(&app, account, CESHI.number, "别名");
    let again = enter(&app, "ceshi").await;
    assert!(
        matches!(again.prove(&app, account, "old-secret").await, Err(AppError::NotFound)),
        "nor under another name"
    );
    assert_eq!((standing(&app), open_tasks(&app).len()), (0, 0), "a refused answer is not asked about again");
    assert_eq!(found(&app), [(account, "review".to_owned())]);
}

#[tokio::test]
async fn a_link_is_undone_once_and_one_that_is_not_there_is_named() {
    let app = TestApp::new().await;
    let account = app.add(Account::of(&CESHI, "reissue", "12"));
    enter(&app, "ceshi").await;
    let link = link_of(&app, account).unwrap();
    take_back(&app, link.id).unwrap();
    let before = state(&app);
    assert!(matches!(take_back(&app, link.id), Err(UndoError::UndoneBefore)));
    assert!(matches!(take_back(&app, LinkId::generate()), Err(UndoError::NoSuchLink)));
    assert_eq!(state(&app), before);
}

#[tokio::test]
async fn what_came_by_a_proof_goes_with_it_and_is_offered_for_proof_again() {
    let app = TestApp::new().await;
    let old_name = GAIMING.named("李旧名");
    let proven = app.add(Account::of(&old_name, "reissue", "1").password("first-secret"));
    let through_it = app.add(Account::of(&old_name, "mailing", "2").password("second-secret"));
    let certificate = app.add(Certificate::of(&old_name, 2015)).to_string();
    let of_proven = app.add(old_application(&old_name, "1"));
    let gaiming = enter(&app, "gaiming").await;
    assert_eq!(gaiming.certificates().await, [""; 0]);

    assert!(matches!(gaiming.prove(&app, proven, "first-secret").await.unwrap(), Proof::Linked { .. }));
    assert_eq!((standing(&app), found(&app).len()), (2, 0), "the second account fits the name that was proven");
    assert_eq!(gaiming.certificates().await, [certificate.as_str()]);
    edit(&gaiming, of_proven, "13700000001").await;

    let undone = undo_account(&app, proven);
    assert_eq!((undone.links.len(), standing(&app)), (2, 0));
    let mut expected = [(proven, "review".to_owned()), (through_it, "proof".to_owned())];
    expected.sort();
    assert_eq!(found(&app), expected, "only the pair that was named is marked");
    assert_eq!(gaiming.certificates().await, [""; 0]);
    assert_eq!(contact(&gaiming, of_proven).await, "13700000001", "their own work stays with them");

    assert!(matches!(gaiming.prove(&app, through_it, "second-secret").await.unwrap(), Proof::Linked { .. }));
    assert_eq!(found(&app), [(proven, "review".to_owned())], "the marked pair is not linked through the other");
    assert_eq!(gaiming.certificates().await, [certificate.as_str()]);
    decide(&app, the_task(&app, "account_taken"), &yes()).unwrap();
    assert_eq!((standing(&app), found(&app).len(), open_tasks(&app).len()), (2, 0, 0));
}

#[tokio::test]
async fn work_on_an_account_that_was_given_wrongly_stays_and_the_owner_gets_the_account_as_it_was() {
    let app = TestApp::new().await;
    let account = app.add(Account::of(&CESHI, "reissue", "12"));
    let old = app.add(old_application(&CESHI, "12").certificate_number("ORIGINAL-1"));
    let frozen = app.row_text("legacy_applications", old.as_uuid());
    let wrong = enter(&app, "xinren").await;
    let task = wrong.request(&app, request("reissue")).await;
    let given = buzheng::app::linking::tasks::Answer { accounts: vec!["reissue:12".to_owned()], ..yes() };
    decide(&app, task, &given).unwrap();
    assert_eq!(wrong.carried("reissue").await, (1, 0, 1));
    edit(&wrong, old, "13700000001").await;

    undo_account(&app, account);
    assert_eq!(wrong.carried("reissue").await, (0, 0, 0));
    assert_eq!(wrong.applications().await, [old.to_string()], "their work stays theirs");
    edit(&wrong, old, "13700000002").await;

    let owner = enter(&app, "ceshi").await;
    assert_eq!(owner.carried("reissue").await, (1, 0, 1));
    assert_eq!(owner.applications().await, [old.to_string()]);
    assert_eq!(contact(&owner, old).await, "13912340001", "the original, not what the other person made of it");
    edit(&owner, old, "13800000001").await;
    let [own] = owner.applications().await.try_into().expect("one application");
    assert_ne!(own, old.to_string(), "an id of its own");
    assert_eq!(contact(&owner, &own).await, "13800000001");
    assert_eq!(contact(&owner, old).await, "13800000001", "the old address leads to it");
    edit(&owner, old, "13800000002").await;
    assert_eq!(contact(&owner, &own).await, "13800000002");
    assert_eq!(contact(&wrong, old).await, "13700000002");
    wrong.browser.get(&format!("/applications/{own}")).await.expect(404);
    assert_eq!(app.row_text("legacy_applications", old.as_uuid()), frozen);
}

#[tokio::test]
async fn what_was_asked_about_is_given_back_with_the_work_on_it_when_a_reviewer_approves() {
    let app = TestApp::new().await;
    let account = app.add(Account::of(&CESHI, "reissue", "12"));
    let old = app.add(old_application(&CESHI, "12"));
    let ceshi = enter(&app, "ceshi").await;
    edit(&ceshi, old, "13700000001").await;
    undo_account(&app, account);
    assert_eq!(app.number("SELECT count(*) AS number FROM applications WHERE detached_at IS NOT NULL"), 1);

    decide(&app, the_task(&app, "account_taken"), &yes()).unwrap();
    assert_eq!(app.number("SELECT count(*) AS number FROM applications WHERE detached_at IS NOT NULL"), 0);
    assert_eq!(ceshi.applications().await, [old.to_string()]);
    assert_eq!((standing(&app), found(&app).len()), (1, 0));
    enter(&app, "ceshi").await;
    assert_eq!((standing(&app), open_tasks(&app).len()), (1, 0));
}

#[tokio::test]
async fn work_comes_back_when_an_account_that_fell_with_another_is_proven_again() {
    let app = TestApp::new().await;
    let old_name = GAIMING.named("李旧名");
    let first = app.add(Account::of(&old_name, "reissue", "1").password("first-secret"));
    let second = app.add(Account::of(&old_name, "reissue", "2").password("second-secret"));
    let old = app.add(old_application(&old_name, "2"));
    let gaiming = enter(&app, "gaiming").await;
    gaiming.prove(&app, first, "first-secret").await.unwrap();
    edit(&gaiming, old, "13700000001").await;
    undo_account(&app, first);
    assert_eq!(app.number("SELECT count(*) AS number FROM applications WHERE detached_at IS NOT NULL"), 1);
    gaiming.prove(&app, second, "second-secret").await.unwrap();
    assert_eq!(app.number("SELECT count(*) AS number FROM applications WHERE detached_at IS NOT NULL"), 0);
    assert_eq!(gaiming.applications().await, [old.to_string()]);
}

#[tokio::test]
async fn a_certificate_of_a_granted_name_goes_with_the_grant_and_the_work_on_it_blocks_nobody() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022")).to_string();
    let xinren = enter(&app, "xinren").await;
    let task = xinren.request(&app, request("reissue")).await;
    let label = vec![format!("reissue:{certificate}")];
    decide(&app, task, &buzheng::app::linking::tasks::Answer { certificates: label.clone(), ..yes() }).unwrap();
    assert_eq!(standing(&app), 0, "a pair is granted, nothing is linked");
    assert_eq!(xinren.certificates().await, [certificate.as_str()]);
    let step2 = xinren.browser.step2(&format!("certificate={certificate}")).await.main_form();
    let own = xinren.browser.apply(step2.set("contact", "13700000001")).await;

    let pair = granted_pair(&app);
    take_back(&app, pair).unwrap();
    assert!(matches!(take_back(&app, pair), Err(UndoError::UndoneBefore)));
    assert_eq!(xinren.certificates().await, [""; 0]);
    assert_eq!(xinren.applications().await, [own.as_str()]);
    edit(&xinren, &own, "13700000002").await;

    let owner = enter(&app, "ceshi").await;
    assert_eq!(owner.certificates().await, [certificate.as_str()]);
    let step2 = owner.browser.step2(&format!("certificate={certificate}")).await.main_form();
    let theirs = owner.browser.apply(step2.set("contact", "13800000001")).await;
    assert_eq!(owner.applications().await, [theirs]);
}

#[tokio::test]
async fn work_on_a_certificate_comes_back_when_its_name_is_granted_again() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022")).to_string();
    let xinren = enter(&app, "xinren").await;
    let approval =
        buzheng::app::linking::tasks::Answer { certificates: vec![format!("reissue:{certificate}")], ..yes() };
    let task = xinren.request(&app, request("reissue")).await;
    decide(&app, task, &approval).unwrap();
    let step2 = xinren.browser.step2(&format!("certificate={certificate}")).await.main_form();
    xinren.browser.apply(step2.set("contact", "13700000001")).await;
    take_back(&app, granted_pair(&app)).unwrap();
    assert_eq!(app.number("SELECT count(*) AS number FROM applications WHERE detached_at IS NOT NULL"), 1);

    let task = xinren.request(&app, request("reissue")).await;
    decide(&app, task, &approval).unwrap();
    assert_eq!(xinren.certificates().await, [certificate.as_str()]);
    assert_eq!(app.number("SELECT count(*) AS number FROM applications WHERE detached_at IS NOT NULL"), 0);
}

/// 李改明 with two accounts and a certificate under a former name, all through one proof, and work on one of them.
async fn proven(app: &TestApp) -> (Entered, buzheng::ids::AccountId) {
    let old_name = GAIMING.named("李旧名");
    let account = app.add(Account::of(&old_name, "reissue", "1").password("first-secret"));
    app.add(Account::of(&old_name, "mailing", "2"));
    app.add(Certificate::of(&old_name, 2015));
    let old = app.add(old_application(&old_name, "1"));
    let gaiming = enter(app, "gaiming").await;
    gaiming.prove(app, account, "first-secret").await.unwrap();
    edit(&gaiming, old, "13700000001").await;
    assert_eq!((gaiming.carried("reissue").await, gaiming.carried("mailing").await), ((1, 1, 1), (1, 0, 0)));
    (gaiming, account)
}

#[tokio::test]
async fn what_is_reported_as_not_mine_is_hidden_at_once_with_everything_that_rests_on_it() {
    let app = TestApp::new().await;
    let (gaiming, account) = proven(&app).await;
    let task = gaiming.report(&app, account).await;
    assert_eq!((gaiming.carried("reissue").await, gaiming.carried("mailing").await), ((0, 0, 0), (0, 0, 0)));
    assert_eq!((gaiming.certificates().await.len(), gaiming.applications().await.len()), (0, 0));
    assert_eq!(standing(&app), 2, "frozen, not undone");
    assert_eq!(the_task(&app, "not_mine"), task);
    let again = app.service.report_not_mine(&gaiming.asker, account, Utc::now()).await.unwrap();
    assert_eq!(again, Reported::Already);

    enter(&app, "gaiming").await;
    assert_eq!(the_task(&app, "not_mine"), task, "a sign-in asks nothing more");
    assert_eq!(gaiming.carried("mailing").await, (0, 0, 0));
    let frozen = link_of(&app, account).unwrap();
    assert!(frozen.frozen_at.is_some());
}

#[tokio::test]
async fn a_report_that_a_reviewer_confirms_undoes_the_link_for_good() {
    let app = TestApp::new().await;
    let (gaiming, account) = proven(&app).await;
    let task = gaiming.report(&app, account).await;
    decide(&app, task, &yes()).unwrap();
    assert_eq!((standing(&app), open_tasks(&app).len()), (0, 0));
    let again = enter(&app, "gaiming").await;
    assert_eq!((standing(&app), open_tasks(&app).len()), (0, 0), "their own word is not asked about again");
    assert!(matches!(again.prove(&app, account, "first-secret").await, Err(AppError::NotFound)));
    assert_eq!(gaiming.certificates().await, [""; 0]);
    assert_eq!(gaiming.applications().await.len(), 1, "their own work stays with them");
    let events = audited(&app, &[GAIMING.name, GAIMING.number, "李旧名", "first-secret"]);
    let of = |event: &str| events.iter().filter(|line| line.starts_with(&format!("{event} "))).count();
    assert_eq!((of("linked"), of("frozen"), of("requested"), of("decided"), of("undone")), (2, 2, 1, 1, 2));
    assert!(
        events.contains(&"frozen by citizen".to_owned()) && events.contains(&format!("undone by staff:{REVIEWER}"))
    );
}

#[tokio::test]
async fn a_report_that_a_reviewer_refuses_leaves_everything_as_it_was() {
    let app = TestApp::new().await;
    let (gaiming, account) = proven(&app).await;
    let before = state(&app);
    let task = gaiming.report(&app, account).await;
    enter(&app, "gaiming").await;
    assert_ne!(state(&app), before);
    decide(&app, task, &no()).unwrap();
    assert_eq!(state(&app), before);
    assert_eq!((gaiming.carried("reissue").await, gaiming.carried("mailing").await), ((1, 1, 1), (1, 0, 0)));
    assert_eq!(gaiming.applications().await.len(), 1);
}

#[tokio::test]
async fn nobody_reports_an_account_that_is_not_linked_to_them() {
    let app = TestApp::new().await;
    let account = app.add(Account::of(&CESHI, "reissue", "12"));
    enter(&app, "ceshi").await;
    let xinren = enter(&app, "xinren").await;
    let before = state(&app);
    let answer = app.service.report_not_mine(&xinren.asker, account, Utc::now()).await;
    assert!(matches!(answer, Err(AppError::NotFound)));
    assert_eq!((state(&app), open_tasks(&app).len()), (before, 0));
}

#[tokio::test]
async fn a_link_that_was_undone_while_its_report_was_open_leaves_one_answer() {
    let app = TestApp::new().await;
    let account = app.add(Account::of(&CESHI, "reissue", "12"));
    let ceshi = enter(&app, "ceshi").await;
    let task = ceshi.report(&app, account).await;
    undo_account(&app, account);
    let refused = decide(&app, task, &no()).unwrap_err().to_string();
    assert!(refused.contains("undone meanwhile"), "what is theirs after all is not theirs by this answer: {refused}");
    assert_eq!(the_task(&app, "not_mine"), task);
    decide(&app, task, &yes()).unwrap();
    assert_eq!((standing(&app), open_tasks(&app).len()), (0, 0));
}
