//! `POST /review/sign-out`: the session ends, whatever its stage.

use axum::extract::State;
use axum::response::Response;

use crate::web::kit::cookies::remove_staff_cookie;
use crate::web::kit::error::WebError;
use crate::web::kit::staff::PostedByDeskGuest;
use crate::web::kit::{AppState, see_other};

pub(crate) async fn handle(
    State(app): AppState,
    PostedByDeskGuest { guest, .. }: PostedByDeskGuest,
) -> Result<Response, WebError> {
    app.sign_staff_out(&guest.session).await?;
    let mut response = see_other("/review/sign-in");
    remove_staff_cookie(&app, &mut response);
    Ok(response)
}
