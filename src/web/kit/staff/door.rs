//! Who gets to a page of the desk: by network, and by role.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

use super::Staff;
use crate::app::App;
use crate::domain::staff::{Place, Right};
use crate::views::Desk;
use crate::web::kit::client_address::client_address;
use crate::web::kit::error::WebError;
use crate::web::kit::slot::{DeskSlot, Slot};

/// To other networks there is no desk.
pub(crate) async fn from_allowed_networks(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let allowed = &app.config.staff.allowed_networks;
    if !allowed.is_empty() {
        let address = client_address(&app, request.headers(), request.extensions()).await.to_canonical();
        if !allowed.iter().any(|network| network.contains(&address)) {
            return WebError::NotFound.into_response();
        }
    }
    if let Some(slot) = request.extensions().get::<Slot>() {
        slot.is_of_desk(DeskSlot { desk: Desk::anonymous(""), home: "/review/sign-in" });
    }
    next.run(request).await
}

/// A page by the table of places: to a role that lacks it, it is not there.
pub(crate) async fn only_for(State((app, place)): State<(Arc<App>, Place)>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let staff = match Staff::from_request_parts(&mut parts, &app).await {
        Ok(staff) => staff,
        Err(error) => return error.into_response(),
    };
    let sends = parts.method == Method::POST;
    let right = match parts.method {
        Method::GET | Method::HEAD => place.seen_by(),
        Method::POST => place.sent_by(),
        _ => None,
    };
    // What a place takes by neither is not there for whoever may do the other; the method is refused behind this.
    let right = right.or(place.seen_by()).or(place.sent_by()).unwrap_or(Right::Own);
    if let Err(error) = staff.demand(right) {
        return error.into_response();
    }
    let page = place.page_of(parts.uri.path()).unwrap_or(staff.home());
    if sends && let Err(error) = staff.demand_fresh(&app, right, page) {
        return error.into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}
