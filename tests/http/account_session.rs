//! Sessions by an account, and those before any sign-in.

use buzheng::app::App;
use buzheng::domain::linking::Way;
use buzheng::ids::{AccountId, PersonId};
use buzheng::session::{ANONYMOUS, NewSession, Origin, Session, Visitor};
use chrono::{DateTime, TimeDelta, Utc};

use crate::support::{Browser, Service, TestApp};

const NETWORK: &str = "203.0.113.9";

/// A session by an account whose sign-in began at that time; its cookie, where one began.
async fn begins(
    app: &App,
    person: PersonId,
    former: Option<&Session>,
    login_began_at: DateTime<Utc>,
) -> Option<String> {
    let way = Way::Account(AccountId::generate());
    let visitor = Visitor::SignedIn { person, name: "测试".to_owned(), first: false, way };
    let new = NewSession { former, before: None, visitor, origin: Origin::Account(person), login_began_at };
    app.sessions.begin(new, login_began_at + TimeDelta::seconds(1)).await.unwrap()
}

async fn is_there(app: &App, cookie: &str, now: DateTime<Utc>) -> bool {
    app.sessions.load(cookie, now).await.unwrap().is_some()
}

#[tokio::test]
async fn what_ends_a_persons_sessions_by_account_ends_them_all_and_the_sign_ins_under_way() {
    let service = Service::new();
    let (app, now) = (&service.app, Utc::now());
    let (person, other) = (PersonId::generate(), PersonId::generate());
    let first = begins(app, person, None, now).await.unwrap();
    let second = begins(app, person, None, now).await.unwrap();
    let anothers = begins(app, other, None, now).await.unwrap();

    assert_eq!(app.sessions.end_person(person, now + TimeDelta::seconds(5)).await.unwrap(), 2);
    for cookie in [first, second] {
        assert!(!is_there(app, &cookie, now).await);
    }
    assert!(is_there(app, &anothers, now).await, "another person's goes on");

    assert_eq!(begins(app, person, None, now + TimeDelta::seconds(4)).await, None, "began before, comes back after");
    assert!(begins(app, person, None, now + TimeDelta::seconds(6)).await.is_some(), "began afterwards");
    assert!(begins(app, other, None, now + TimeDelta::seconds(4)).await.is_some());
}

#[tokio::test]
async fn a_session_by_an_account_lasts_its_full_time_and_an_anonymous_one_some_hours() {
    let service = Service::new();
    let (app, now) = (&service.app, Utc::now());
    let by_account = begins(app, PersonId::generate(), None, now).await.unwrap();
    let absolute = TimeDelta::from_std(app.config.session.absolute_timeout).unwrap();
    assert!(is_there(app, &by_account, now + absolute).await);
    assert!(!is_there(app, &by_account, now + absolute + TimeDelta::seconds(1)).await);

    let anonymous = app.sessions.anonymous(None, NETWORK, now).await.unwrap().cookie;
    let life = TimeDelta::from_std(ANONYMOUS).unwrap();
    assert!(is_there(app, &anonymous, now + life - TimeDelta::seconds(1)).await);
    assert!(!is_there(app, &anonymous, now + life).await);
}

#[tokio::test]
async fn anonymous_sessions_are_so_many_at_most_of_all_and_of_one_network_and_the_oldest_end() {
    let app = TestApp::builder()
        .config(|config| {
            config.throttle.anonymous_sessions_total = 3;
            config.throttle.anonymous_sessions_per_network = 2;
        })
        .build()
        .await;
    let (service, now) = (&app.service, Utc::now());
    let mut cookies = Vec::new();
    for (at, network) in ["203.0.113.1", "203.0.113.9", "203.0.113.9", "203.0.113.9", "203.0.113.9"].iter().enumerate()
    {
        let begins_at = now + TimeDelta::seconds(i64::try_from(at).unwrap());
        cookies.push(service.sessions.anonymous(None, network, begins_at).await.unwrap().cookie);
    }
    let mut there = Vec::new();
    for cookie in &cookies {
        there.push(is_there(service, cookie, now).await);
    }
    assert_eq!(there, [true, false, false, true, true], "one network pushes nobody else out");
    service.sessions.anonymous(None, "203.0.113.2", now + TimeDelta::seconds(5)).await.unwrap();
    assert!(!is_there(service, &cookies[0], now).await, "beyond the total the oldest ends");
    assert_eq!(app.redis.keys("session:").len(), 3);
}

#[tokio::test]
async fn signing_in_ends_the_anonymous_session_and_begins_another() {
    let service = Service::new();
    let (app, now) = (&service.app, Utc::now());
    let anonymous = app.sessions.anonymous(None, NETWORK, now).await.unwrap();
    let signed_in = begins(app, PersonId::generate(), Some(&anonymous.session), now).await.unwrap();
    assert_ne!(signed_in, anonymous.cookie);
    assert!(!is_there(app, &anonymous.cookie, now).await);
    let session = app.sessions.load(&signed_in, now).await.unwrap().unwrap();
    assert_ne!(session.csrf_token, anonymous.session.csrf_token);
    assert!(
        session.earlier(&anonymous.session.csrf_token).is_none(),
        "a form from before the sign-in is no form of its"
    );
}

#[tokio::test]
async fn the_portals_sign_in_ends_the_anonymous_session_too() {
    let app = TestApp::new().await;
    let anonymous = app.service.sessions.anonymous(None, NETWORK, Utc::now()).await.unwrap().cookie;
    let browser = app.anon();
    browser.set_cookie("bz_session", &anonymous);
    browser.sign_in("ceshi").await;
    assert_ne!(browser.session().unwrap(), anonymous);
    assert!(!is_there(&app.service, &anonymous, Utc::now()).await);
}

async fn asks_to_sign_in(browser: &Browser) -> bool {
    let page = browser.get("/reissue").await;
    page.status == 303 && page.location().path() == "/"
}

#[tokio::test]
async fn an_anonymous_session_opens_no_page_and_hides_none_of_those_before_the_sign_in() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let anonymous = app.service.sessions.anonymous(None, NETWORK, Utc::now()).await.unwrap().cookie;
    browser.set_cookie("bz_session", &anonymous);
    assert!(asks_to_sign_in(&browser).await);
    assert_eq!(browser.get("/").await.status, 200);
    assert_eq!(browser.get("/sso/held").await.location().path(), "/");
    assert!(browser.get("/sso/session").await.html().contains(r#""user":null"#));
}
