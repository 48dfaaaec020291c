//! A form that came when its session had ended: kept for its person, who signs in again and finds it filled in, or has done so already in another tab.

use axum::extract::Request;
use std::sync::Arc;

use super::kind::{Kind, Late};
use super::read::{MAX_SENT, read};
use crate::app::App;
use crate::app::drafts::Cause;
use crate::session::Session;
use crate::web::kit::cookies::login_browsers;
use crate::web::kit::error::WebError;
use crate::web::kit::return_path::ReturnPath;
use crate::web::kit::slot::Slot;
use crate::web::kit::throttle::Limited;
use crate::web::kit::told::tell_not_done;
use crate::web::kit::visitor::former;

/// Keeps the form for its person, who is led to it by the next sign-in: no address is handed out, for another person may be the next. The body is read
/// only where the browser still has the cookie of a session that was here, and kept only with the CSRF token of that session: no other site plants a form.
pub(super) async fn keep<K: Kind>(app: &Arc<App>, request: Request) -> Result<(), WebError> {
    let Some(former) = former(app, request.headers()).await? else { return Ok(()) };
    // The cookie lives as long as the session's.
    let Some(browser) = login_browsers(app, request.headers()).into_iter().next() else { return Ok(()) };
    let slot = request.extensions().get::<Slot>().cloned().unwrap_or_default();
    let path = request.uri().path().to_owned();
    let form = read(request, app, K::FILE, MAX_SENT).await?;
    let Some(former) = former.with(form.get("csrf_token")) else { return Ok(()) };
    let person = former.person;
    let late = Late { former, path, form };
    if let Err(throttled) = Limited::Submission(person).count(app).await {
        if let Some(typed) = K::typed(&late.sent()).filter(|unsent| unsent.draft.is_some()) {
            app.keep_unsent(&browser, person, typed).await?;
            slot.keeps();
        }
        return Err(throttled);
    }
    let Some(unsent) = K::unsent(app, late).await? else { return Ok(()) };
    app.keep_unsent(&browser, person, unsent).await?;
    tracing::info!(%person, "a form came after its session: it is kept");
    Ok(())
}

/// What to do with a form of a session before the visitor's own, of the same person in the same browser: it is kept as a draft, never obeyed, and shown.
pub(super) async fn show<K: Kind>(app: &App, session: &Session, late: Late) -> Result<WebError, WebError> {
    let person = late.former.person;
    Limited::Submission(person).count(app).await?;
    let Some(unsent) = K::unsent(app, late).await? else { return Ok(WebError::Csrf) };
    let Some(address) = ReturnPath::parse(&unsent.address) else { return Ok(WebError::Csrf) };
    app.draft_of_unsent(person, &unsent, Cause::SignedInAgain).await?;
    if unsent.draft.is_none() {
        tell_not_done(app, session.name(), address.as_str()).await;
    }
    tracing::info!(%person, "a form of an earlier session came: it is kept");
    Ok(WebError::SendAgain(address))
}
