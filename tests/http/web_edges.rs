//! What holds for every page, and requests at the edge of HTTP.

use reqwest::Method;
use scraper::{Html, Selector};

use crate::by_hand::OF_2020;
use crate::support::{Account, CESHI, Certificate, Page, TestApp, raw_request};

/// One of each page: (what it is, the page).
async fn every_page(app: &TestApp) -> Vec<(&'static str, Page)> {
    app.add(Account::of(&CESHI, "reissue", "12"));
    let certificate = app.add(Certificate::of(&CESHI, 2012));
    app.add(Certificate::of(&CESHI, 2013).status("withheld"));
    app.add(Certificate::of(&CESHI, 2014).name("别名"));
    let (out, browser) = (app.anon(), app.anon());
    let welcome = browser.sign_in("ceshi").await;
    let form = browser.step2("exam=ZJ").await.main_form();
    let id = browser.apply(form.clone().fill(&OF_2020)).await;
    let approved =
        browser.apply(form.clone().fill(&OF_2020).set("specialty", "安装").force("submission", &fresh())).await;
    app.review(&approved, "approved", "");
    let refused = app.anon();
    let refused = refused.settle(refused.try_sign_in("faren", None).await).await;
    let failed = app.anon().get("/sso/callback?error=access_denied&state=x").await;
    let edit = browser.get(&format!("/applications/{id}")).await.main_form();
    vec![
        ("landing", out.get("/").await),
        ("help", out.get("/help").await),
        ("help, signed in", browser.get("/help").await),
        ("signed out", out.get("/signed-out").await),
        ("refused", refused),
        ("failed sign-in", failed),
        ("welcome", welcome),
        ("continuity", browser.get("/continuity").await),
        ("step 1", browser.get("/reissue").await),
        ("step 1, chosen", browser.get("/reissue?exam=ZJ").await),
        ("step 2, registered", browser.step2(&format!("certificate={certificate}")).await),
        ("step 2, by hand", browser.step2("exam=JSJ").await),
        ("step 2, wrong", browser.submit(form.set("year", "2020").force("submission", &fresh())).await.expect(422)),
        ("step 3", browser.get(&format!("/reissue/{id}/done")).await),
        ("list", browser.get("/applications").await),
        ("application", browser.get(&format!("/applications/{id}")).await),
        ("application, approved", browser.get(&format!("/applications/{approved}")).await),
        ("conflict", browser.submit(edit.clone().set("version", "9")).await.expect(409)),
        ("csrf", browser.submit(edit.force("csrf_token", "x")).await.expect(403)),
        ("not found", out.get("/nowhere").await.expect(404)),
        ("not found, signed in", browser.get("/nowhere").await.expect(404)),
        ("wrong method", out.send(Method::DELETE, out.url("/reissue"), |request| request).await.expect(405)),
        ("bad request", browser.get("/reissue?exam=ZJ&exam=YS").await.expect(400)),
    ]
}

fn fresh() -> String {
    uuid::Uuid::new_v4().to_string()
}

#[tokio::test]
async fn every_page_carries_the_headers_that_protect_it() {
    let app = TestApp::new().await;
    for (what, page) in every_page(&app).await {
        let policy = page.header("content-security-policy");
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{what}: {policy}");
        }
        for weak in ["unsafe-inline", "unsafe-eval", "data:", " *"] {
            assert!(!policy.contains(weak), "{what}: {policy}");
        }
        let shows_blobs = policy.contains("img-src 'self' blob:;");
        assert_eq!(policy.contains("blob:"), shows_blobs, "{what}: pictures alone");
        assert_eq!(shows_blobs, page.has("input[data-studio]"), "{what}: where the photo studio is");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(page.header("referrer-policy"), "no-referrer", "{what}");
        assert_eq!(page.header("cache-control"), "no-store", "{what}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{what}");
        assert_eq!(page.header("strict-transport-security"), "", "{what}: not over plain http");
        assert!(page.header("server").is_empty() && page.header("x-powered-by").is_empty(), "{what}");
    }
}

