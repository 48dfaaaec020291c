//! `GET /sso/login`: begins a sign-in at the portal.

use axum::extract::{Extension, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use crate::session::random_token;
use crate::store::Exhausted;
use crate::views::LoginFailure;
use crate::web::kit::client_address::ClientAddress;
use crate::web::kit::cookies::{cookie_values, login_cookie_name, set_cookie};
use crate::web::kit::error::WebError;
use crate::web::kit::return_path::ReturnPath;
use crate::web::kit::slot::Slot;
use crate::web::kit::throttle::Limited;
use crate::web::kit::{AppState, see_other};

#[derive(Deserialize)]
pub(crate) struct Wanted {
    return_to: Option<String>,
}

pub(crate) async fn handle(
    State(app): AppState,
    ClientAddress(address): ClientAddress,
    Query(wanted): Query<Wanted>,
    Extension(slot): Extension<Slot>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let return_to = wanted.return_to.as_deref().and_then(ReturnPath::parse);
    slot.leads_to(return_to.as_ref());
    Limited::SignInStart(address).count(&app).await?;
    let browser = cookie_values(&headers, login_cookie_name(&app)).next().map_or_else(random_token, str::to_owned);
    let (url, login) = app.portal.begin(app.now()).await.map_err(failed)?;
    let handle = login.handle().to_owned();
    let return_to = return_to.map(|path| path.to_string());
    app.begin_pending(&handle, app.browser(&browser), return_to, login.into_stored()).await?.map_err(full)?;
    let mut response = see_other(url.as_str());
    set_cookie(&app, &mut response, login_cookie_name(&app), browser);
    Ok(response)
}

fn full(exhausted: Exhausted) -> WebError {
    tracing::warn!(
        "as many sign-ins are under way as throttle.pending_sign_ins_total allows; nobody else can begin one"
    );
    WebError::Busy(exhausted.retry_after)
}

/// The page of a failed sign-in. The error's own text is for the log.
pub(super) fn failed(error: sso::LoginError) -> WebError {
    use sso::LoginError as E;
    let failure = match error {
        E::Unavailable { .. } => LoginFailure::Unavailable,
        E::Denied => LoginFailure::Cancelled,
        E::Expired { .. } | E::StateMismatch | E::BadCallback { .. } => LoginFailure::Expired,
        _ => LoginFailure::Rejected,
    };
    WebError::login_failed(failure, error.to_string())
}
