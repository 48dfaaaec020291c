//! Limits, and by whom they count.

use crate::support::{Browser, Page, TestApp, raw_request};

#[track_caller]
fn assert_throttled(page: Page, within_seconds: u64) {
    let page = page.expect(429);
    let wait: u64 = page.header("retry-after").parse().expect("seconds to wait");
    assert!((1..=within_seconds).contains(&wait), "{wait}");
    page.says("过于频繁");
}

#[tokio::test]
async fn an_address_may_start_so_many_sign_ins_a_minute_whatever_browser_it_uses() {
    let app = TestApp::builder().config(|config| config.throttle.sign_in_starts_per_minute = 3).build().await;
    for _ in 0..3 {
        app.anon().start_sign_in(None).await;
    }
    assert_throttled(app.anon().get("/sso/login").await, 60);
    app.anon().get("/").await.expect(200);
    assert_eq!(app.redis.keys("pending:").len(), 3, "a refused start leaves nothing behind");
}

#[tokio::test]
async fn a_limit_of_zero_is_none() {
    let builder = TestApp::builder().config(|config| {
        config.throttle.sign_in_starts_per_minute = 0;
        config.throttle.pending_sign_ins_per_browser = 0;
    });
    let app = builder.build().await;
    let browser = app.anon();
    for _ in 0..20 {
        browser.start_sign_in(None).await;
    }
    browser.sign_in("ceshi").await;
}

#[tokio::test]
async fn one_sign_in_too_many_drops_the_oldest_of_the_browser_and_no_others() {
    let app = TestApp::builder().config(|config| config.throttle.pending_sign_ins_per_browser = 3).build().await;
    let other = app.anon();
    let of_other = other.start_sign_in(None).await;
    let browser = app.anon();
    let mut begun = Vec::new();
    for _ in 0..4 {
        begun.push(browser.start_sign_in(None).await);
    }
    assert_eq!(app.redis.keys("pending:").len(), 4, "three of this browser and one of the other");

    let dropped = browser.at_portal(&begun[0], "ceshi").await;
    let page = browser.come_back(&dropped).await.expect(400);
    assert_eq!(page.attr("[data-failure]", "data-failure").as_deref(), Some("expired"));
    for (browser, begun) in [(&browser, &begun[1]), (&browser, &begun[3]), (&other, &of_other)] {
        let callback = browser.at_portal(begun, "ceshi").await;
        browser.come_back(&callback).await.location();
    }
    assert_eq!(app.redis.keys("pending:").len(), 1);
}

#[tokio::test]
async fn a_sign_in_that_is_finished_or_dropped_makes_room_for_all_visitors() {
    let builder = TestApp::builder().config(|config| {
        config.throttle.pending_sign_ins_per_browser = 1;
        config.throttle.pending_sign_ins_total = 2;
    });
    let app = builder.build().await;
    let browser = app.anon();
    browser.start_sign_in(None).await;
    let again = browser.start_sign_in(None).await;
    let other = app.anon();
    other.start_sign_in(None).await;
    app.anon().get_any("/sso/login").await.expect(503);
    let callback = browser.at_portal(&again, "ceshi").await;
    browser.come_back(&callback).await.location();
    app.anon().start_sign_in(None).await;
}

#[tokio::test]
async fn answers_that_are_posted_are_counted_and_nothing_else_is_kept() {
    let app = TestApp::builder().config(|config| config.throttle.posted_answers_per_minute = 2).build().await;
    let browser = app.anon();
    let state = state_of(&browser.start_sign_in(None).await);
    for _ in 0..2 {
        browser.post_form("/sso/callback", &[("code", "c"), ("state", &state)]).await.expect(303);
    }
    assert_throttled(browser.post_form("/sso/callback", &[("code", "c"), ("state", &state)]).await, 60);
    assert_eq!(app.redis.keys("answer:").len(), 2);

    let app = TestApp::new().await;
    app.anon().post_form("/sso/callback", &[("what", "ever")]).await.expect(400);
    assert!(app.redis.keys("answer:").is_empty());
}

fn state_of(to_portal: &url::Url) -> String {
    to_portal.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
}