#[tokio::test]
async fn no_page_holds_script_or_style_of_its_own_or_loads_from_another_host() {
    let app = TestApp::new().await;
    let all = Selector::parse("*").unwrap();
    for (what, page) in every_page(&app).await {
        let html = Html::parse_document(&page.html());
        for element in html.select(&all) {
            let tag = element.value().name();
            for (name, value) in element.value().attrs() {
                assert!(!name.starts_with("on"), "{what}: <{tag} {name}>");
                assert_ne!(name, "style", "{what}: <{tag} style>");
                assert!(!value.trim().to_lowercase().starts_with("javascript:"), "{what}: <{tag} {name}={value}>");
                let loads = ["src", "srcset", "data", "poster"].contains(&name) || (tag == "link" && name == "href");
                assert!(
                    !loads || (value.starts_with('/') && !value.starts_with("//")),
                    "{what}: <{tag} {name}={value}>"
                );
            }
            if tag == "script" {
                assert!(element.attr("src").is_some() && element.text().all(|text| text.trim().is_empty()), "{what}");
            }
            assert_ne!(tag, "style", "{what}");
        }
    }
}

#[tokio::test]
async fn every_page_is_chinese_and_says_what_it_is() {
    let app = TestApp::new().await;
    for (what, page) in every_page(&app).await {
        assert_eq!(page.attr("html", "lang").as_deref(), Some("zh-CN"), "{what}");
        assert!(page.html().starts_with("<!doctype html>"), "{what}");
        assert!(page.text("title").ends_with("证书补办申请") && page.text("title").chars().count() > 8, "{what}");
        assert_eq!(page.count("h1"), 1, "{what}");
        assert_eq!(page.count("main"), 1, "{what}");
        for english in ["Failed to", "Invalid", "Error", "missing field", "Not Found", "Method Not", "None", "null"] {
            assert!(!page.words().contains(english), "{what}: {english}");
        }
    }
}

#[tokio::test]
async fn every_signed_in_page_shows_whom_it_is_for_and_how_to_sign_out() {
    let app = TestApp::new().await;
    for (what, page) in every_page(&app).await {
        let anonymous = ["landing", "help", "signed out", "refused", "failed sign-in", "not found", "wrong method"];
        let signed_in = !anonymous.contains(&what);
        assert_eq!(page.user().is_some(), signed_in, "{what}");
        let can_sign_out = page.has("form[method=post][action='/sso/logout'] input[name=csrf_token]");
        // Whoever is refused is signed in at the portal.
        assert_eq!(can_sign_out, signed_in || what == "refused", "{what}");
        if signed_in {
            assert_eq!(page.text(".who-name"), "登录用户：测试", "{what}");
        }
    }
}

#[tokio::test]
async fn every_form_carries_the_sessions_token_and_every_control_a_label() {
    let app = TestApp::new().await;
    for (what, page) in every_page(&app).await {
        for form in page.rows("form[method=post]") {
            let action = form.attr("action");
            assert!(
                page.has(&format!("form[action='{action}'] input[type=hidden][name=csrf_token]")),
                "{what}: {action}"
            );
        }
        for control in page.rows("input:not([type=hidden]), select, textarea") {
            let id = control.attr("id");
            assert!(page.has(&format!("label[for='{id}']")), "{what}: {id} has no label");
        }
    }
}

#[tokio::test]
async fn every_error_page_says_what_to_do_and_gives_the_number_that_stands_in_the_log() {
    let app = TestApp::new().await;
    for (what, page) in every_page(&app).await {
        let id = page.header("x-request-id");
        assert!(id.len() >= 16, "{what}");
        let is_error_page = page.has("[data-error], [data-failure], [data-refused]");
        assert_eq!(page.has("[data-request-id]"), is_error_page, "{what}");
        if is_error_page {
            // A page that was reached by a redirect tells its own number.
            let reference = page.text("[data-request-id]");
            assert!(is_reference(&reference), "{what}: {reference}");
            let logged = crate::support::logged();
            let is_told = logged.lines().any(|line| line.contains(id) && line.contains(&reference));
            assert!(is_told, "{what}: {reference} does not stand in the log beside {id}");
            assert!(page.has("main a"), "{what}: no way on");
        }
    }
}

/// Two groups of four that can be read out on the telephone.
fn is_reference(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    let is_group =
        |group: &str| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    groups.len() == 2 && groups.into_iter().all(is_group)
}

#[tokio::test]
async fn an_unknown_path_and_a_wrong_method_are_pages_in_chinese() {
    let app = TestApp::new().await;
    let browser = app.anon();
    for path in [
        "/nowhere",
        "/reissue/",
        "/Reissue",
        "/.env",
        "/admin",
        "/applications/1/2/3",
        "/static/",
        "/static/nothing.css",
    ] {
        browser.get(path).await.expect(404).says("没有找到该页面");
    }
    for (method, path) in [
        (Method::POST, "/"),
        (Method::PUT, "/applications"),
        (Method::DELETE, "/reissue"),
        (Method::GET, "/sso/logout"),
        (Method::POST, "/reissue/new"),
        (Method::PATCH, "/sso/callback"),
    ] {
        let page = browser.send(method.clone(), browser.url(path), |request| request).await.expect(405);
        page.says("操作方式不正确");
        assert!(!page.header("allow").is_empty(), "{method} {path}");
    }
}

