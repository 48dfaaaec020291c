//! PostgreSQL is slow, speaks Chinese, is full, falls silent or takes no writes: visitors get an honest page soon, nothing is lost, and all is
//! well again by itself.

use buzheng::app::health::{Health, Trouble};
use buzheng::config::Config;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::{Duration, Instant};
use url::Url;

use crate::support::{Browser, CESHI, Certificate, Page, Postgres, Relay, TestApp};

/// Within this all is to be well again. A little is added for busy machines.
const RECOVERY: Duration = Duration::from_secs(12);

/// A transaction's deadline, and as much again for busy machines.
const ANSWER: Duration = Duration::from_secs(10);

#[track_caller]
fn assert_outage(page: Page) {
    let page = page.expect(503);
    page.says("系统暂时繁忙");
    assert!(page.header("retry-after").parse::<u32>().unwrap() > 0);
}

/// An application whose database is reached through a relay, and a browser in which somebody is signed in.
async fn behind(relay: &Relay) -> (TestApp, Browser) {
    let app = TestApp::builder().config(served_by(relay)).build().await;
    let browser = app.user("ceshi").await;
    (app, browser)
}

/// The application reaches its database through this relay.
pub(crate) fn served_by(relay: &Relay) -> impl FnOnce(&mut Config) + 'static {
    let address = relay.address().to_string();
    move |config| config.database.url = at(&config.database.url, &address)
}

fn at(url: &SecretString, address: &str) -> SecretString {
    let mut url: Url = url.expose_secret().parse().unwrap();
    let address: std::net::SocketAddr = address.parse().unwrap();
    url.set_ip_host(address.ip()).unwrap();
    url.set_port(Some(address.port())).unwrap();
    String::from(url).into()
}

pub(crate) fn database_server() -> String {
    let url: Url = crate::scratch::environment("BUZHENG_TEST_DATABASE_URL").parse().unwrap();
    format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())
}

/// Everybody asks at once, so that the pool holds several connections.
async fn crowd(browser: &Browser) -> Vec<u16> {
    let mut pages = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let browser = browser.clone();
        pages.spawn(async move { browser.get_any("/applications").await.status.as_u16() });
    }
    pages.join_all().await
}

pub(crate) async fn assert_well_again(browser: &Browser) {
    let began = Instant::now();
    loop {
        let status = browser.get_any("/applications").await.status.as_u16();
        if status == 200 {
            return;
        }
        assert_eq!(status, 503);
        assert!(began.elapsed() < RECOVERY, "not well after {:?}", began.elapsed());
    }
}

