//! Turns every failure into a page in Chinese with a reference number: ours, axum's own rejections, panics, time-outs.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, Response as HttpResponse, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use std::any::Any;
use std::sync::Arc;

use super::error::{ErrorPage, WebError};
use super::request_log::RequestId;
use super::return_path::ReturnPath;
use super::visitor::{MaybeSignedIn, Slot, chrome_of};
use crate::app::App;
use crate::views::{Chrome, ErrorShow, LoginFailed, login_url};

/// Any path that no route knows.
pub(super) async fn no_such_page(_visitor: MaybeSignedIn) -> WebError {
    WebError::NotFound
}

/// Ends a request that takes too long.
pub(super) async fn in_time(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(app.config.server.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(elapsed) => WebError::Unavailable(Box::new(elapsed)).into_response(),
    }
}

/// A panic is a defect: 500, and the panic hook has logged it.
pub(super) fn after_panic(_cause: Box<dyn Any + Send + 'static>) -> HttpResponse<Body> {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Gives every error answer that is not a page yet its page.
pub(super) async fn render(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let slot = Slot::default();
    request.extensions_mut().insert(slot.clone());
    let reference = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    let is_head = request.method() == Method::HEAD;
    let response = next.run(request).await;
    let status = response.status();
    // A page already, or an answer for a machine.
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html") || value.as_bytes() == b"application/json");
    if !(status.is_client_error() || status.is_server_error()) || is_page {
        return response;
    }
    let chrome = slot.session().map_or_else(|| Chrome::anonymous(""), |session| chrome_of(&session));
    let html = match response.extensions().get::<ErrorPage>() {
        Some(ErrorPage::Login(failure, return_to)) => {
            let again = login_url(return_to.as_ref().map(ReturnPath::as_str));
            app.views.render(&LoginFailed::new(chrome, *failure, again, reference))
        }
        _ => app.views.render(&ErrorShow::new(chrome, status.as_u16(), reference)),
    };
    let mut page = match html {
        Ok(html) if !is_head => (status, Html(html)).into_response(),
        _ => status.into_response(),
    };
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}
