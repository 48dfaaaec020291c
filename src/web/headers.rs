//! Security headers on every answer.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

use crate::app::App;

/// One year, as browsers' preload lists ask.
const HSTS: &str = "max-age=31536000; includeSubDomains";

pub(super) async fn protect(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let (false, Ok(value)) = (headers.contains_key(&name), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_SECURITY_POLICY, &policy(&app));
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

/// Chromium applies `form-action` to the redirect after a form too: signing out ends at the portal.
fn policy(app: &App) -> String {
    let mut policy = String::from(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
         frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    );
    for origin in app.portal.browser_origins() {
        policy.push(' ');
        policy.push_str(&origin);
    }
    policy
}
