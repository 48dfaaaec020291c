//! Cookies that other applications of the parent domain set beside ours: raw bytes of any encoding, and our own names.

use crate::support::{Browser, TestApp, raw_request};

/// What sibling applications have been seen to set: raw GBK, raw UTF-8, bytes of no encoding.
const FOREIGN: [&[u8]; 4] = [b"UserName=\xd5\xc5\xc8\xfd", "UserName=张三".as_bytes(), b"\xff\xfe=\x80", b"a=\"\xe5;"];

/// 43 characters that no session and no sign-in has.
const WORTHLESS: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

async fn get(app: &TestApp, path: &str, cookie_lines: &[Vec<u8>]) -> String {
    let mut request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n").into_bytes();
    for line in cookie_lines {
        request.extend([b"Cookie: ", line.as_slice(), b"\r\n"].concat());
    }
    request.extend(b"\r\n");
    raw_request(app.address, &request).await
}

fn pair(name: &str, value: &str) -> Vec<u8> {
    format!("{name}={value}").into_bytes()
}

fn line(pairs: &[&[u8]]) -> Vec<u8> {
    pairs.join(&b"; "[..])
}

fn session_of(browser: &Browser) -> Vec<u8> {
    pair("bz_session", &browser.session().unwrap())
}

#[track_caller]
fn assert_signed_in(answer: &str, what: &[u8]) {
    let head = answer.lines().next().unwrap_or_default();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("data-user="), "{}: {head}", what.escape_ascii());
}

#[tokio::test]
async fn bytes_in_another_applications_cookie_sign_nobody_out() {
    let app = TestApp::new().await;
    let ours = session_of(&app.user("ceshi").await);
    for foreign in FOREIGN {
        for lines in [
            vec![line(&[foreign, &ours])],
            vec![line(&[&ours, foreign])],
            vec![foreign.to_vec(), ours.clone()],
            vec![ours.clone(), foreign.to_vec()],
        ] {
            assert_signed_in(&get(&app, "/reissue", &lines).await, &lines.concat());
        }
    }
}

#[tokio::test]
async fn bytes_in_another_applications_cookie_and_planted_login_cookies_stop_no_sign_in() {
    let app = TestApp::new().await;
    let planted = pair("bz_login", WORTHLESS);
    for foreign in FOREIGN.into_iter().chain([planted.as_slice()]) {
        for ours_is_first in [true, false] {
            let browser = app.anon();
            let authorize = browser.start_sign_in(None).await;
            let ours = pair("bz_login", &browser.cookie("bz_login").unwrap());
            let back = browser.at_portal(&authorize, "ceshi").await;
            let path = back.as_str().strip_prefix(&app.origin()).unwrap();
            let cookies = if ours_is_first { line(&[&ours, foreign]) } else { line(&[foreign, &ours]) };
            let answer = get(&app, path, std::slice::from_ref(&cookies)).await;
            assert!(answer.starts_with("HTTP/1.1 303"), "{}", cookies.escape_ascii());
            assert!(answer.contains("set-cookie: bz_session="), "{}", cookies.escape_ascii());
        }
    }
}

#[tokio::test]
async fn a_planted_worthless_session_cookie_does_not_sign_its_owner_out() {
    let app = TestApp::new().await;
    let ours = session_of(&app.user("ceshi").await);
    let planted = pair("bz_session", WORTHLESS);
    let several: Vec<Vec<u8>> = (0..10).map(|n| pair("bz_session", &format!("{n:043}"))).collect();
    for before in [vec![planted.clone()], vec![planted.clone(); 100], vec![b"bz_session=short".to_vec(); 100], several]
    {
        let before: Vec<&[u8]> = before.iter().map(Vec::as_slice).collect();
        let cookies = line(&[&line(&before), &ours, &planted]);
        assert_signed_in(&get(&app, "/reissue", std::slice::from_ref(&cookies)).await, &cookies);
        assert_signed_in(&get(&app, "/reissue", &[line(&before), ours.clone()]).await, &cookies);
    }
}

#[tokio::test]
async fn a_name_that_only_looks_like_ours_is_not_ours() {
    let app = TestApp::new().await;
    let session = app.user("ceshi").await.session().unwrap();
    for name in ["\u{2000}bz_session", "\u{a0}bz_session", "bz_session\u{3000}", "BZ_SESSION", "\u{feff}bz_session"] {
        let answer = get(&app, "/reissue", &[pair(name, &session)]).await;
        assert!(answer.starts_with("HTTP/1.1 303"), "{name:?}");
    }
    let latin1 = [b"\xa0", pair("bz_session", &session).as_slice()].concat();
    assert!(get(&app, "/reissue", &[latin1]).await.starts_with("HTTP/1.1 303"));
}

#[tokio::test]
async fn signing_out_works_beside_foreign_and_planted_cookies_and_the_portals_return_is_confirmed() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let token =
        browser.get("/reissue").await.attr("form[action='/sso/logout'] input[name=csrf_token]", "value").unwrap();
    let planted_session = pair("bz_session", WORTHLESS);
    let (session, login) = (session_of(&browser), pair("bz_login", &browser.cookie("bz_login").unwrap()));
    let cookies = line(&[FOREIGN[0], &planted_session, &session, &login]);
    let body = format!("csrf_token={token}");
    let head = format!(
        "POST /sso/logout HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\nCookie: ",
        body.len()
    );
    let request = [head.as_bytes(), &cookies, b"\r\n\r\n", body.as_bytes()].concat();
    let answer = raw_request(app.address, &request).await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let location = answer.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
    let place: url::Url = location.parse().unwrap();
    let state = place.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    assert_eq!(browser.person().await, None);
    let planted_login = pair("bz_login", WORTHLESS);
    let cookies = line(&[FOREIGN[1], &planted_login, &login]);
    let answer = get(&app, &format!("/signed-out?state={state}"), &[cookies]).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
