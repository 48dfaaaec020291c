//! Redis goes, falls silent, or answers and takes no writes: pages say so, and are right again by themselves.

use buzheng::app::health::Health;
use reqwest::StatusCode;
use std::time::{Duration, Instant};

use crate::support::{Browser, Page, RedisServer, Relay, TestApp};

/// After this everything is well again, whatever it was.
const RECOVERY: Duration = Duration::from_secs(10);

/// A connection on which Redis refuses is not replaced sooner.
const OLD_ENOUGH: Duration = Duration::from_millis(500);

async fn behind(relay: &Relay) -> TestApp {
    let url = format!("redis://{}/0", relay.address());
    TestApp::builder().config(move |config| config.redis.url = url.into()).build().await
}

#[track_caller]
fn assert_outage(page: Page) {
    let page = page.expect(503);
    assert!(page.header("retry-after").parse::<u32>().unwrap() > 0);
    page.says("请稍后再试");
}

/// Asks until the answer is no outage, but no longer than a visitor may have to wait.
async fn well_again(browser: &Browser, path: &str) -> Page {
    let began = Instant::now();
    loop {
        let page = browser.get_any(path).await;
        if page.status != StatusCode::SERVICE_UNAVAILABLE {
            return page;
        }
        assert!(began.elapsed() < RECOVERY, "still {}", page.status);
    }
}

async fn redis_trouble(app: &TestApp) -> Option<String> {
    Health::ask(&app.service).await.redis.err().map(|trouble| trouble.summary)
}

/// A visit in which the connection is lost before every page.
async fn visit(app: &TestApp, lose: impl Fn()) {
    let browser = app.user("ceshi").await;
    for path in ["/reissue", "/applications", "/continuity", "/help"] {
        lose();
        browser.get(path).await.expect(200);
    }
    // What begins with a counter or is good once is asked again only where nothing was sent.
    let visitor = app.anon();
    lose();
    let to_portal = visitor.start_sign_in(None).await;
    let callback = visitor.at_portal(&to_portal, "xinren").await;
    lose();
    visitor.come_back(&callback).await.location();
    lose();
    visitor.sign_out().await.location();
    lose();
    assert_eq!(redis_trouble(app).await, None);
}

#[tokio::test]
async fn nobody_notices_a_connection_that_was_reset() {
    let server = RedisServer::start();
    let relay = Relay::start(server.address());
    visit(&behind(&relay).await, || relay.cut()).await;
}

#[tokio::test]
async fn nobody_notices_a_connection_that_redis_has_closed() {
    let server = RedisServer::start();
    let url = server.url();
    let app = TestApp::builder().config(move |config| config.redis.url = url.into()).build().await;
    visit(&app, || server.kill_clients()).await;
}

#[tokio::test]
async fn a_connection_that_died_without_a_word_costs_one_visitor_a_moment() {
    let server = RedisServer::start();
    let relay = Relay::start(server.address());
    let app = behind(&relay).await;
    let browser = app.user("ceshi").await;
    relay.swallow_existing();
    let began = Instant::now();
    browser.get("/applications").await.expect(200);
    assert!(began.elapsed() < RECOVERY, "{:?}", began.elapsed());
    let opened = relay.accepted();
    for path in ["/applications", "/reissue"] {
        browser.get(path).await.expect(200);
    }
    app.user("xinren").await;
    assert_eq!(relay.accepted(), opened, "the new connection serves all");
}

#[tokio::test]
async fn a_silent_redis_is_an_outage_until_it_answers_a_new_connection() {
    let server = RedisServer::start();
    let relay = Relay::start(server.address());
    let app = behind(&relay).await;
    let browser = app.user("ceshi").await;
    relay.swallow();
    for path in ["/applications", "/sso/login"] {
        assert_outage(browser.get_any(path).await);
    }
    assert!(redis_trouble(&app).await.is_some());
    relay.restore();
    well_again(&browser, "/applications").await.expect(200);
    app.user("xinren").await;
    assert_eq!(redis_trouble(&app).await, None);
}

#[tokio::test]
async fn visitors_who_do_not_wait_for_a_dead_connection_do_not_keep_it() {
    let server = RedisServer::start();
    let relay = Relay::start(server.address());
    let app = behind(&relay).await;
    let browser = app.user("ceshi").await;
    relay.swallow_existing();
    let began = Instant::now();
    // Nobody waits as long as the service would.
    while tokio::time::timeout(Duration::from_millis(300), browser.get("/applications")).await.is_err() {
        assert!(began.elapsed() < RECOVERY);
    }
}

