//! What no request, claim, report or import may reach beyond what was shown to be the person's.

use buzheng::app::linking::tasks::Answer;
use buzheng::app::linking::{Asked, Claim, Request};
use chrono::Utc;

use crate::desk::{decide, enter, link_of, open_tasks, reimport, request, standing, the_task, yes};
use crate::support::{Account, CESHI, Certificate, Citizen, GAIMING, TestApp};

#[tokio::test]
async fn a_request_that_names_no_account_is_about_none_and_its_approval_links_none() {
    let app = TestApp::new().await;
    let account = app.add(Account::of(&GAIMING.named("李旧名"), "reissue", "12").password("old-secret"));
    let certificate = app.add(Certificate::of(&GAIMING.named("李又名"), 2012));
    let citizen = enter(&app, "gaiming").await;
    let asked = Request { exam: "造价".to_owned(), year: "2012".to_owned(), ..request("reissue") };
    let task = citizen.request(&app, asked).await;
    assert_eq!(open_tasks(&app), [(task, "request".to_owned(), None)]);

    let given = Answer { certificates: vec![format!("reissue:{certificate}")], ..yes() };
    decide(&app, task, &given).unwrap();
    assert!(link_of(&app, account).is_none(), "nobody proved it");
    assert_eq!(citizen.carried("reissue").await, (0, 1, 0));
}

#[tokio::test]
async fn a_reviewer_who_names_what_is_theirs_gives_nothing_beside_it() {
    let app = TestApp::new().await;
    let account = app.add(Account::of(&GAIMING.named("李旧名"), "reissue", "12"));
    let certificate = app.add(Certificate::of(&GAIMING.named("李又名"), 2012));
    let citizen = enter(&app, "gaiming").await;
    let task = citizen.request(&app, Request { account: Some(account), ..request("reissue") }).await;
    let given = Answer { certificates: vec![format!("reissue:{certificate}")], ..yes() };
    decide(&app, task, &given).unwrap();
    assert_eq!(standing(&app), 0);
}

#[tokio::test]
async fn other_questions_are_other_tasks_and_more_about_an_account_goes_to_the_one_about_it() {
    let app = TestApp::new().await;
    let citizen = enter(&app, "gaiming").await;
    let about = |number: &str, exam: &str| Request {
        old_number: number.to_owned(),
        exam: exam.to_owned(),
        ..request("reissue")
    };
    let first = citizen.request(&app, about("", "造价")).await;
    let second = citizen.request(&app, about("", "监理")).await;
    let third = citizen.request(&app, about("E12345678", "造价")).await;
    assert!(first != second && second != third);
    let again =
        app.service.request_verification(&citizen.asker, about("Ｅ12345678", "监理"), Utc::now()).await.unwrap();
    assert_eq!(again, Asked::AlreadyOpen { task: third });
    assert_eq!(open_tasks(&app).len(), 3);
}

#[tokio::test]
async fn a_claim_of_ones_own_number_is_no_second_way_to_guess_its_password() {
    let app = TestApp::new().await;
    app.add(Account::of(&GAIMING.named("李旧名"), "reissue", "12").password("old-secret"));
    let citizen = enter(&app, "gaiming").await;
    let answer = app.service.claim(&citizen.asker, GAIMING.number, "old-secret", Utc::now()).await.unwrap();
    assert_eq!(answer, Claim::Wrong);
    assert_eq!(open_tasks(&app), []);
}

#[tokio::test]
async fn what_an_import_made_of_a_frozen_or_an_offered_account_is_not_shown() {
    let app = TestApp::new().await;
    let frozen = app.add(Account::of(&CESHI, "reissue", "12"));
    let offered = app.add(Account::of(&CESHI.named("别名"), "mailing", "7").password("old-secret"));
    let citizen = enter(&app, "ceshi").await;
    citizen.report(&app, frozen).await;
    let stranger = Citizen::invented(41, "孙别人");
    for account in [frozen, offered] {
        reimport(&app, account, stranger.number, stranger.name);
    }
    for path in ["/continuity", "/link"] {
        let page = citizen.browser.get(path).await.expect(200);
        let text = page.summary();
        assert!(!text.contains("孙*人") && !text.contains(&stranger.number[..6]), "{path}: {text}");
    }
}

#[tokio::test]
async fn a_question_about_a_changed_number_ends_when_the_portal_gives_the_former_one_again() {
    let app = TestApp::new().await;
    let before = enter(&app, "ceshi").await;
    app.persona(&Citizen::invented(40, CESHI.name).at("ceshi"));
    let browser = app.anon();
    browser.settle(browser.try_sign_in("ceshi", None).await).await.expect(403);
    let task = the_task(&app, "number_changed");
    app.persona(&CESHI);
    assert_eq!(enter(&app, "ceshi").await.person(), before.person());
    assert_eq!(open_tasks(&app), []);
    assert!(decide(&app, task, &yes()).is_err(), "there is nothing left to accept");
    assert_eq!(enter(&app, "ceshi").await.person(), before.person());
}