#[tokio::test]
async fn an_answer_is_kept_only_where_its_sign_in_is_under_way_and_as_many_as_the_bound_says() {
    let builder = TestApp::builder().config(|config| {
        config.throttle.posted_answers_total = 3;
        config.throttle.posted_answers_per_minute = 0;
    });
    let app = builder.build().await;
    let browser = app.anon();
    for state in ["s".to_owned(), "A".repeat(43)] {
        let answer = [("code", "c".repeat(4000)), ("state", state)];
        let page =
            browser.send(reqwest::Method::POST, browser.url("/sso/callback"), |request| request.form(&answer)).await;
        assert!(page.expect(400).has("[data-failure=expired]"));
    }
    assert_eq!(app.redis.keys("answer:"), Vec::<String>::new());
    assert_eq!(app.redis.keys("posted-answers-kept"), Vec::<String>::new());

    let state = state_of(&browser.start_sign_in(None).await);
    for (length, status) in [(16, 303), (4096, 303), (4097, 400), (20_000, 413), (4096, 303), (4096, 303), (4096, 303)]
    {
        let answer = [("code", "c".repeat(length)), ("state", state.clone())];
        let page =
            browser.send(reqwest::Method::POST, browser.url("/sso/callback"), |request| request.form(&answer)).await;
        page.expect(status);
        let kept = app.redis.keys("answer:");
        assert!(kept.len() <= 3, "the oldest go");
        assert!(kept.iter().all(|key| app.redis.dump(key).len() < 6 * 1024 && app.redis.life(key) <= 60_000));
    }
    let page = browser.send(reqwest::Method::POST, browser.url("/sso/callback"), |request| {
        request.form(&[("code", "c"), ("state", state.as_str()), ("further", "x".repeat(9000).as_str())])
    });
    page.await.expect(303);
    let kept = app.redis.keys("answer:");
    let sizes: usize = kept.iter().map(|key| app.redis.dump(key).len()).sum();
    assert!(sizes < 3 * 6 * 1024, "what nobody reads is not kept: {sizes}");
}

#[tokio::test]
async fn the_many_answers_of_one_sign_in_push_out_no_other_ones() {
    let builder = TestApp::builder().config(|config| {
        config.throttle.posted_answers_total = 8;
        config.throttle.posted_answers_per_minute = 0;
    });
    let app = builder.build().await;
    let post = async |browser: &Browser, state: &str| {
        browser.post_form("/sso/callback", &[("code", "c"), ("state", state)]).await.expect(303);
    };
    let (quiet, noisy) = (app.anon(), app.anon());
    post(&quiet, &state_of(&quiet.start_sign_in(None).await)).await;
    let of_quiet = app.redis.keys("answer:").pop().unwrap();
    let state = state_of(&noisy.start_sign_in(None).await);
    for _ in 0..20 {
        post(&noisy, &state).await;
    }
    let kept = app.redis.keys("answer:");
    assert!(kept.contains(&of_quiet) && kept.len() == 5, "{kept:?}");
}

#[tokio::test]
async fn all_visitors_together_may_have_so_many_sign_ins_under_way_and_one_that_ends_makes_room() {
    let builder = TestApp::builder().config(|config| {
        config.throttle.pending_sign_ins_total = 3;
        config.throttle.sign_in_starts_per_minute = 0;
    });
    let app = builder.build().await;
    let first = app.anon();
    let to_portal = first.start_sign_in(None).await;
    for _ in 0..2 {
        app.anon().start_sign_in(None).await;
    }
    let busy = async |app: &TestApp| {
        let page = app.anon().get_any("/sso/login?return_to=/applications").await.expect(503);
        assert!(page.has("[data-failure=busy]") && page.has("a[href='/sso/login?return_to=/applications']"));
        assert!((1..=1800).contains(&page.header("retry-after").parse::<u32>().unwrap()));
        assert_eq!(app.redis.keys("pending:").len(), 3, "a refused start leaves nothing behind");
        assert_eq!(app.redis.keys("pending-of:").len(), 3);
    };
    busy(&app).await;
    let callback = first.at_portal(&to_portal, "ceshi").await;
    first.come_back(&callback).await.expect(303);
    app.anon().start_sign_in(None).await;
    busy(&app).await;
    // What nobody finishes leaves by itself.
    let all = app.redis.keys("sign-ins-under-way");
    assert!((1..=30 * 60 * 1000).contains(&app.redis.life(&all[0])));
}

#[tokio::test]
async fn starts_at_once_do_not_pass_the_bound_of_all_visitors() {
    let builder = TestApp::builder().config(|config| {
        config.throttle.pending_sign_ins_total = 5;
        config.throttle.sign_in_starts_per_minute = 0;
    });
    let app = builder.build().await;
    app.user("ceshi").await;
    let mut starting = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let browser = app.anon();
        starting.spawn(async move { browser.get_any("/sso/login").await.status.as_u16() });
    }
    let mut statuses = starting.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [[303; 5].as_slice(), &[503; 15]].concat());
}

#[tokio::test]
async fn nobody_escapes_the_limit_by_naming_another_address() {
    let app = TestApp::builder().config(|config| config.throttle.sign_in_starts_per_minute = 2).build().await;
    for n in 0..2 {
        app.anon().with_header("x-forwarded-for", &format!("203.0.113.{n}")).start_sign_in(None).await;
    }
    for header in ["x-forwarded-for", "x-real-ip", "forwarded", "client-ip", "x-client-ip", "true-client-ip"] {
        let page = app.anon().with_header(header, "203.0.113.77").get("/sso/login").await;
        assert_throttled(page, 60);
    }
}