#[tokio::test]
async fn after_a_failover_pages_are_right_at_the_new_primary_and_nobody_signs_in_again() {
    let (one, other) = (RedisServer::start(), RedisServer::start());
    other.follow(&one);
    let relay = Relay::start(one.address());
    let app = behind(&relay).await;
    let browser = app.user("ceshi").await;
    other.wait_for("DBSIZE", &format!("{:?}", one.run("DBSIZE")));
    other.run("REPLICAOF NO ONE");
    one.follow(&other);
    assert_eq!(redis_trouble(&app).await.as_deref(), Some("refuses what pages need (READONLY)"));
    assert_outage(browser.get_any("/applications").await);
    assert_outage(app.anon().get_any("/sso/login").await);
    // The old connections stand and lead to the old primary.
    relay.point_to(other.address());
    well_again(&browser, "/applications").await.expect(200);
    app.user("xinren").await;
    assert_eq!(redis_trouble(&app).await, None);
}

/// How a server comes to refuse, and what it says then.
const REFUSALS: [(&[&str], &str); 4] = [
    (&["REPLICAOF 127.0.0.1 1"], "READONLY"),
    (&["CONFIG SET replica-serve-stale-data no", "REPLICAOF 127.0.0.1 1"], "MASTERDOWN"),
    (&["CONFIG SET min-replicas-to-write 1"], "NOREPLICAS"),
    (&["CONFIG SET maxmemory-policy noeviction", "CONFIG SET maxmemory 1"], "OOM"),
];

#[tokio::test]
async fn a_redis_that_takes_no_writes_is_an_outage_until_the_address_leads_to_one_that_does() {
    let good = RedisServer::start();
    for (commands, code) in REFUSALS {
        let bad = RedisServer::start();
        let relay = Relay::start(bad.address());
        let app = behind(&relay).await;
        app.user("ceshi").await;
        for command in commands {
            bad.run(command);
        }
        assert_outage(app.anon().get_any("/sso/login").await);
        assert_eq!(redis_trouble(&app).await, Some(format!("refuses what pages need ({code})")));
        relay.point_to(good.address());
        well_again(&app.anon(), "/sso/login").await.expect(303);
        // No script is known there.
        app.user("ceshi").await;
        assert_eq!(redis_trouble(&app).await, None, "{code}");
    }
}

#[tokio::test]
async fn a_redis_that_cannot_write_its_file_is_an_outage_until_it_takes_writes_again() {
    let server = RedisServer::start();
    let relay = Relay::start(server.address());
    let app = behind(&relay).await;
    let folder = server.folder.path().join("gone");
    std::fs::create_dir(&folder).unwrap();
    server.run(&format!("CONFIG SET dir {}", folder.display()));
    std::fs::remove_dir(&folder).unwrap();
    server.run("BGSAVE");
    server.wait_for("INFO persistence", "rdb_last_bgsave_status:err");
    assert_outage(app.anon().get_any("/sso/login").await);
    assert_eq!(redis_trouble(&app).await.as_deref(), Some("refuses what pages need (MISCONF)"));
    server.run("CONFIG SET stop-writes-on-bgsave-error no");
    app.user("ceshi").await;
}

#[tokio::test]
async fn sign_ins_that_a_full_redis_refused_take_no_place_afterwards() {
    let server = RedisServer::start();
    let relay = Relay::start(server.address());
    let app = behind(&relay).await;
    let browser = app.anon();
    browser.get_any("/sso/login").await.expect(303);
    server.run("CONFIG SET maxmemory 1");
    // More than `throttle.pending_sign_ins_per_browser`.
    for _ in 0..12 {
        assert_outage(browser.get_any("/sso/login").await);
    }
    server.run("CONFIG SET maxmemory 0");
    well_again(&browser, "/sso/login").await.expect(303);
}

#[tokio::test]
async fn a_full_redis_replaces_no_connection_with_every_page() {
    let server = RedisServer::start();
    let relay = Relay::start(server.address());
    let app = behind(&relay).await;
    app.user("ceshi").await;
    server.run("CONFIG SET maxmemory 1");
    let (began, before) = (Instant::now(), relay.accepted());
    for _ in 0..20 {
        assert_outage(app.anon().get_any("/sso/login").await);
    }
    let allowed = began.elapsed().as_millis() / OLD_ENOUGH.as_millis() + 1;
    assert!(u128::from(relay.accepted() - before) <= allowed, "{} in {:?}", relay.accepted() - before, began.elapsed());
}
