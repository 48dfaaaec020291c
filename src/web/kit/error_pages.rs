//! Turns every failure into a page in Chinese with a reference number: ours, axum's own rejections, panics, time-outs.

mod not_lost;
mod time_limit;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response as HttpResponse, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use super::error::{ErrorPage, QueryFailed, WebError};
use super::listen::Unreadable;
use super::request_log::RequestId;
use super::return_path::ReturnPath;
use super::slot::{DeskSlot, Slot};
use super::visitor::{MaybeSignedIn, chrome_of};
use crate::app::App;
use crate::views::{Chrome, DeskError, ErrorShow, KeptForm, LoginFailed, LoginFailure, ViewError, login_url};

pub(crate) use time_limit::in_time;

pub(crate) async fn no_such_page(_visitor: MaybeSignedIn) -> WebError {
    WebError::NotFound
}

pub(crate) async fn unreadable(request: Request, next: Next) -> Response {
    match request.extensions().get::<Unreadable>() {
        Some(Unreadable(status)) => status.into_response(),
        None => next.run(request).await,
    }
}

/// No answers under keys that are another installation's, or that were not yet compared with a database: sessions, pending sign-ins and
/// logout tokens in Redis belong to servers with the right keys.
pub(crate) async fn with_our_keys(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/static/")
        && let Err(error) = app.compare_keys().await
    {
        return WebError::from(error).into_response();
    }
    next.run(request).await
}

/// A query that fails while migrations are pending is an outage (503), not a defect: the visitor can retry once they are applied.
pub(crate) async fn while_migrations_wait(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.extensions().get::<QueryFailed>().is_none() || !app.migrations_wait().await {
        return response;
    }
    WebError::Unavailable("migrations are pending; run `buzheng schema migrate`".into()).into_response()
}

/// A panic is a defect: 500, and the panic hook has logged it.
pub(crate) fn after_panic(_cause: Box<dyn Any + Send + 'static>) -> HttpResponse<Body> {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

fn failure(status: StatusCode) -> Option<LoginFailure> {
    match status {
        StatusCode::TOO_MANY_REQUESTS => Some(LoginFailure::TooMany),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::INTERNAL_SERVER_ERROR => Some(LoginFailure::Outage),
        _ => None,
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

/// Renders a page for every error answer that has none.
pub(crate) async fn render(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let slot = Slot::default();
    request.extensions_mut().insert(slot.clone());
    let reference = request.extensions().get::<RequestId>().map(|id| id.reference()).unwrap_or_default();
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
    let page = if let Some(DeskSlot { desk, home }) = slot.desk() {
        let page = DeskError::new(desk, status.as_u16(), home, reference);
        app.views.render(&page.after(retry_after(response.headers())))
    } else {
        let kept = not_lost::keep(&app, &slot, status).await;
        citizens_page(&app, &slot, &response, kept, reference)
    };
    let mut page = match page {
        Ok(html) if !is_head => (status, Html(html)).into_response(),
        _ => status.into_response(),
    };
    for name in [header::RETRY_AFTER, header::ALLOW, header::CONNECTION] {
        if let Some(value) = response.headers().get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}

fn citizens_page(
    app: &App,
    slot: &Slot,
    response: &Response,
    kept: Option<KeptForm>,
    reference: String,
) -> Result<String, ViewError> {
    let status = response.status();
    let chrome = slot.session().map_or_else(|| Chrome::anonymous(""), |session| chrome_of(&session));
    let return_to = slot.return_to();
    let wait = retry_after(response.headers());
    let is_crowded = matches!(response.extensions().get(), Some(ErrorPage::Crowded));
    let failure = match response.extensions().get::<ErrorPage>() {
        Some(ErrorPage::Login(failure)) => Some(*failure),
        Some(ErrorPage::Crowded) => None,
        // An outage during a sign-in: a retry still leads to the page that was wanted.
        _ => failure(status).filter(|_| return_to.is_some()),
    };
    if let Some(failure) = failure {
        let again = login_url(return_to.as_ref().map(ReturnPath::as_str));
        return app.views.render(&LoginFailed::new(chrome, failure, again, reference).after(wait));
    }
    let page = ErrorShow::new(chrome, status.as_u16(), reference).after(wait).keeping(kept);
    app.views.render(&if is_crowded { page.crowded() } else { page })
}
