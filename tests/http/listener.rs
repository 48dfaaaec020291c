//! What the listener itself sees to: requests that cannot be read, clients that send or take too slowly.

use axum::http::StatusCode;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

use crate::support::{TestApp, logged, raw_request};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

#[track_caller]
fn assert_our_page(answer: &str, status: u16, words: &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let head = head.to_lowercase();
    assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
    for header in [
        "content-security-policy: default-src 'none'",
        "x-content-type-options: nosniff",
        "cache-control: no-store",
        "content-type: text/html; charset=utf-8",
        "date: ",
        &format!("content-length: {}", body.len()),
    ] {
        assert!(head.contains(&format!("\r\n{header}")), "{header} is missing: {head}");
    }
    assert_eq!(head.matches("content-length:").count(), 1);
    // Of the upload that is refused early hyper learns too late that nobody reads the rest.
    assert!(status == 413 || head.contains("\r\nconnection: close"), "{head}");
    assert!(body.contains(words) && body.contains("lang=\"zh-CN\""), "{body}");
    let id = head.lines().find_map(|line| line.strip_prefix("x-request-id: ")).expect("a request id");
    let reference = body.split("data-request-id>").nth(1).and_then(|rest| rest.split('<').next()).expect("a reference");
    let logged = logged();
    assert!(logged.lines().any(|line| line.contains(id) && line.contains(reference)), "{id} {reference}");
}

fn with_headers(headers: &str) -> Vec<u8> {
    format!("GET / HTTP/1.1\r\nHost: x\r\n{headers}Connection: close\r\n\r\n").into_bytes()
}