#[tokio::test]
async fn a_trusted_proxy_says_for_whom_it_asks_and_visitors_cannot_say_it_for_themselves() {
    let builder = TestApp::builder().config(|config| {
        config.throttle.sign_in_starts_per_minute = 1;
        config.server.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    });
    let app = builder.build().await;
    let from = |chain: &str| app.anon().with_header("x-forwarded-for", chain);
    from("203.0.113.1").start_sign_in(None).await;
    from("203.0.113.2").start_sign_in(None).await;
    assert_throttled(from("203.0.113.1").get("/sso/login").await, 60);
    // What the visitor wrote stands to the left of what the proxy added.
    assert_throttled(from("198.51.100.9, 203.0.113.2").get("/sso/login").await, 60);
    let two = app.anon().with_header("x-forwarded-for", "198.51.100.10").with_header("x-forwarded-for", "203.0.113.2");
    assert_throttled(two.get("/sso/login").await, 60);
}

#[tokio::test]
async fn a_person_may_submit_so_often_an_hour_and_others_are_not_held_up() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 2).build().await;
    let (ceshi, xinren) = (app.user("ceshi").await, app.user("xinren").await);
    let form = ceshi.get("/reissue/new?exam=ZJ").await.expect(200).main_form();
    for _ in 0..2 {
        ceshi.submit(form.clone()).await.expect(422);
    }
    assert_throttled(ceshi.submit(form).await, 3600);
    let form = xinren.get("/reissue/new?exam=ZJ").await.main_form();
    xinren.submit(form).await.expect(422);
}

fn behind_a_proxy() -> crate::support::Builder {
    TestApp::builder().config(|config| {
        config.throttle.sign_in_starts_per_minute = 1;
        config.server.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
    })
}

/// Asks to sign in with these `X-Forwarded-For` lines; the answer's status.
async fn start_with(app: &TestApp, lines: &[&[u8]]) -> u16 {
    let lines: Vec<u8> = lines.iter().flat_map(|line| [b"X-Forwarded-For: ", *line, b"\r\n"].concat()).collect();
    let request = [b"GET /sso/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", lines.as_slice(), b"\r\n"].concat();
    let answer = raw_request(app.address, &request).await;
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn visitors_are_told_apart_however_the_proxy_writes_their_address() {
    let app = behind_a_proxy().build().await;
    let same: [&[&[u8]]; 8] = [
        &[b"203.0.113.1:50001"],
        &[b"203.0.113.1"],
        &[b"203.0.113.1:50002, 10.0.0.7:443"],
        &[b"\"203.0.113.1:50003\""],
        &[b"\xd5\xc5\xc8\xfd, 203.0.113.1"],
        &["张三".as_bytes(), b"203.0.113.1:1"],
        &[b"198.51.100.9", b"\xff", b" 203.0.113.1\t"],
        &[b"[::ffff:203.0.113.1]:443"],
    ];
    for (at, lines) in same.into_iter().enumerate() {
        assert_eq!(start_with(&app, lines).await, if at == 0 { 303 } else { 429 }, "{at}");
    }
    for other in ["203.0.113.2:50001", "203.0.113.3", "[2001:db8::1]:443", "[2001:db8:0:1::1]", "2001:db8:0:2::1"] {
        assert_eq!(start_with(&app, &[other.as_bytes()]).await, 303, "{other}");
    }
    assert!(!crate::support::logged().contains("holds no address"));
}

#[tokio::test]
async fn addresses_of_one_ipv6_customer_share_a_limit() {
    let app = behind_a_proxy().build().await;
    assert_eq!(start_with(&app, &[b"2001:db8:1:2::1"]).await, 303);
    for same in ["2001:db8:1:2::2", "2001:db8:1:2:ffff:ffff:ffff:ffff", "[2001:db8:1:2:3::]:9"] {
        assert_eq!(start_with(&app, &[same.as_bytes()]).await, 429, "{same}");
        let page = app.anon().with_header("x-forwarded-for", same);
        let token = |name| page.post_form("/sso/callback", name);
        assert!(token(&[("what", "ever")]).await.status.is_client_error());
    }
    assert_eq!(start_with(&app, &[b"2001:db8:1:3::1"]).await, 303);
    let keys = [app.redis.keys("sign-in-starts:"), app.redis.keys("posted-answers:")].concat();
    assert_eq!(keys.iter().filter(|key| key.ends_with(":2001:db8:1:2::/64")).count(), 2, "{keys:?}");
}

#[tokio::test]
async fn what_is_no_address_counts_as_the_proxys_and_is_told_once_without_its_text() {
    let app = behind_a_proxy().build().await;
    assert_eq!(start_with(&app, &[b"geheim-unknown"]).await, 303);
    for unusable in ["203.0.113.77, geheim-unknown", "geheim-203.0.113.1.example", ""] {
        assert_eq!(start_with(&app, &[unusable.as_bytes()]).await, 429, "{unusable}");
    }
    let log = crate::support::logged();
    assert_eq!(log.matches("holds no address").count(), 1);
    assert!(!log.contains("geheim"));
}
