//! One line per request, its id on every line, and a short form of it on error pages. The query stays out: it may hold codes and states.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use std::fmt;
use std::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

/// Names a request in the log and in the answer's `x-request-id`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestId(Uuid);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

/// Digits and letters that nobody takes for one another on the telephone (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl RequestId {
    /// What a visitor quotes, such as `7K2M-9QXA`: the 40 last bits of the id, which are random.
    pub(crate) fn reference(self) -> String {
        let bits = self.0.as_u128();
        let digit = |nth: u32| char::from(ALPHABET[(bits >> (5 * (7 - nth)) & 31) as usize]);
        let half = |from: u32| (from..from + 4).map(digit).collect::<String>();
        format!("{}-{}", half(0), half(4))
    }
}

pub(crate) async fn write(mut request: Request, next: Next) -> Response {
    let id = RequestId(Uuid::now_v7());
    request.extensions_mut().insert(id);
    let method = known(request.method());
    // The route, not the path: a path is the visitor's own text and may hold ids.
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", %id, reference = id.reference(), method, route);
    async move {
        let began = Instant::now();
        let mut response = next.run(request).await;
        let (status, took) = (response.status().as_u16(), began.elapsed());
        if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
            response.headers_mut().insert("x-request-id", value);
        }
        let labels = [("method", method.to_owned()), ("route", route), ("status", status.to_string())];
        metrics::histogram!("http_request_duration_seconds", &labels).record(took.as_secs_f64());
        tracing::info!(status, milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX), "answered");
        response
    }
    .instrument(span)
    .await
}

/// A method by a name of ours: anybody may invent one, and each would be a time series of its own.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_two_groups_of_the_ids_last_bits() {
        let reference =
            |last: u128| RequestId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 | last)).reference();
        assert_eq!(reference(0), "0000-0000");
        assert_eq!(reference(0xff_ffff_ffff), "ZZZZ-ZZZZ");
        assert_eq!(reference(0x01_0203_0405), "0410-6105");
    }

    #[test]
    fn invented_methods_share_one_name() {
        assert_eq!(known(&Method::POST), "POST");
        for invented in ["DELETE", "PROPFIND", "post", "X-110101199003071233"] {
            assert_eq!(known(&Method::from_bytes(invented.as_bytes()).unwrap()), "other");
        }
    }
}