/// Waits until a transaction of the service waits for a lock.
fn until_blocked(watcher: &mut PgConnection) {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let began = Instant::now();
    loop {
        let waiting = diesel::sql_query(
            "SELECT count(*) AS number FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'buzheng'
             AND wait_event_type = 'Lock'",
        );
        let found: Counted = waiting.get_result(watcher).unwrap();
        if found.number > 0 {
            return;
        }
        assert!(began.elapsed() < ANSWER, "nothing waits");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[tokio::test]
async fn a_lock_that_is_not_given_up_is_an_outage_in_chinese_too() {
    let app = TestApp::new().await;
    app.db.speak_chinese();
    let mut other = app.db.connect();
    other.batch_execute("BEGIN; LOCK TABLE persons").unwrap();
    let began = Instant::now();
    assert_outage(come_back(&app).await);
    assert!(began.elapsed() < ANSWER, "{:?}", began.elapsed());
    other.batch_execute("ROLLBACK").unwrap();
    app.user("ceshi").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_loses_no_submission_in_chinese_either() {
    let app = TestApp::new().await;
    app.db.speak_chinese();
    // Time enough for the other to close the circle; the service notices it first.
    app.db.set("deadlock_timeout", "'2s'");
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let browser = app.user("ceshi").await;
    let page = browser.get(&format!("/reissue/new?certificate={certificate}")).await.expect(200);
    let form = page.main_form().set("contact", "13800000000");
    let mut other = app.db.superuser();
    other.batch_execute("SET deadlock_timeout = '1min'; BEGIN; LOCK TABLE applications IN SHARE MODE").unwrap();
    let submitting = tokio::spawn({
        let browser = browser.clone();
        async move { browser.submit(form).await }
    });
    let mut watcher = app.db.superuser();
    let crossing = tokio::task::spawn_blocking(move || {
        until_blocked(&mut watcher);
        other.batch_execute("LOCK TABLE persons IN EXCLUSIVE MODE; ROLLBACK").unwrap();
    });
    let answer = submitting.await.unwrap();
    crossing.await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.words());
    assert_eq!(app.count("applications"), 1);
    assert_eq!(app.number("SELECT deadlocks AS number FROM pg_stat_database WHERE datname = current_database()"), 1);
}

#[tokio::test]
async fn a_full_disk_is_an_outage_and_ends_the_connection() {
    let app = TestApp::new().await;
    app.db.speak_chinese();
    app.execute(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN RAISE EXCEPTION '无法扩展文件: 设备上没有空间' USING ERRCODE = '53100'; END $$",
    );
    app.execute("CREATE TRIGGER full_disk BEFORE INSERT ON persons EXECUTE FUNCTION full_disk()");
    assert_outage(come_back(&app).await);
    assert_eq!(app.service.db.usage(), (0, 0), "no connection is kept that failed so");
    app.execute("DROP TRIGGER full_disk ON persons");
    app.user("ceshi").await;
}

#[tokio::test]
async fn readiness_wants_room_to_write() {
    let app = TestApp::new().await;
    assert_eq!(Health::ask(&app.service).await.database, Ok(()));
    app.db.set("temp_file_limit", "'8kB'");
    app.service.db.renew();
    assert_eq!(trouble(&app).await.as_deref(), Some("refuses to work"));
}

async fn trouble(app: &TestApp) -> Option<String> {
    let health = Health::ask(&app.service).await;
    health.database.err().map(|Trouble { summary, .. }| summary)
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_died_without_a_word_cost_one_deadline_together() {
    let relay = Relay::start(database_server());
    let (_app, browser) = behind(&relay).await;
    assert_eq!(crowd(&browser).await, [200; 8]);
    relay.swallow_existing();
    let began = Instant::now();
    assert_outage(browser.get_any("/applications").await);
    assert!(began.elapsed() < ANSWER, "{:?}", began.elapsed());
    assert_eq!(crowd(&browser).await, [200; 8], "nobody meets another dead one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_answers_nobody_is_an_outage_and_well_again_after_it() {
    let relay = Relay::start(database_server());
    let (_app, browser) = behind(&relay).await;
    assert_eq!(crowd(&browser).await, [200; 8]);
    relay.swallow();
    for _ in 0..2 {
        let began = Instant::now();
        assert_eq!(crowd(&browser).await, [503; 8]);
        assert!(began.elapsed() < ANSWER, "{:?}", began.elapsed());
    }
    relay.restore();
    assert_well_again(&browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_reset_are_replaced() {
    let relay = Relay::start(database_server());
    let (_app, browser) = behind(&relay).await;
    assert_eq!(crowd(&browser).await, [200; 8]);
    relay.cut();
    assert_eq!(crowd(&browser).await, [200; 8], "each had a connection that was reset");
}

/// Ends every connection of the service, as a restart of the server does. The service notices when it next uses one.
#[track_caller]
fn end_connections(app: &TestApp) {
    let ended = app.number(
        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 5000)) AS number FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'buzheng'",
    );
    assert!(ended > 1, "{ended} connections were there to be ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_the_next_page_and_the_next_act_succeed_and_nothing_is_done_twice() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let browser = app.user("ceshi").await;
    let page = browser.get(&format!("/reissue/new?certificate={certificate}")).await.expect(200);
    let form = page.main_form().set("contact", "13800000000");
    let events = app.count("audit_events");
    assert_eq!(crowd(&browser).await, [200; 8]);
    end_connections(&app);
    browser.get("/applications").await.expect(200);
    assert_eq!(crowd(&browser).await, [200; 8]);
    end_connections(&app);
    browser.submit(form).await.expect(303);
    assert_eq!((app.count("applications"), app.count("application_versions")), (1, 1));
    assert_eq!(app.count("audit_events"), events + 1);
    assert_eq!(crowd(&browser).await, [200; 8]);
    end_connections(&app);
    assert_eq!(crowd(&browser).await, [200; 8], "whoever comes at once, each with a connection that was ended");
    assert_eq!(trouble(&app).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_cut_at_work_is_an_outage_and_not_run_again() {
    let app = TestApp::new().await;
    let mut other = app.db.connect();
    other.batch_execute("BEGIN; LOCK TABLE persons").unwrap();
    let mut watcher = app.db.superuser();
    let cutting = tokio::task::spawn_blocking(move || {
        until_blocked(&mut watcher);
        watcher
            .batch_execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name = 'buzheng' AND wait_event_type = 'Lock'",
            )
            .unwrap();
    });
    assert_outage(come_back(&app).await);
    cutting.await.unwrap();
    other.batch_execute("ROLLBACK").unwrap();
    assert_eq!(app.count("persons"), 0);
    app.user("ceshi").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_database_holds_nobody_and_is_used_again_once_it_goes_on() {
    let server = Arc::new(Postgres::start());
    let app = TestApp::builder().config(beginning_at(&server, server.address())).build().await;
    let browser = app.user("ceshi").await;
    assert_eq!(crowd(&browser).await, [200; 8]);
    server.freeze();
    let began = Instant::now();
    assert_eq!(crowd(&browser).await, [503; 8]);
    assert!(began.elapsed() < ANSWER, "{:?}", began.elapsed());
    server.thaw();
    assert_well_again(&browser).await;
}

/// The application's database is on this server, found at an address.
fn beginning_at(server: &Arc<Postgres>, address: String) -> impl FnOnce(&mut Config) + 'static {
    let server = server.clone();
    move |config| {
        server.prepare(&config.database.url.expose_secret().parse().unwrap());
        config.database.url = at(&config.database.url, &address);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_primary_that_takes_no_writes_any_more_is_an_outage_until_the_address_leads_to_the_new_one() {
    let former = Arc::new(Postgres::start());
    let relay = Relay::start(former.address());
    let app = TestApp::builder().config(beginning_at(&former, relay.address().to_string())).build().await;
    let browser = app.user("ceshi").await;
    assert_eq!(trouble(&app).await, None);
    former.execute("ALTER SYSTEM SET default_transaction_read_only = on");
    former.execute("SELECT pg_reload_conf()");
    let began = Instant::now();
    while trouble(&app).await.is_none() {
        assert!(began.elapsed() < RECOVERY, "nobody noticed");
    }
    assert_eq!(trouble(&app).await.as_deref(), Some("takes no writes"));
    assert_outage(come_back(&app).await);
    // What only reads is served, by connections that lead to the former primary.
    assert_eq!(crowd(&browser).await, [200; 8]);
    relay.point_to(database_server());
    until_signed_in(&app).await;
    assert_eq!(app.count("persons"), 1, "at the new primary");
    assert_eq!(trouble(&app).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_takes_the_place_of_a_dead_primary_is_used_once_it_is_promoted() {
    let primary = Arc::new(Postgres::start());
    let relay = Relay::start(primary.address());
    let app = TestApp::builder().config(beginning_at(&primary, relay.address().to_string())).build().await;
    let browser = app.user("ceshi").await;
    let standby = Postgres::standby_of(&primary);
    primary.end();
    assert_eq!(crowd(&browser).await, [503; 8]);
    relay.point_to(standby.address());
    relay.cut();
    let began = Instant::now();
    while trouble(&app).await.as_deref() != Some("takes no writes") {
        assert!(began.elapsed() < RECOVERY, "the standby is not told from a primary");
    }
    assert_outage(come_back(&app).await);
    standby.execute("SELECT pg_promote()");
    until_signed_in(&app).await;
    assert_eq!(trouble(&app).await, None);
    assert_well_again(&browser).await;
}

/// Somebody can come back from the portal again, soon.
async fn until_signed_in(app: &TestApp) {
    let began = Instant::now();
    loop {
        let page = come_back(app).await;
        if page.status == 303 {
            return;
        }
        assert_outage(page);
        assert!(began.elapsed() < RECOVERY, "not well after {:?}", began.elapsed());
    }
}

/// Somebody comes back from the portal.
async fn come_back(app: &TestApp) -> Page {
    let browser = app.anon();
    let to_portal = browser.start_sign_in(None).await;
    let callback = browser.at_portal(&to_portal, "ceshi").await;
    browser.fetch(reqwest::Method::GET, callback, |request| request).await
}
