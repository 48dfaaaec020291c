//! `GET /` where accounts are a way in beside the portal: the portal's door first, then the form of the accounts'.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::login::{self, Wanted};
use crate::views::LandingShow;
use crate::web::kit::error::WebError;
use crate::web::kit::return_path::ReturnPath;
use crate::web::kit::timed_out::timed_out;
use crate::web::kit::visitor::Guest;
use crate::web::kit::{AppState, page, see_other};

pub(crate) async fn show(
    State(app): AppState,
    guest: Guest,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let place = wanted.place();
    if guest.is_signed_in() {
        return Ok(see_other(place.as_ref().map_or("/reissue", ReturnPath::as_str)));
    }
    let account = match login::fresh(&app, &guest, place.clone()).await {
        Ok(form) => Some(form),
        // As many challenges were drawn as may be: the portal's door stays in sight, and the form is a page further on.
        Err(WebError::Throttled(..)) => None,
        Err(error) => return Err(error),
    };
    let view = LandingShow {
        account,
        portal_is_silent: app.portal.is_silent(),
        timed_out: timed_out(&app, &headers).await,
        ..LandingShow::new(guest.chrome(), place.as_ref().map(ReturnPath::as_str))
    };
    let response = page(&app, &view)?;
    Ok(guest.welcomed(&app, response))
}
