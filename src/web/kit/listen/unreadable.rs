//! Requests that hyper cannot read, so that no handler ever sees them: a head that is too large, an address of other bytes than an address
//! may hold. hyper answers them itself, with an empty body; visitors get our page in its place.

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, DATE, HeaderName};
use axum::http::{StatusCode, Uri};
use http_body_util::BodyExt;
use memchr::memmem;
use std::net::SocketAddr;
use tower::ServiceExt;

/// The request in its place, for the page of this status.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unreadable(pub(in crate::web) StatusCode);

/// hyper's own answers are shorter.
const LONGEST: usize = 256;

/// The headers of hyper's own answers. Every answer of the router has others.
const HEADERS: [HeaderName; 3] = [CONNECTION, CONTENT_LENGTH, DATE];

/// Where, at the end of what hyper writes, its own answer begins, and the answer's status. An answer before it may not be written out yet.
pub(crate) fn own_answer(written: &[u8]) -> Option<(usize, StatusCode)> {
    if !written.ends_with(b"\r\n\r\n") {
        return None;
    }
    let end = written.len().saturating_sub(LONGEST);
    let start = end + memmem::rfind(&written[end..], b"HTTP/1.")?;
    let mut lines = str::from_utf8(&written[start..]).ok()?.trim_end().split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let is_hypers = |line: &str| {
        line.split_once(':')
            .is_some_and(|(name, _)| HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known.as_str())))
    };
    let refused = [StatusCode::BAD_REQUEST, StatusCode::URI_TOO_LONG, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE]
        .contains(&status);
    (refused && lines.all(is_hypers)).then_some((start, status))
}

/// The router's answer in place of hyper's; hyper's where the router knows no such page.
pub(crate) async fn page(router: Router, peer: SocketAddr, bare: Vec<u8>, status: StatusCode) -> Vec<u8> {
    let mut request = Request::new(Body::empty());
    // No route: nothing of such a request is known.
    *request.uri_mut() = Uri::from_static("/-");
    request.extensions_mut().insert(ConnectInfo(peer));
    request.extensions_mut().insert(Unreadable(status));
    let Ok(response) = router.oneshot(request).await;
    let (parts, body) = response.into_parts();
    let body = match body.collect().await {
        Ok(body) if parts.status == status => body.to_bytes(),
        _ => return bare,
    };
    let mut answer = Vec::with_capacity(bare.len() + 1024 + body.len());
    for line in bare.split_inclusive(|byte| *byte == b'\n') {
        if line != b"\r\n" && !line.to_ascii_lowercase().starts_with(b"content-length:") {
            answer.extend(line);
        }
    }
    let headers = parts.headers.iter().filter(|(name, _)| !HEADERS.contains(name));
    for (name, value) in headers {
        answer.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    answer.extend(format!("content-length: {}\r\n\r\n", body.len()).into_bytes());
    answer.extend(body);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: &str = "HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\
                        date: Mon, 30 Nov 2026 02:00:00 GMT\r\n\r\n";

    #[test]
    fn hypers_own_answer_is_told_from_the_routers() {
        assert_eq!(own_answer(BARE.as_bytes()), Some((0, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)));
        let before = "HTTP/1.1 200 OK\r\nx-request-id: 1\r\ncontent-length: 5\r\n\r\nhello";
        assert_eq!(own_answer(format!("{before}{BARE}").as_bytes()).map(|(start, _)| start), Some(before.len()));
        for others in [
            "",
            "\r\n\r\n",
            before,
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\nx-request-id: 1\r\ncontent-length: 0\r\n\r\n",
        ] {
            assert_eq!(own_answer(others.as_bytes()), None, "{others:?}");
        }
        assert_eq!(own_answer(&BARE.as_bytes()[..BARE.len() - 1]), None);
    }

    #[tokio::test]
    async fn a_router_without_such_a_page_leaves_hypers_answer_as_it_is() {
        let peer = "127.0.0.1:1".parse().unwrap();
        let answer = page(Router::new(), peer, BARE.into(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE).await;
        assert_eq!(answer, BARE.as_bytes());
    }
}