#[tokio::test]
async fn no_method_breaks_anything() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    for name in ["OPTIONS", "TRACE", "PROPFIND", "PATCH", "PUT", "DELETE", "get", "X"] {
        for path in ["/", "/reissue", "/applications", "/sso/logout", "/nowhere", "/static/buzheng.css"] {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            let page = browser.send(method, browser.url(path), |request| request).await;
            assert!(page.status.is_client_error(), "{name} {path}: {}", page.status);
            page.never_holds(&browser.session().unwrap());
        }
    }
    assert!(browser.person().await.is_some());
}

#[tokio::test]
async fn head_answers_as_get_does_without_a_body() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    for path in ["/help", "/reissue", "/applications", "/continuity", "/nowhere", "/static/buzheng.css"] {
        let (get, head) = (browser.get(path).await, browser.send(Method::HEAD, browser.url(path), |r| r).await);
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.bytes.is_empty(), "{path}");
        assert_eq!(head.header("content-security-policy"), get.header("content-security-policy"), "{path}");
    }
    assert_eq!(app.anon().send(Method::HEAD, browser.url("/reissue"), |r| r).await.location().path(), "/");
}

#[tokio::test]
async fn every_protected_page_sends_signed_out_visitors_to_the_landing_page() {
    let app = TestApp::new().await;
    let id = fresh();
    let browser = app.anon();
    for path in [
        "/continuity".to_owned(),
        "/reissue".to_owned(),
        "/reissue/new?exam=ZJ".to_owned(),
        format!("/reissue/{id}/done"),
        "/applications".to_owned(),
        format!("/applications/{id}"),
        format!("/applications/{id}/photo"),
    ] {
        let page = browser.get(&path).await;
        assert!(page.leads_to().starts_with("/?return_to="), "{path}: {}", page.leads_to());
        assert!(page.bytes.is_empty(), "{path}");
    }
    for path in ["/reissue".to_owned(), format!("/applications/{id}")] {
        let page = browser.post_form(&path, &[("a", "b")]).await;
        assert_eq!(page.location().path(), "/", "{path}");
    }
}

#[tokio::test]
async fn pages_are_compressed_for_browsers_that_ask() {
    let app = TestApp::new().await;
    let browser = app.anon();
    for path in ["/", "/static/vendor/bootstrap.css"] {
        let plain = browser.get(path).await;
        assert_eq!(plain.header("content-encoding"), "");
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept-Encoding: ");
        let foreign = raw_request(app.address, &[request.as_bytes(), b"\xd5\xc5, gzip\r\n\r\n"].concat()).await;
        assert!(foreign.contains("content-encoding: gzip"), "{path}");
        let packed = browser.with_header("accept-encoding", "gzip").get(path).await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
        assert_eq!(packed.bytes[..2], [0x1f, 0x8b], "{path}");
        assert!(packed.bytes.len() * 4 < plain.bytes.len() * 3, "{path}");
        assert!(packed.header("vary").to_lowercase().contains("accept-encoding"), "{path}");
    }
}

#[tokio::test]
async fn static_files_may_be_kept_for_good_under_the_address_that_pages_give() {
    let app = TestApp::new().await;
    let browser = app.anon();
    let page = browser.get("/").await;
    let of = |css: &str, name: &str| page.rows(css).iter().map(|row| row.attr(name).to_owned()).collect::<Vec<_>>();
    let addresses = [of("link[href]", "href"), of("script[src]", "src")].concat();
    assert!(addresses.len() >= 4, "{addresses:?}");
    for address in addresses {
        let file = browser.get(&address).await.expect(200);
        assert!(file.header("cache-control").contains("immutable"), "{address}");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert_eq!(file.header("set-cookie"), "");
        let tag = file.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{address}: {tag}");
        let packed = browser.with_header("accept-encoding", "gzip").get(&address).await.expect(200);
        assert_eq!(packed.header("etag"), tag, "weak, so that both codings may bear it");
        for known in [tag.clone(), format!("\"x\", {tag}"), tag.replacen("W/", "", 1), "*".to_owned()] {
            let known = browser.with_header("if-none-match", &known).get(&address).await.expect(304);
            assert!(known.bytes.is_empty(), "{address}");
            assert_eq!(known.header("etag"), tag, "{address}");
            assert!(known.header("vary").to_lowercase().contains("accept-encoding"), "{address}");
        }
        browser.with_header("if-none-match", "W/\"x\", \"y\"").get(&address).await.expect(200);
        let (path, _) = address.split_once('?').unwrap();
        assert_eq!(browser.get(path).await.expect(200).header("cache-control"), "no-cache", "{path}");
        assert_eq!(browser.get(&format!("{path}?v=0")).await.header("cache-control"), "no-cache", "{path}");
    }
    for path in [
        "/static/../Cargo.toml",
        "/static/%2e%2e/layout.html",
        "/static/layout.html",
        "/static/vendor/LICENSE-bootstrap",
    ] {
        browser.get(path).await.expect(404);
    }
}

