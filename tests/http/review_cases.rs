//! 审核 as use cases: an application comes in, two people answer it, and its owner sees what became of it.

use buzheng::app::AppError;
use buzheng::app::audit::verify::verify;
use buzheng::app::review::{Answer, Answered, Reader, Taken, Wanted};
use buzheng::db::cases::{ActWord, Examiner, StateFilter};
use buzheng::db::schema::{links, review_acts, review_cases, staff};
use buzheng::domain::case::{Comment, Likeness, Outcome, Step, Unfit};
use buzheng::domain::linking::LinkActor;
use buzheng::domain::staff::{Role, Roles, UserName};
use buzheng::ids::{ApplicationId, StaffId};
use buzheng::vault::Purpose;
use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::Barrier;

use crate::support::{Browser, CESHI, Certificate, TestApp};

/// A member of staff as stored, without a sign-in.
fn hired(app: &TestApp, name: &str) -> Reader {
    let id = StaffId::generate();
    diesel::insert_into(staff::table)
        .values((staff::id.eq(id), staff::user_name.eq(name), staff::created_at.eq(Utc::now())))
        .execute(&mut app.db.connect())
        .unwrap();
    let examiner = Examiner { id, name: name.to_owned(), cities: Vec::new(), for_province: false, own_number: None };
    Reader { examiner, sees_all: false }
}

fn of_city(app: &TestApp, name: &str, city: &str) -> Reader {
    let mut reader = hired(app, name);
    reader.examiner.cities.push(city.to_owned());
    reader
}

fn of_province(app: &TestApp, name: &str) -> Reader {
    let mut reader = hired(app, name);
    reader.examiner.for_province = true;
    reader
}

/// ceshi has a certificate of 2017 of 济南市, and applies for it.
async fn applied(app: &TestApp) -> (Browser, ApplicationId) {
    app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let browser = app.user("ceshi").await;
    let id = apply(&browser).await;
    (browser, id)
}

async fn apply(browser: &Browser) -> ApplicationId {
    let page = browser.get("/reissue").await;
    let certificate = page.rows("tr[data-eligible=true]")[0].attr("data-certificate").to_owned();
    let form = browser.step2(&format!("certificate={certificate}")).await.main_form().set("contact", "13912340001");
    browser.apply(form).await.parse().unwrap()
}

fn approve(version: i32) -> Answer {
    Answer { version, outcome: Outcome::Approve, reasons: Vec::new(), comment: None }
}

fn reject(version: i32, reasons: &[&str]) -> Answer {
    let reasons = reasons.iter().map(|code| (*code).to_owned()).collect();
    Answer { version, outcome: Outcome::Reject, reasons, comment: None }
}

fn with(answer: Answer, comment: &str) -> Answer {
    Answer { comment: Comment::new(comment).unwrap(), ..answer }
}

async fn answers(app: &TestApp, reader: &Reader, id: ApplicationId, answer: Answer) -> Answered {
    app.service.answer_case(reader, id, answer, Utc::now()).await.unwrap()
}

async fn version(app: &TestApp, reader: &Reader, id: ApplicationId) -> i32 {
    app.service.case(reader, id, Utc::now()).await.unwrap().case.version
}

async fn listed(app: &TestApp, reader: &Reader, wanted: Wanted) -> Vec<ApplicationId> {
    app.service.queue(reader, wanted, Utc::now()).await.unwrap().rows.iter().map(|row| row.id).collect()
}