#[tokio::test]
async fn a_head_that_is_too_large_gets_our_page() {
    let app = TestApp::new().await;
    for size in [33_000, 60_000, 600_000, 3_000_000] {
        let answer = raw_request(app.address, &with_headers(&format!("Cookie: a={}\r\n", "x".repeat(size)))).await;
        assert_our_page(&answer, 431, "请求内容过长");
    }
    assert_our_page(&raw_request(app.address, &with_headers(&"X: y\r\n".repeat(500))).await, 431, "请求内容过长");
    let long = format!("GET /help?{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000));
    let answer = raw_request(app.address, long.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 414") || answer.starts_with("HTTP/1.1 431"));
    assert!(answer.contains("请求内容过长"));
    // What a browser with many cookies sends is answered.
    let answer = raw_request(app.address, &with_headers(&format!("Cookie: a={}\r\n", "x".repeat(20_000)))).await;
    assert!(answer.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn raw_bytes_in_an_address_get_our_page() {
    let app = TestApp::new().await;
    for path in [
        &b"/sso/callback?name=\xd5\xc5\xc8\xfd&state=x"[..],
        b"/?\xff",
        b"/\xc0\xaf",
        b"/help?a=<\x80>",
        b"/help?a=\x01",
        b"/he|p^`",
    ] {
        let request = [b"GET ", path, b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"].concat();
        let answer = raw_request(app.address, &request).await;
        let status = answer.split(' ').nth(1).unwrap_or_default().parse().unwrap_or(0);
        assert!([400, 404].contains(&status), "{}: {answer}", path.escape_ascii());
        assert_our_page(&answer, status, if status == 400 { "请求无法识别" } else { "没有找到该页面" });
    }
    // Bytes that are UTF-8 reach the page.
    let request = ["GET /help?name=张三 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"].concat();
    assert!(raw_request(app.address, request.as_bytes()).await.starts_with("HTTP/1.1 200"));
    assert!(raw_request(app.address, b"GARBAGE\r\n\r\n").await.starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn whatever_is_asked_is_answered_by_a_page_of_ours() {
    let app = TestApp::new().await;
    for (request, status) in [
        ("GARBAGE", 400),
        ("GET / HTTP/9.9", 400),
        ("GET /\0 HTTP/1.1", 400),
        ("GET / HTTP/1.1\r\nA\0B: c", 400),
        ("\x16\x03\x01\x02\x00", 400),
        ("POST /reissue HTTP/1.1\r\nContent-Length: -1", 400),
        ("POST /reissue HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6", 400),
        ("POST /sso/callback HTTP/1.1\r\nTransfer-Encoding: gzip", 400),
        ("OPTIONS * HTTP/1.1", 404),
        ("CONNECT evil.example:443 HTTP/1.1", 404),
        ("BREW /help HTTP/1.1", 405),
        ("PUT /sso/logout HTTP/1.1", 405),
        ("GET /sso/login?return_to=a&return_to=b HTTP/1.1", 400),
        ("GET /static/%ff HTTP/1.1", 400),
    ] {
        let request = format!("{request}\r\nHost: x\r\nConnection: close\r\n\r\n");
        let answer = raw_request(app.address, request.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request:?}: {answer}");
        assert_our_page(&answer, status, "<h1>");
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_read_after_good_ones_spoils_none_of_their_answers() {
    let app = TestApp::new().await;
    let good = "GET /help HTTP/1.1\r\nHost: x\r\n\r\n".repeat(3);
    let request = [good.as_bytes(), b"GET /?\xff HTTP/1.1\r\nHost: x\r\n\r\n"].concat();
    let answers = raw_request(app.address, &request).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 3);
    assert_our_page(&answers[answers.find("HTTP/1.1 400").expect("the last answer")..], 400, "请求无法识别");
}

#[tokio::test]
async fn an_address_with_a_slash_at_its_end_takes_the_return_too() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let authorize = browser.start_sign_in(None).await;
    let mut back = browser.at_portal(&authorize, "ceshi").await;
    back.set_path("/sso/callback/");
    let page = browser.come_back(&back).await;
    assert_eq!(page.location().path(), "/continuity");
    let page = browser.get("/sso/callback/?error=access_denied&state=x").await.expect(400);
    assert!(page.has("[data-failure]"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
}

/// A client that asks for a large file many times over and takes only as much as it reads.
async fn greedy(app: &TestApp, times: usize) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(app.address).await.unwrap();
    let ask = "GET /static/vendor/bootstrap.css HTTP/1.1\r\nHost: x\r\n\r\n".repeat(times);
    timeout(PATIENCE, stream.write_all(ask.as_bytes())).await.expect("the requests fit").unwrap();
    stream
}

#[tokio::test]
async fn a_client_that_reads_nothing_loses_its_place() {
    let builder = TestApp::builder().config(|config| {
        config.server.max_connections = 1;
        config.server.write_timeout = Duration::from_millis(500);
    });
    let app = builder.build().await;
    let mut deaf = greedy(&app, 100).await;
    let page = timeout(PATIENCE, app.anon().get("/help")).await.expect("the place is free again");
    page.expect(200);
    let mut rest = Vec::new();
    let end = timeout(PATIENCE, deaf.read_to_end(&mut rest)).await.expect("the connection is over");
    assert!(end.is_err() || rest.len() < 100 * 10_000, "it was cut off");
}

#[tokio::test]
async fn a_client_that_reads_slowly_and_goes_on_gets_everything() {
    let limit = Duration::from_secs(2);
    let app = TestApp::builder().config(move |config| config.server.write_timeout = limit).build().await;
    let one = app.anon().get("/static/vendor/bootstrap.css").await.bytes.len();
    let times = 2_000_000 / one;
    let mut stream = greedy(&app, times).await;
    let (started, mut taken, mut chunk) = (Instant::now(), 0, vec![0; 16 * 1024]);
    while taken < times * one {
        if started.elapsed() < 2 * limit {
            sleep(Duration::from_millis(30)).await;
        }
        let more = timeout(PATIENCE, stream.read(&mut chunk)).await.expect("more").expect("not cut off");
        assert_ne!(more, 0, "ended after {taken} of {} bytes", times * one);
        taken += more;
    }
    assert!(started.elapsed() > limit, "longer than a client may stand still");
}

#[tokio::test]
async fn an_upload_that_takes_too_long_is_told_so() {
    let app = TestApp::builder().config(|c| c.server.request_timeout = Duration::from_millis(300)).build().await;
    let browser = app.user("xinren").await;
    for (path, kind) in [
        ("/reissue", "multipart/form-data; boundary=b"),
        ("/reissue", "application/x-www-form-urlencoded"),
        ("/link/request", "multipart/form-data; boundary=b"),
    ] {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nCookie: bz_session={}\r\nContent-Type: {kind}\r\nContent-Length: 30000\r\n\r\n--b\r\n",
            browser.session().unwrap()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("an end").unwrap();
        assert_our_page(&String::from_utf8(answer).unwrap(), 408, "没有在规定时间内收到完整的内容");
    }
}

#[tokio::test]
async fn an_upload_that_is_refused_early_gets_its_answer_though_more_of_it_comes() {
    let app = TestApp::new().await;
    let head = "POST /photo HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                Content-Length: 16000000\r\n\r\n";
    let answer = raw_request(app.address, &[head.as_bytes(), &vec![b'a'; 16_000_000]].concat()).await;
    assert_our_page(&answer, 413, "提交的内容过大");
}

#[tokio::test]
async fn while_migrations_wait_pages_are_unavailable_and_not_broken() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    // As before the migration that brings a table, or a column.
    app.execute("ALTER TABLE links RENAME TO links_of_tomorrow");
    app.execute("ALTER TABLE applications RENAME COLUMN status TO status_of_tomorrow");
    for path in ["/continuity", "/applications"] {
        assert_eq!(
            browser.get_any(path).await.status,
            StatusCode::INTERNAL_SERVER_ERROR,
            "{path}: a defect where none waits"
        );
    }
    app.execute(
        "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)",
    );
    for path in ["/continuity", "/applications"] {
        let page = browser.get_any(path).await.expect(503);
        page.says("系统暂时繁忙");
        assert!(!page.header("retry-after").is_empty(), "{path}");
    }
    let sign_in = app.anon();
    let authorize = sign_in.start_sign_in(None).await;
    let back = sign_in.at_portal(&authorize, "ceshi").await;
    let page = sign_in.get_any(&format!("{}?{}", back.path(), back.query().unwrap())).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
}