#[tokio::test]
async fn requests_that_contradict_themselves_change_nothing() {
    let app = TestApp::new().await;
    let cases = [
        "GET /reissue HTTP/1.1\r\nHost: evil.example\r\nHost: other.example\r\nConnection: close\r\n\r\n",
        "GET http://evil.example/reissue HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        "GET /reissue HTTP/1.1\r\nHost: x\r\nX_Forwarded_Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n",
        "GET /reissue HTTP/1.0\r\n\r\n",
    ];
    for request in cases {
        let answer = raw_request(app.address, request.as_bytes()).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(["303", "400"].contains(&status), "{request:?}\n{answer}");
        assert!(!answer.contains("evil.example") && !answer.contains("other.example"), "{request:?}\n{answer}");
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused_and_the_next_one_is_answered() {
    let app = TestApp::new().await;
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "a".repeat(100_000));
    let headers = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\nConnection: close\r\n\r\n", "a".repeat(600_000));
    let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}Connection: close\r\n\r\n", "X: y\r\n".repeat(500));
    let cases = [
        "GARBAGE\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA\0B: c\r\n\r\n",
        "POST /reissue HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /reissue HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST /reissue HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        &long,
        &headers,
        &many,
    ];
    for request in cases {
        let answer = raw_request(app.address, request.as_bytes()).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        let what: String = request.chars().take(60).collect();
        assert!(!status.starts_with('5') && !status.starts_with('2'), "{what:?}: {status}");
        app.anon().get("/help").await.expect(200);
    }
}

#[tokio::test]
async fn cookies_that_are_doubled_or_garbled_are_read_without_harm() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let session = browser.session().unwrap();
    for cookies in [
        "bz_session=",
        "bz_session",
        ";;;=;",
        "bz_session=%00; bz_login=\u{ff}",
        &format!("bz_session=A{session}"),
        &"a=b; ".repeat(2000),
    ] {
        let request =
            [b"GET /reissue HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: ", cookies.as_bytes(), b"\r\n\r\n"]
                .concat();
        let answer = raw_request(app.address, &request).await;
        assert!(answer.starts_with("HTTP/1.1 303"), "{cookies}: {}", &answer[..answer.len().min(80)]);
    }
    assert!(browser.person().await.is_some());
}

#[tokio::test]
async fn bytes_in_a_content_type_hide_neither_the_kind_of_form_nor_its_boundary() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let token = browser.get("/reissue").await.expect(200).attr("input[name=csrf_token]", "value").unwrap();
    let multipart = format!("--b\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n{token}\r\n--b--\r\n");
    let simple = format!("csrf_token={token}");
    let cases: [(&[u8], &str); 3] = [
        (b"multipart/form-data; name=\xd5\xc5; boundary=b", &multipart),
        (b"application/x-www-form-urlencoded; charset=\xff", &simple),
        (b"Application/X-WWW-Form-URLencoded", &simple),
    ];
    for (kind, body) in cases {
        let session = browser.session().unwrap();
        let head = format!(
            "POST /reissue HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: bz_session={session}\r\n\
             Content-Length: {}\r\nContent-Type: ",
            body.len()
        );
        let request = [head.as_bytes(), kind, b"\r\n\r\n", body.as_bytes()].concat();
        let answer = raw_request(app.address, &request).await;
        // The token was found; what is missing is the rest of the form.
        assert!(!answer.starts_with("HTTP/1.1 403"), "{}: {}", kind.escape_ascii(), answer.lines().next().unwrap());
        assert!(answer.starts_with("HTTP/1.1 4"), "{}", kind.escape_ascii());
    }
}
