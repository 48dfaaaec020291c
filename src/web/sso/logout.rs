//! `POST /sso/logout` and `GET /signed-out`: ends the session here, then at the portal; and where the visitor asked for it, begins the next sign-in.
//!
//! The portal sends the browser back with the `state` that it was given (OpenID Connect RP-Initiated Logout 1.0 §3): only then is it told that
//! the portal's session has ended too.

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use url::form_urlencoded;

use crate::app::App;
use crate::app::pending::Browser;
use crate::session::random_token;
use crate::views::{Chrome, PortalEnd, SignedOut};
use crate::web::kit::cookies::{
    cookie_values, login_browsers, login_cookie_name, remove_cookie, session_cookie_name, set_cookie,
};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Posted;
use crate::web::kit::visitor::HasSession;
use crate::web::kit::{AppState, page, see_other};

/// The field `next` of a sign-out by which another account is tried.
const NEXT_SIGN_IN: &str = "sign-in";

/// How long the portal may take to ask whether to sign out there too.
const WAY_BACK: Duration = Duration::from_mins(30);

pub(crate) async fn handle(
    State(app): AppState,
    headers: HeaderMap,
    Posted { visitor: HasSession(session), form, .. }: Posted<HasSession>,
) -> Result<Response, WebError> {
    let state = random_token();
    let back = app.public_url.join("/signed-out").ok();
    let portal = back.and_then(|back| app.portal.sign_out_url(&session.portal, &back, &state));
    let mut response = see_other(portal.as_ref().map_or("/signed-out", |url| url.as_str()));
    if portal.is_some() {
        let browser = cookie_values(&headers, login_cookie_name(&app)).next().map_or_else(random_token, str::to_owned);
        let next = if form.get("next") == NEXT_SIGN_IN { NEXT_SIGN_IN } else { "" };
        app.store.put(&signing_out(&state, &app.browser(&browser)), next.as_bytes(), WAY_BACK).await?;
        set_cookie(&app, &mut response, login_cookie_name(&app), browser);
    }
    // Last: once the session is over nothing can fail any more, and until then the form can be sent again.
    app.sessions.end(&session).await?;
    remove_cookie(&app, &mut response, session_cookie_name(&app));
    Ok(response)
}

pub(crate) async fn signed_out(
    State(app): AppState,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    // HEAD uses nothing up (RFC 9110 §9.2.1): link scanners send it before the visitor comes.
    let given = if method == Method::HEAD { Vec::new() } else { states(&uri) };
    let by_account = uri.query() == Some("way=account") || !app.config.access.mode.has_portal();
    let (portal_end, status) = match given.as_slice() {
        [] if by_account => (PortalEnd::None, StatusCode::OK),
        [] => (PortalEnd::Unknown, StatusCode::OK),
        [state] => match take_sign_out(&app, state, &headers).await? {
            Some(next) if next == NEXT_SIGN_IN.as_bytes() => return Ok(see_other("/sso/login")),
            Some(_) => (PortalEnd::Ended, StatusCode::OK),
            None => (PortalEnd::Unconfirmed, StatusCode::BAD_REQUEST),
        },
        // A return that belongs to no sign-out of this browser confirms nothing.
        _ => (PortalEnd::Unconfirmed, StatusCode::BAD_REQUEST),
    };
    let page = page(&app, &SignedOut { chrome: Chrome::anonymous(""), portal_end })?;
    Ok((status, page).into_response())
}

fn states(uri: &Uri) -> Vec<String> {
    let query = uri.query().unwrap_or_default().as_bytes();
    form_urlencoded::parse(query).filter(|(name, _)| name == "state").map(|(_, value)| value.into_owned()).collect()
}

/// What this browser's sign-out was to lead to, once; `None` where it began none of this state.
async fn take_sign_out(app: &App, state: &str, headers: &HeaderMap) -> Result<Option<Vec<u8>>, WebError> {
    if state.len() > 128 {
        return Ok(None);
    }
    for browser in login_browsers(app, headers) {
        if let Some(next) = app.store.take(&signing_out(state, &browser)).await? {
            return Ok(Some(next));
        }
    }
    Ok(None)
}

/// In another browser it is another name: the address alone uses nothing up.
fn signing_out(state: &str, browser: &Browser) -> String {
    format!("signing-out:{}:{state}", browser.as_str())
}
