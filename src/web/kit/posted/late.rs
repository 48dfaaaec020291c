//! A form that came when its session had ended: kept for its person, who signs in again and finds it filled in.

use axum::extract::Request;
use axum::http::HeaderMap;
use std::sync::Arc;

use super::form::Form;
use super::kind::{Kind, Late};
use crate::app::App;
use crate::session::Former;
use crate::web::kit::cookies::{cookie_values, login_browsers, session_cookie_name};
use crate::web::kit::error::WebError;
use crate::web::kit::throttle::Limited;

/// Keeps the form for its person, who is led to it by the next sign-in: no address is handed out, for another person may be the next. The body is read
/// only where the browser still has the cookie of a session that was here, and kept only with the CSRF token of that session: no other site plants a form.
pub(super) async fn keep<K: Kind>(app: &Arc<App>, request: Request) -> Result<(), WebError> {
    let Some(former) = former(app, request.headers()).await? else { return Ok(()) };
    // The cookie lives as long as the session's.
    let Some(browser) = login_browsers(app, request.headers()).into_iter().next() else { return Ok(()) };
    Limited::Submission(former.person).count(app).await?;
    let path = request.uri().path().to_owned();
    let form = Form::read(request, app, K::FILE).await?;
    if !former.accepts(form.get("csrf_token")) {
        return Ok(());
    }
    let Some(unsent) = K::unsent(app, Late { former: former.clone(), path, form }).await? else { return Ok(()) };
    app.keep_unsent(&browser, &former, unsent).await?;
    tracing::info!(person = %former.person, "a form came after its session: it is kept");
    Ok(())
}

async fn former(app: &App, headers: &HeaderMap) -> Result<Option<Former>, WebError> {
    for cookie in cookie_values(headers, session_cookie_name(app)) {
        if let Some(former) = app.sessions.former(cookie).await? {
            return Ok(Some(former));
        }
    }
    Ok(None)
}
