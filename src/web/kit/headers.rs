//! Security headers on every answer; headers of a request that libraries read as text.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

use crate::app::App;

/// One year, as browsers' preload lists ask.
const HSTS: &str = "max-age=31536000; includeSubDomains";

/// On the answer of a page whose script shows pictures that it made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShowsBlobs;

/// On the answer of a page with a challenge: a worker meets it, or a recording of it is heard.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HasChallenge;

pub(crate) async fn protect(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let pictures = if response.extensions().get::<ShowsBlobs>().is_some() { "'self' blob:" } else { "'self'" };
    let mut policy = policy(&app, pictures);
    if response.extensions().get::<HasChallenge>().is_some() {
        policy.push_str("; worker-src 'self'; media-src 'self'");
    }
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let (false, Ok(value)) = (headers.contains_key(&name), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_SECURITY_POLICY, &policy);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    // Pages hold personal data; what may be kept (style sheets) says so itself.
    set(header::CACHE_CONTROL, "no-store");
    if app.public_url.scheme() == "https" {
        set(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}

/// What libraries read as text, and as nothing where one byte of it is none: parts of other bytes would hide the boundary of a form, or that
/// the browser takes compressed pages.
pub(crate) async fn keep_readable_parts(mut request: Request, next: Next) -> Response {
    keep_ascii_parts(request.headers_mut(), &header::CONTENT_TYPE, b';');
    keep_ascii_parts(request.headers_mut(), &header::ACCEPT_ENCODING, b',');
    next.run(request).await
}

fn keep_ascii_parts(headers: &mut HeaderMap, name: &HeaderName, divider: u8) {
    if headers.get_all(name).iter().all(|value| value.to_str().is_ok()) {
        return;
    }
    let lines = headers.get_all(name).iter().map(|value| {
        let parts = value.as_bytes().split(|byte| *byte == divider);
        parts.filter(|part| part.is_ascii()).collect::<Vec<_>>().join(&divider)
    });
    let kept: Vec<HeaderValue> = lines.filter_map(|line| HeaderValue::from_bytes(&line).ok()).collect();
    headers.remove(name);
    for line in kept {
        headers.append(name.clone(), line);
    }
}

/// Chromium applies `form-action` to the redirect after a form too: signing out ends at the portal.
fn policy(app: &App, pictures: &str) -> String {
    let mut policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src {pictures}; font-src 'self'; \
         connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    );
    for origin in app.portal.browser_origins() {
        policy.push(' ');
        policy.push_str(&origin);
    }
    policy
}
