//! axum only: who asks, what was sent, which page answers. Rules live in `domain`, work in `app`.

mod account_handle;
mod application_edit;
mod application_form;
mod application_list;
mod application_photo;
mod application_show;
mod asset_show;
mod client_address;
mod continuity_report;
mod continuity_show;
mod cookies;
mod entity_tag;
mod error;
mod error_pages;
mod form_fields;
mod headers;
mod help_show;
mod landing_show;
mod link_claim;
mod link_proof;
mod link_request;
mod link_show;
pub mod listen;
pub mod management;
mod posted;
mod reissue_create;
mod reissue_done;
mod reissue_new;
mod reissue_select;
mod request_log;
mod return_path;
mod sso_arrival;
mod sso_backchannel_logout;
mod sso_callback;
mod sso_held;
mod sso_login;
mod sso_logout;
mod throttle;
mod visitor;
mod words;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::app::App;
use crate::views::View;

pub use error::WebError;

type AppState = State<Arc<App>>;

/// Uploads above this are cut off; the photo rule is far below it, so that a phone's picture gets a message with its size.
const MAX_BODY: usize = 8 * 1024 * 1024;

/// What a portal, or a browser on its behalf, sends in one go.
const MAX_RETURN: usize = 32 * 1024;

/// A picture taken with a phone comes as it is: beyond its rule it is counted, not kept, and refused with everything typed kept.
const MAX_EVIDENCE_BODY: usize = 32 * 1024 * 1024;

/// Every page of the service.
pub fn router(app: Arc<App>) -> Router {
    let pages = Router::new()
        .route("/", get(landing_show::handle))
        .route("/help", get(help_show::handle))
        .route("/static/{*path}", get(asset_show::handle))
        .merge(sign_in_pages(&app))
        .route("/sso/backchannel-logout", post(sso_backchannel_logout::handle).layer(DefaultBodyLimit::max(MAX_RETURN)))
        .route("/sso/held", get(sso_held::handle))
        .route("/sso/logout", post(sso_logout::handle))
        .route("/link", get(link_show::handle))
        .route("/link/proof", get(link_show::again).post(link_proof::handle))
        .route("/link/claim", get(link_show::again).post(link_claim::handle))
        .route(
            "/link/request",
            get(link_show::again).post(link_request::handle).layer(DefaultBodyLimit::max(MAX_EVIDENCE_BODY)),
        )
        .route("/continuity", get(continuity_show::handle))
        .route("/continuity/report", post(continuity_report::handle))
        .route("/reissue", get(reissue_select::handle).post(reissue_create::handle))
        .route("/reissue/new", get(reissue_new::handle))
        .route("/reissue/{id}/done", get(reissue_done::handle))
        .route("/applications", get(application_list::handle))
        .route("/applications/{id}", get(application_show::handle).post(application_edit::handle))
        .route("/applications/{id}/photo", get(application_photo::handle))
        .fallback(error_pages::no_such_page)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(app.clone(), error_pages::with_our_keys));
    dressed(pages.with_state(app.clone()), app)
}

/// Pages whose addresses are good once.
fn sign_in_pages(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/sso/login", get(sso_login::handle))
        .route("/sso/callback", sso_return())
        .route("/sso/callback/", sso_return())
        .route("/sso/callback/{*handle}", sso_return())
        .route("/signed-out", get(sso_logout::signed_out))
        .layer(from_fn_with_state(app.clone(), sso_arrival::not_ahead))
}

fn sso_return() -> MethodRouter<Arc<App>> {
    get(sso_callback::handle).post(sso_callback::receive).layer(DefaultBodyLimit::max(MAX_RETURN))
}

/// The return of one operator's test sign-in, while no service runs: nobody can sign in here.
pub fn trial_router(app: Arc<App>, handle: String) -> Router {
    let state = (app.clone(), handle);
    let pages = Router::new()
        .route("/sso/callback", any(sso_callback::trial))
        .route("/sso/callback/", any(sso_callback::trial))
        .route("/sso/callback/{*handle}", any(sso_callback::trial))
        .layer(DefaultBodyLimit::max(MAX_RETURN))
        .layer(from_fn_with_state(app.clone(), sso_arrival::not_ahead))
        .with_state(state);
    let assets = Router::new().route("/static/{*path}", get(asset_show::handle)).with_state(app.clone());
    dressed(pages.merge(assets), app)
}

/// What stands around every page.
fn dressed(pages: Router, app: Arc<App>) -> Router {
    pages
        .layer(from_fn_with_state(app.clone(), error_pages::in_time))
        .layer(from_fn_with_state(app.clone(), error_pages::while_migrations_wait))
        .layer(from_fn(error_pages::unreadable))
        .layer(CatchPanicLayer::custom(error_pages::after_panic))
        .layer(from_fn_with_state(app.clone(), error_pages::render))
        .layer(from_fn_with_state(app, headers::protect))
        .layer(CompressionLayer::new())
        .layer(from_fn(headers::keep_readable_parts))
        .layer(from_fn(request_log::write))
}

/// A page as an answer.
fn page<V: View>(app: &App, view: &V) -> Result<Response, WebError> {
    Ok(Html(app.views.render(view)?).into_response())
}

/// "See other": what every successful POST answers.
fn see_other(path: &str) -> Response {
    axum::response::Redirect::to(path).into_response()
}
