//! `GET` and `POST /sso/callback`, `/sso/callback/{handle}`: the browser comes back from the portal.
//!
//! The path holds the sign-in's one-time value where the portal echoes no `state`. The rest of the path is read as the browser sent it:
//! some portals paste their parameters there.

mod admission;
mod receive;
mod returned;
mod settle;
mod trial;

use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use sso::Callback;
use tokio::sync::oneshot;
use tracing::Instrument;

use super::arrival::Arrival;
use crate::app::App;
use crate::app::pending::{Outcome, Pending, Spent, Starter};
use crate::session::Session;
use crate::web::kit::cookies::{session_cookie_name, set_cookie};
use crate::web::kit::error::WebError;
use crate::web::kit::return_path::ReturnPath;
use crate::web::kit::{AppState, see_other};
use returned::{expired, handle_of, read, tail};
use settle::Back;
use trial::tried;

pub(crate) use receive::receive;
pub(crate) use trial::trial;

/// The return: the browser is compared before anything is taken, so an address alone (a link scanner's, a stranger's) ends no sign-in.
pub(crate) async fn handle(
    State(app): AppState,
    arrival: Arrival,
    method: Method,
    uri: Uri,
) -> Result<Response, WebError> {
    // HEAD (link scanners, proxies) must not use the sign-in up.
    if method == Method::HEAD {
        return Ok(StatusCode::METHOD_NOT_ALLOWED.into_response());
    }
    let (tail, query) = (tail(&uri), uri.query().unwrap_or_default());
    let callback = match query.strip_prefix("answer=").filter(|_| tail.is_empty()) {
        Some(name) => app.answer(name).await?.ok_or_else(|| expired("no such answer of the portal's"))?.callback,
        None => read(&app, tail, query)?,
    };
    let handle = handle_of(&callback)?;
    let Some(Pending { starter, return_to, login }) = app.pending(&handle).await? else {
        return again(&app, &arrival, &callback).await;
    };
    let place = return_to.as_deref().and_then(ReturnPath::parse);
    arrival.slot.leads_to(place.as_ref());
    match starter {
        Starter::Operator => tried(&app, &handle, &callback).await,
        Starter::Browser(browser) if browser.is_among(&arrival.browsers) => {
            let spent =
                Spent { browser, return_to, credential: callback.credential_digest(), outcome: Outcome::UnderWay };
            if !app.take_pending(&handle, &spent).await? {
                return again(&app, &arrival, &callback).await;
            }
            let browsers = arrival.browsers;
            let (former, before) = (arrival.former, arrival.before);
            let back = Back { handle, login, callback, former, before, browsers, place };
            let (answer, waiting) = oneshot::channel();
            // A task of its own: a visitor who reloads the page closes the connection, and the portal takes a code once.
            tokio::spawn(back.settle(app.clone(), spent, answer).in_current_span());
            let (cookie, target) = waiting.await.map_err(|ended| WebError::Unavailable(Box::new(ended)))??;
            Ok(led_on(&app, &target, cookie))
        }
        Starter::Browser(_) => Err(expired("the sign-in began in another browser")),
    }
}

/// A repeated return, by a reload or the browser's history: idempotent for the browser that has signed in, and for no other. One that comes
/// while the first is still with the portal waits for it, and takes its place where its visitor has gone.
async fn again(app: &App, arrival: &Arrival, callback: &Callback) -> Result<Response, WebError> {
    let handle = handle_of(callback)?;
    let spent = app.spent(&handle).await?.filter(|spent| spent.browser.is_among(&arrival.browsers));
    let spent = spent.ok_or_else(|| expired("no such sign-in is under way"))?;
    arrival.slot.leads_to(spent.return_to.as_deref().and_then(ReturnPath::parse).as_ref());
    let is_same = spent.credential.is_some() && spent.credential == callback.credential_digest();
    let outcome = match spent.outcome {
        Outcome::UnderWay if is_same => app.outcome(&handle).await?,
        outcome => outcome,
    };
    let Outcome::Led(led) = outcome else { return Err(expired("the sign-in has come back before")) };
    if arrival.former.as_ref().map(Session::name) == Some(led.session.as_str()) {
        return Ok(see_other(&led.target));
    }
    let cookie = if is_same { app.take_over(&handle).await? } else { None };
    let cookie = cookie.ok_or_else(|| expired("the sign-in has come back before"))?;
    Ok(led_on(app, &led.target, cookie))
}

fn led_on(app: &App, target: &str, cookie: String) -> Response {
    let mut response = see_other(target);
    set_cookie(app, &mut response, session_cookie_name(app), cookie);
    response
}
