//! Where a visitor is sent: places of this site only.

use reqwest::Method;
use url::Url;

use crate::support::{Browser, TestApp};

/// What has led browsers away from other sites.
fn hostile_places() -> Vec<String> {
    let long = format!("/{}", "a".repeat(5000));
    let places = [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/..//evil.example",
        "/.//evil.example",
        "/a/../..//evil.example",
        "/%2f%2fevil.example",
        "%2f%2fevil.example",
        "/%5cevil.example",
        "/%09/evil.example",
        "/%2e%2e//evil.example",
        "http:",
        "http:evil.example",
        "http://evil.example",
        "https:/evil.example",
        "//127.0.0.1:1@evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/reissue\r\nSet-Cookie: evil=1",
        "/reissue\u{0}",
        "/reissue\u{85}",
        "/考试",
        "/／evil.example",
        "reissue",
        "",
        &long,
    ];
    places.into_iter().map(str::to_owned).collect()
}

async fn landing(browser: &Browser, place: &str) -> crate::support::Page {
    let mut url = browser.url("/");
    url.query_pairs_mut().append_pair("return_to", place);
    browser.send(Method::GET, url, |request| request).await
}

#[tokio::test]
async fn no_sign_in_ends_on_another_site() {
    let app = TestApp::builder().config(|config| config.throttle.sign_in_starts_per_minute = 0).build().await;
    app.user("ceshi").await; // no longer the first time
    for place in hostile_places() {
        let browser = app.anon();
        let page = browser.try_sign_in("ceshi", Some(&place)).await;
        assert_eq!(page.leads_to(), "/reissue", "{place:?}");
        assert_eq!(browser.cookie("evil"), None);
    }
}

#[tokio::test]
async fn the_landing_page_leads_nowhere_else_signed_out_or_in() {
    let app = TestApp::new().await;
    let (out, signed_in) = (app.anon(), app.user("ceshi").await);
    for place in hostile_places() {
        let page = landing(&out, &place).await.expect(200);
        assert_eq!(page.attr("main a.btn-primary", "href").as_deref(), Some("/sso/login"), "{place:?}");
        page.never_holds("evil.example");
        assert_eq!(landing(&signed_in, &place).await.leads_to(), "/reissue", "{place:?}");
    }
}

#[tokio::test]
async fn a_return_to_the_sign_in_itself_is_not_taken() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    for place in ["/sso/login", "/sso/logout", "/sso/callback?code=1&state=2", "/signed-out", "/sso/held"] {
        assert_eq!(landing(&browser, place).await.leads_to(), "/reissue", "{place:?}");
    }
}

#[tokio::test]
async fn a_protected_page_is_reached_after_signing_in_with_its_whole_query() {
    let app = TestApp::new().await;
    app.user("ceshi").await;
    for wanted in ["/reissue?exam=ZJ", "/applications", "/continuity", "/reissue?exam=%E9%80%A0%E4%BB%B7"] {
        let browser = app.anon();
        let to_landing = browser.get(wanted).await.location();
        assert_eq!(to_landing.path(), "/");
        let named: Vec<_> = to_landing.query_pairs().into_owned().collect();
        assert_eq!(named, [("return_to".to_owned(), wanted.to_owned())]);

        let landing = browser.send(Method::GET, to_landing, |request| request).await.expect(200);
        landing.says("登录后将自动转到该页面");
        let login: Url = browser.url(&landing.attr("main a.btn-primary", "href").unwrap());
        let authorize = browser.send(Method::GET, login, |request| request).await.location();
        let callback = browser.at_portal(&authorize, "ceshi").await;
        assert_eq!(browser.come_back(&callback).await.leads_to(), wanted);
        browser.get(wanted).await.expect(200);
    }
}

#[tokio::test]
async fn a_page_asked_for_under_another_host_name_leads_to_this_site() {
    let app = TestApp::new().await;
    for header in ["host", "x-forwarded-host", "forwarded", "x-original-host", "x-host"] {
        let value = if header == "forwarded" { "host=evil.example;proto=https" } else { "evil.example" };
        let browser = app.anon().with_header(header, value);
        let page = browser.get("/reissue").await;
        assert!(page.leads_to().starts_with("/?return_to="), "{header}: {}", page.leads_to());
        let authorize = browser.get("/sso/login").await.location();
        let back = authorize.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned();
        assert_eq!(back, format!("{}/sso/callback", app.origin()), "{header}");
        browser.get("/").await.expect(200).never_holds("evil.example");
    }
}
