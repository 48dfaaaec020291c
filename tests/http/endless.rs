//! Bodies that never come to anything are refused after a bounded part of them: what is promised beyond it is not waited for.

use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Browser, TestApp, raw_request};

const MIB: usize = 1 << 20;

/// The head of a form of a hundred million bytes and more, and how it begins.
fn promised(browser: &Browser, path: &str, begin: &str) -> Vec<u8> {
    let cookie = match path {
        "/photo/picture" => format!("bz_phone={}", browser.cookie("bz_phone").expect("a phone's cookie")),
        _ => format!("bz_session={}", browser.session().expect("a session")),
    };
    format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nContent-Type: multipart/form-data; boundary=x\r\n\
         Content-Length: 120000000\r\n\r\n{begin}"
    )
    .into_bytes()
}

/// The answer to a part of a form of which nothing further comes.
async fn answer(app: &TestApp, sent: &[u8]) -> String {
    timeout(Duration::from_secs(20), raw_request(app.address, sent)).await.expect("an answer before the rest came")
}

const FILE: &str = "--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\n";

#[tokio::test]
async fn of_a_form_without_a_boundary_or_with_an_endless_header_no_more_than_a_megabyte_is_read() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let after_a_field = format!("{FILE}abc\r\n--x\r\nX-Endless: ");
    for begin in ["", "--x", "--x\r\nX-Endless: ", "--x\r\nContent-Disposition: form-data; name=\"", &after_a_field] {
        for path in ["/reissue", "/link/request"] {
            let sent = [promised(&browser, path, begin), vec![b'a'; MIB]].concat();
            let answer = answer(&app, &sent).await;
            assert!(answer.starts_with("HTTP/1.1 400 "), "{begin:?}: {answer}");
        }
    }
    let padded = [promised(&browser, "/reissue", "--x"), vec![b' '; MIB]].concat();
    assert!(answer(&app, &padded).await.starts_with("HTTP/1.1 400 "));
}

#[tokio::test]
async fn a_long_name_of_a_part_is_refused() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let begin = format!("--x\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\nabc", "n".repeat(300));
    let answer = answer(&app, &promised(&browser, "/reissue", &begin)).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

#[tokio::test]
async fn a_form_of_a_thousand_files_is_refused_before_its_end() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let begin = format!("{FILE}abc\r\n").repeat(1000);
    let answer = answer(&app, &promised(&browser, "/reissue", &begin)).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn a_form_whose_parts_come_byte_by_byte_is_read() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form();
    let field = |name: &str| {
        let value = form.get(name).unwrap();
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let fields = ["csrf_token", "exam_code", "submission"].map(field).concat();
    let body = format!("a preamble\r\n{fields}{FILE}abc\r\n--x--\r\n");
    let head = format!(
        "POST /reissue HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: bz_session={}\r\n\
         Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n",
        browser.session().unwrap()
    );
    let mut sent = head.into_bytes();
    body.bytes().for_each(|byte| sent.extend([b'1', b'\r', b'\n', byte, b'\r', b'\n']));
    sent.extend(b"0\r\n\r\n");
    let answer = answer(&app, &sent).await;
    assert!(answer.starts_with("HTTP/1.1 422 "), "{answer}");
}

/// Begins a form with a file of 40 MiB, and leaves it there.
async fn stalled_large_form(app: &TestApp, browser: &Browser) -> TcpStream {
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(&promised(browser, "/reissue", FILE)).await.unwrap();
    stream.write_all(&vec![b'a'; 40 * MIB]).await.unwrap();
    stream
}

#[tokio::test]
async fn beyond_a_few_large_forms_at_once_a_further_one_is_refused_and_a_usual_one_is_not() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(stalled_large_form(&app, &browser).await);
    }
    let further = [promised(&browser, "/reissue", FILE), vec![b'a'; 20 * MIB]].concat();
    assert!(answer(&app, &further).await.starts_with("HTTP/1.1 413 "));
    let form = browser.step2("exam=ZJ").await.main_form();
    browser.submit(form.clone().file("photo", "a.jpg", &vec![0xff; 9 * MIB])).await.expect(422);
    // Whoever goes away leaves a place.
    drop(held.pop());
    loop {
        let page = browser.submit(form.clone().file("photo", "a.jpg", &vec![0xff; 20 * MIB])).await;
        if page.status == 422 {
            break;
        }
        page.expect(413);
    }
    for mut stream in held {
        let mut early = [0; 1];
        assert!(timeout(Duration::from_millis(1), stream.read(&mut early)).await.is_err(), "they are still read");
    }
}