/// Status and 审核结果反馈 on 审核状态查询.
async fn seen(browser: &Browser, id: ApplicationId) -> (String, String) {
    let page = browser.get("/applications").await.expect(200);
    let row = page.rows(&format!("tr[data-application='{id}']")).remove(0);
    (row.attr("data-status").to_owned(), row.text.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_city_recommends_the_province_decides_and_the_owner_sees_it() {
    let app = TestApp::new().await;
    let (browser, id) = applied(&app).await;
    let (jinan, qingdao, sheng) =
        (of_city(&app, "jinan", "济南市"), of_city(&app, "qingdao", "青岛市"), of_province(&app, "sheng"));
    assert_eq!(listed(&app, &jinan, Wanted::default()).await, [id]);
    assert_eq!(listed(&app, &qingdao, Wanted::default()).await, []);
    assert_eq!(listed(&app, &sheng, Wanted::default()).await, [], "the city is first");
    assert_eq!(app.service.next_case(&qingdao, Utc::now()).await.unwrap(), None);
    assert_eq!(app.service.next_case(&jinan, Utc::now()).await.unwrap(), Some(id));
    let looked = app.service.case(&jinan, id, Utc::now()).await.unwrap();
    assert!(looked.is_mine && looked.may_answer && looked.compared.iter().all(|row| row.likeness == Likeness::Equal));
    let recommended = answers(&app, &jinan, id, approve(looked.case.version)).await;
    assert_eq!(recommended, Answered::Done(Step::Recommend { approve: true }));
    assert_eq!(seen(&browser, id).await.0, "pending", "the last level decides");
    let looked = app.service.case(&sheng, id, Utc::now()).await.unwrap();
    assert_eq!(looked.recommended.as_ref().and_then(|told| told.by.as_deref()), Some("jinan"));
    assert_eq!(looked.holder, None, "a recommendation puts it back");
    let decided = answers(&app, &sheng, id, approve(looked.case.version)).await;
    assert_eq!(decided, Answered::Done(Step::Decide { approve: true }));
    assert_eq!(seen(&browser, id).await.0, "approved");
    let approved = || Wanted { state: Some(StateFilter::Approved), ..Wanted::default() };
    assert_eq!(listed(&app, &jinan, approved()).await, [id], "the city sees what became of it");
    assert_eq!(listed(&app, &qingdao, approved()).await, []);
    let looked = app.service.case(&jinan, id, Utc::now()).await.unwrap();
    let acts: Vec<ActWord> = looked.history.iter().map(|told| told.act).collect();
    assert_eq!(acts, [ActWord::Entered, ActWord::RecommendApproval, ActWord::Approved]);
    assert!(!looked.may_answer);
    let verdict = app.db.connect().transaction(|conn| verify(conn, &app.service.vault, None)).unwrap();
    assert!(verdict.is_intact(), "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_tells_its_reasons_and_an_edit_brings_it_back_to_the_city() {
    let app = TestApp::new().await;
    let (browser, id) = applied(&app).await;
    let (jinan, sheng) = (of_city(&app, "jinan", "济南市"), of_province(&app, "sheng"));
    let first = version(&app, &jinan, id).await;
    assert_eq!(answers(&app, &jinan, id, reject(first, &[])).await, Answered::Unfit(Unfit::ReasonNeeded));
    assert_eq!(answers(&app, &jinan, id, reject(first, &["no_such_reason"])).await, Answered::UnknownReason);
    let refusal = reject(first, &["contact_unreachable", "level_wrong"]);
    assert_eq!(answers(&app, &jinan, id, refusal).await, Answered::Done(Step::Recommend { approve: false }));
    let second = version(&app, &sheng, id).await;
    assert_eq!(answers(&app, &sheng, id, approve(second)).await, Answered::Unfit(Unfit::CommentNeeded));
    let refusal = reject(second, &["contact_unreachable"]);
    assert_eq!(answers(&app, &sheng, id, refusal).await, Answered::Done(Step::Decide { approve: false }));
    let (status, text) = seen(&browser, id).await;
    assert_eq!(status, "rejected");
    assert!(text.contains("请填写有效的手机号码"), "{text}");
    let form = browser.get(&format!("/applications/{id}")).await.main_form().set("contact", "13912340002");
    assert_eq!(browser.submit(form).await.status, 303);
    assert_eq!(seen(&browser, id).await.0, "pending");
    let looked = app.service.case(&jinan, id, Utc::now()).await.unwrap();
    assert_eq!((looked.case.round, looked.recommended.is_none()), (2, true));
    let changed: Vec<_> = looked.changed.iter().map(|one| (one.field.as_str(), one.after.as_str())).collect();
    assert_eq!(changed, [("contact", "13912340002")]);
    let again = Wanted { again: Some(true), ..Wanted::default() };
    assert_eq!(listed(&app, &jinan, again).await, [id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_province_gives_it_back_with_a_comment_that_the_city_sees() {
    let app = TestApp::new().await;
    let (_, id) = applied(&app).await;
    let (jinan, sheng) = (of_city(&app, "jinan", "济南市"), of_province(&app, "sheng"));
    let first = version(&app, &jinan, id).await;
    answers(&app, &jinan, id, approve(first)).await;
    let back = |version| Answer { version, outcome: Outcome::Return, reasons: Vec::new(), comment: None };
    let second = version(&app, &sheng, id).await;
    assert_eq!(answers(&app, &sheng, id, back(second)).await, Answered::Unfit(Unfit::CommentNeeded));
    let returned = answers(&app, &sheng, id, with(back(second), "请核对证书管理号")).await;
    assert_eq!(returned, Answered::Done(Step::Return));
    let looked = app.service.case(&jinan, id, Utc::now()).await.unwrap();
    assert_eq!(looked.history.last().unwrap().comment.as_deref(), Some("请核对证书管理号"));
    assert_eq!(listed(&app, &jinan, Wanted::default()).await, [id]);
    assert_eq!(listed(&app, &sheng, Wanted::default()).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_answers_at_once_one_counts_and_the_other_is_told_of_it() {
    let app = Arc::new(TestApp::new().await);
    let (_, id) = applied(&app).await;
    let (a, b) = (of_city(&app, "jinan-a", "济南市"), of_city(&app, "jinan-b", "济南市"));
    let first = version(&app, &a, id).await;
    let barrier = Arc::new(Barrier::new(2));
    let tasks = [(a, approve(first)), (b, reject(first, &["year_wrong"]))].map(|(reader, answer)| {
        let (app, barrier) = (app.clone(), barrier.clone());
        tokio::spawn(async move {
            barrier.wait().await;
            (reader.examiner.name.clone(), answers(&app, &reader, id, answer).await)
        })
    });
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.unwrap());
    }
    done.sort_by_key(|(_, answered)| matches!(answered, Answered::Stale(_)));
    let [(winner, Answered::Done(_)), (_, Answered::Stale(latest))] = done.as_slice() else { panic!("{done:?}") };
    assert_eq!(latest.by.as_deref(), Some(winner.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_answered_that_its_owner_changed_meanwhile() {
    let app = TestApp::new().await;
    let (browser, id) = applied(&app).await;
    let (jinan, sheng) = (of_city(&app, "jinan", "济南市"), of_province(&app, "sheng"));
    let first = version(&app, &jinan, id).await;
    answers(&app, &jinan, id, approve(first)).await;
    let second = version(&app, &sheng, id).await;
    let form = browser.get(&format!("/applications/{id}")).await.main_form().set("contact", "13912340002");
    assert_eq!(browser.submit(form).await.status, 303);
    let Answered::Stale(latest) = answers(&app, &sheng, id, approve(second)).await else { panic!("it was decided") };
    assert_eq!((latest.by, latest.act), (None, ActWord::Edited));
    assert_eq!(seen(&browser, id).await.0, "pending");
    assert_eq!(listed(&app, &jinan, Wanted::default()).await, [id], "what was recommended was about another version");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_recommends_does_not_decide_and_the_database_says_so_too() {
    let app = TestApp::new().await;
    let (_, id) = applied(&app).await;
    let mut both = of_city(&app, "both", "济南市");
    both.examiner.for_province = true;
    let first = version(&app, &both, id).await;
    answers(&app, &both, id, approve(first)).await;
    let second = version(&app, &both, id).await;
    assert_eq!(answers(&app, &both, id, approve(second)).await, Answered::Unfit(Unfit::OwnRecommendation));
    assert_eq!(app.service.next_case(&both, Utc::now()).await.unwrap(), None);
    let forced = diesel::update(review_cases::table.find(id))
        .set((
            review_cases::status.eq("approved"),
            review_cases::decided_by.eq(both.examiner.id),
            review_cases::decided_at.eq(Utc::now()),
        ))
        .execute(&mut app.db.connect());
    assert!(forced.unwrap_err().to_string().contains("review_cases_two_people"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_examines_their_own_application_or_one_whose_account_they_linked() {
    let app = TestApp::new().await;
    app.add(crate::support::Account::of(&CESHI, "reissue", "12"));
    let (_, id) = applied(&app).await;
    let own = of_city(&app, "own", "济南市");
    let number = app.service.vault.seal_text(Purpose::Number, CESHI.number);
    diesel::update(staff::table.find(own.examiner.id))
        .set(staff::own_number_sealed.eq(number))
        .execute(&mut app.db.connect())
        .unwrap();
    let roles = Roles::new([Role::CityReviewer], &["济南市".to_owned()]).unwrap();
    let own = app.service.reader(own.examiner.id, &UserName::parse("own").unwrap(), &roles).await.unwrap();
    let linker = of_city(&app, "linker", "济南市");
    diesel::update(links::table)
        .set(links::actor.eq(LinkActor::Staff("linker".to_owned())))
        .execute(&mut app.db.connect())
        .unwrap();
    let now = Utc::now();
    assert!(matches!(app.service.case(&own, id, now).await, Err(AppError::NotFound)));
    assert!(matches!(app.service.answer_case(&own, id, approve(1), now).await, Err(AppError::NotFound)));
    assert!(!app.service.case(&linker, id, now).await.unwrap().may_answer);
    assert!(matches!(app.service.answer_case(&linker, id, approve(1), now).await, Err(AppError::NotFound)));
    for biased in [&own, &linker] {
        assert_eq!(app.service.next_case(biased, now).await.unwrap(), None);
        assert_eq!(app.service.take_case(biased, id, None, now).await.unwrap(), Taken::NotTheirs);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_in_somebody_s_hands_is_answered_by_nobody_else_until_it_is_taken_over() {
    let app = TestApp::new().await;
    let (_, id) = applied(&app).await;
    let (a, b) = (of_city(&app, "jinan-a", "济南市"), of_city(&app, "jinan-b", "济南市"));
    let now = Utc::now();
    assert_eq!(app.service.take_case(&a, id, None, now).await.unwrap(), Taken::Done);
    assert!(
        matches!(app.service.take_case(&b, id, None, now).await.unwrap(), Taken::Held { by, .. } if by == "jinan-a")
    );
    assert!(matches!(answers(&app, &b, id, approve(1)).await, Answered::Held { by, .. } if by == "jinan-a"));
    assert_eq!(app.service.next_case(&b, now).await.unwrap(), None);
    assert_eq!(app.service.take_case(&b, id, Some("jinan-a".to_owned()), now).await.unwrap(), Taken::Done);
    assert!(matches!(answers(&app, &a, id, approve(1)).await, Answered::Held { by, .. } if by == "jinan-b"));
    assert!(!app.service.renew_case(a.examiner.id, id, now).await.unwrap(), "it is in other hands");
    assert!(app.service.renew_case(b.examiner.id, id, now).await.unwrap());
    // Who does nothing loses it.
    let later = now + TimeDelta::minutes(16);
    assert_eq!(app.service.next_case(&a, later).await.unwrap(), Some(id));
    let looked = app.service.case(&a, id, now).await.unwrap();
    assert_eq!(looked.history.iter().filter(|told| told.act == ActWord::TakenOver).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_ask_for_the_next_one_at_once_get_one_each() {
    const EACH: usize = 32;
    let app = Arc::new(TestApp::new().await);
    for at in 0..EACH {
        app.add(Certificate::of(&CESHI, 2017).approval_date("20171022").certificate_number(&format!("1603{at:04}")));
    }
    let browser = app.user("ceshi").await;
    for _ in 0..EACH {
        apply(&browser).await;
    }
    let barrier = Arc::new(Barrier::new(EACH));
    let tasks: Vec<_> = (0..EACH)
        .map(|at| {
            let (app, barrier) = (app.clone(), barrier.clone());
            let reader = of_city(&app, &format!("jinan-{at}"), "济南市");
            tokio::spawn(async move {
                barrier.wait().await;
                app.service.next_case(&reader, Utc::now()).await.unwrap()
            })
        })
        .collect();
    let mut taken = BTreeSet::new();
    for task in tasks {
        taken.insert(task.await.unwrap().expect("one is left"));
    }
    assert_eq!(taken.len(), EACH);
    let last = of_city(&app, "late", "济南市");
    assert_eq!(app.service.next_case(&last, Utc::now()).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_city_s_application_is_not_found() {
    let app = TestApp::new().await;
    let (_, id) = applied(&app).await;
    let qingdao = of_city(&app, "qingdao", "青岛市");
    let now = Utc::now();
    assert!(matches!(app.service.case(&qingdao, id, now).await, Err(AppError::NotFound)));
    assert!(matches!(app.service.answer_case(&qingdao, id, approve(1), now).await, Err(AppError::NotFound)));
    assert!(matches!(app.service.take_case(&qingdao, id, None, now).await, Err(AppError::NotFound)));
    let mut auditor = hired(&app, "auditor");
    auditor.sees_all = true;
    assert!(!app.service.case(&auditor, id, now).await.unwrap().may_answer);
    assert!(matches!(answers(&app, &auditor, id, approve(1)).await, Answered::Stale(_)), "it is not theirs to answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_and_counts_of_the_queue_agree_for_every_filter() {
    let app = TestApp::new().await;
    for year in 2010..2019 {
        app.add(Certificate::of(&CESHI, year).approval_date(&format!("{year}1022")).city(if year % 2 == 0 {
            "济南市"
        } else {
            "青岛市"
        }));
    }
    let browser = app.user("ceshi").await;
    for _ in 2017..2019 {
        apply(&browser).await;
    }
    let mut reader = of_city(&app, "both", "济南市");
    reader.examiner.cities.push("青岛市".to_owned());
    reader.examiner.for_province = true;
    app.service.next_case(&reader, Utc::now()).await.unwrap();
    let pick = |text: &str| Some(text.to_owned());
    let mut wanted = Vec::new();
    for state in StateFilter::ALL {
        for (exam, year, city) in [
            (None, None, None),
            (pick("ZJ"), None, None),
            (None, pick("2018"), None),
            (None, None, pick("青岛市")),
            (pick("ZJ"), pick("2017"), pick("济南市")),
        ] {
            for needs_photo in [None, Some(true), Some(false)] {
                let state = Some(state);
                let (exam, year, city) = (exam.clone(), year.clone(), city.clone());
                wanted.push(Wanted { state, exam, year, city, needs_photo, ..Wanted::default() });
            }
        }
    }
    for wanted in wanted {
        let told = format!("{wanted:?}");
        let queue = app.service.queue(&reader, wanted, Utc::now()).await.unwrap();
        assert_eq!(queue.counted.count, i64::try_from(queue.rows.len()).unwrap(), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_submitted_before_there_was_a_review_comes_in_when_the_service_starts() {
    let app = TestApp::new().await;
    let (browser, id) = applied(&app).await;
    let jinan = of_city(&app, "jinan", "济南市");
    // As before: applications, and no cases.
    diesel::delete(review_acts::table).execute(&mut app.db.connect()).unwrap();
    diesel::delete(review_cases::table).execute(&mut app.db.connect()).unwrap();
    assert_eq!(listed(&app, &jinan, Wanted::default()).await, []);
    assert_eq!(app.service.enter_earlier(Utc::now()).await.unwrap(), 1);
    assert_eq!(app.service.enter_earlier(Utc::now()).await.unwrap(), 0, "once");
    assert_eq!(listed(&app, &jinan, Wanted::default()).await, [id]);
    // A server that knows no review took an edit in.
    let looked_at = version(&app, &jinan, id).await;
    app.execute(
        "INSERT INTO application_versions (application_id, version, form_sealed, photo_id, submitted_at)
         SELECT application_id, 2, form_sealed, photo_id, submitted_at FROM application_versions",
    );
    app.execute("UPDATE applications SET version = 2");
    assert!(
        matches!(answers(&app, &jinan, id, approve(looked_at)).await, Answered::Stale(_)),
        "nobody saw that version"
    );
    assert_eq!(app.service.enter_earlier(Utc::now()).await.unwrap(), 1);
    assert!(version(&app, &jinan, id).await > looked_at);
    let form = browser.get(&format!("/applications/{id}")).await.main_form().set("contact", "13912340002");
    assert_eq!(browser.submit(form).await.status, 303);
}
