//! `POST /account/challenge`: another challenge in the place of one, for the page's script or by the button 换一个.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::typed::Typed;
use crate::app::challenges::ChallengedForm;
use crate::web::kit::challenge::Asking;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::PostedByGuest;
use crate::web::kit::{AppState, see_other};

pub(crate) async fn handle(
    State(app): AppState,
    headers: HeaderMap,
    PostedByGuest { guest, form, is_stale }: PostedByGuest,
) -> Result<Response, WebError> {
    let challenged = match form.get("form") {
        // Whoever sends what is hidden in a form, and presses no button.
        "" => app.form_of_challenge(guest.session.name(), form.get("challenge")).await?,
        word => ChallengedForm::from_word(word).ok_or(WebError::BadRequest("no such form"))?,
    };
    let asking = Asking::of(&guest, challenged);
    if wants_json(&headers) {
        if is_stale {
            return Err(WebError::Csrf);
        }
        asking.replaces(&app, form.get("challenge")).await?;
        let field = asking.draw_anyway(&app, None).await?;
        return Ok(Json(field).into_response());
    }
    // The page draws another one by itself.
    asking.replaces(&app, form.get("challenge")).await?;
    Typed::of(&form).keep(&app, &guest.session, challenged).await;
    let response = see_other(&page(challenged, form.get("return_to")));
    Ok(guest.welcomed(&app, response))
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes() == b"application/json")
}

fn page(form: ChallengedForm, return_to: &str) -> String {
    match form {
        ChallengedForm::Login => super::login::address(return_to),
        ChallengedForm::Register => "/account/register".to_owned(),
        ChallengedForm::Recover => "/account/recover".to_owned(),
        ChallengedForm::Profile => "/account/profile".to_owned(),
    }
}
