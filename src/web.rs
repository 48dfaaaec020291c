//! axum only: who asks, what was sent, which page answers. Rules live in `domain`, work in `app`.

mod account;
mod citizen;
mod desk;
mod kit;
pub mod management;
mod sso;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, any, get, post};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::app::App;
use crate::config::AccessMode;

pub use kit::error::WebError;
pub use kit::listen;

/// Of whatever has no limit of its own; forms have (`kit::posted`).
const MAX_BODY: usize = 64 * 1024;

/// What a portal, or a browser on its behalf, sends in one go.
const MAX_RETURN: usize = 32 * 1024;

/// Every page of the service; of staff's desk those that have no listener of their own.
pub fn router(app: Arc<App>) -> Router {
    let desk = if app.config.staff.listen.is_none() { desk::pages(&app) } else { Router::new() };
    served(citizens_pages(&app).merge(desk), app)
}

/// The desk alone, for a listener of its own (`staff.listen`).
pub fn staff_router(app: Arc<App>) -> Router {
    let assets = Router::new().route("/static/{*path}", get(citizen::asset_show::handle));
    served(desk::pages(&app).merge(assets), app)
}

fn served(pages: Router<Arc<App>>, app: Arc<App>) -> Router {
    let pages = pages
        .fallback(kit::error_pages::no_such_page)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(app.clone(), kit::error_pages::with_our_keys));
    dressed(pages.with_state(app.clone()), app)
}

fn citizens_pages(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/", first_page(app))
        .route("/help", get(citizen::help_show::handle))
        .route("/static/{*path}", get(citizen::asset_show::handle))
        .merge(sign_in_pages(app))
        .merge(account_pages(app))
        .route("/sso/session", get(sso::session::handle))
        .route("/sso/logout", post(sso::logout::handle))
        .route("/link", get(citizen::link_show::handle))
        .route("/link/proof", get(citizen::link_show::again).post(citizen::link_proof::handle))
        .route("/link/claim", get(citizen::link_show::again).post(citizen::link_claim::handle))
        .route("/link/request", get(citizen::link_show::again).post(citizen::link_request::handle))
        .route("/continuity", get(citizen::continuity_show::handle))
        .route("/continuity/report", post(citizen::continuity_report::handle))
        .route("/reissue", get(citizen::reissue_select::handle).post(citizen::reissue_create::handle))
        .route("/reissue/new", get(citizen::reissue_new::handle))
        .route("/reissue/{id}/done", get(citizen::reissue_done::handle))
        .route("/applications", get(citizen::application_list::handle))
        .route("/applications/{id}", get(citizen::application_show::handle).post(citizen::application_edit::handle))
        .route("/kept/{kind}/{name}", get(citizen::kept_picture::handle))
        .route("/applications/{id}/photo", get(citizen::application_photo::handle))
        .merge(photo_pages())
}

/// A photo on its way: proposed to its owner, or from a phone.
fn photo_pages() -> Router<Arc<App>> {
    Router::new()
        .route("/photo", get(citizen::photo_phone::show).post(citizen::photo_phone::code))
        .route("/photo/picture", get(citizen::photo_phone::again).post(citizen::photo_phone::picture))
        .route("/photo/proposals/{token}", get(citizen::photo_proposal::handle))
        .route("/photo/slots", post(citizen::photo_slot::open))
        .route("/photo/slots/{id}", get(citizen::photo_slot::state))
        .route("/photo/slots/{id}/picture", get(citizen::photo_slot::arrived))
        .route("/photo/slots/{id}/qr.svg", get(citizen::photo_slot::qr))
}

/// The ways in that there are.
fn first_page(app: &App) -> MethodRouter<Arc<App>> {
    match app.config.access.mode {
        AccessMode::Portal => get(citizen::landing_show::handle),
        AccessMode::Transition => get(account::landing::show),
        AccessMode::Local => get(account::login::show),
    }
}

/// The way in through the portal.
fn sign_in_pages(app: &Arc<App>) -> Router<Arc<App>> {
    // Their addresses are good once.
    let once = Router::new()
        .route("/sso/login", get(sso::login::handle))
        .route("/sso/callback", sso_return())
        .route("/sso/callback/", sso_return())
        .route("/sso/callback/{*handle}", sso_return());
    let logout_token = post(sso::backchannel_logout::handle).layer(DefaultBodyLimit::max(MAX_RETURN));
    let signed_out = Router::new().route("/signed-out", get(sso::logout::signed_out));
    let not_ahead = from_fn_with_state(app.clone(), sso::arrival::not_ahead);
    once.layer(not_ahead.clone())
        .route("/sso/backchannel-logout", logout_token)
        .route("/sso/held", get(sso::held::handle))
        .layer(from_fn_with_state(app.clone(), kit::doors::portal))
        .merge(signed_out.layer(not_ahead))
}

/// What is asked for by mail, or confirmed by it.
fn mailed_pages(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/account/confirm", get(account::confirm::show).post(account::confirm::send))
        .route("/account/recover", get(account::recover::show).post(account::recover::send))
        .route("/account/recover/sent", get(account::recover::sent))
        .layer(from_fn_with_state(app.clone(), kit::doors::mail))
}

/// Accounts as a way in.
fn account_pages(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/account/login", get(account::login::show).post(account::login::send))
        .route("/account/logout", post(account::logout::handle))
        .route("/account/register", get(account::register::show).post(account::register::send))
        .route("/account/check", get(account::check::show).post(account::check::send))
        .route("/account/profile", get(account::profile::show).post(account::profile::send))
        .route("/account/password", get(account::password::show).post(account::password::send))
        // Staff hand out links where nothing is mailed.
        .route("/account/recover/{token}", get(account::recover_link::show).post(account::recover_link::send))
        .merge(mailed_pages(app))
        .route("/account/challenge", post(account::challenge_draw::handle))
        .route("/account/challenge/{file}", get(account::challenge_show::file))
        .route("/account/challenge/{id}/words", get(account::challenge_show::words))
        .layer(from_fn_with_state(app.clone(), kit::doors::accounts))
}

fn sso_return() -> MethodRouter<Arc<App>> {
    get(sso::callback::handle).post(sso::callback::receive).layer(DefaultBodyLimit::max(MAX_RETURN))
}

/// The return of one operator's test sign-in, while no service runs: nobody can sign in here.
pub fn trial_router(app: Arc<App>, handle: String) -> Router {
    let state = (app.clone(), handle);
    let pages = Router::new()
        .route("/sso/callback", any(sso::callback::trial))
        .route("/sso/callback/", any(sso::callback::trial))
        .route("/sso/callback/{*handle}", any(sso::callback::trial))
        .layer(DefaultBodyLimit::max(MAX_RETURN))
        .layer(from_fn_with_state(app.clone(), sso::arrival::not_ahead))
        .with_state(state);
    let assets = Router::new().route("/static/{*path}", get(citizen::asset_show::handle)).with_state(app.clone());
    dressed(pages.merge(assets), app)
}

/// What stands around every page.
fn dressed(pages: Router, app: Arc<App>) -> Router {
    pages
        .layer(from_fn_with_state(app.clone(), kit::error_pages::in_time))
        .layer(from_fn_with_state(app.clone(), kit::error_pages::while_migrations_wait))
        .layer(from_fn(kit::error_pages::unreadable))
        .layer(CatchPanicLayer::custom(kit::error_pages::after_panic))
        .layer(from_fn_with_state(app.clone(), kit::error_pages::render))
        .layer(from_fn_with_state(app, kit::headers::protect))
        .layer(CompressionLayer::new())
        .layer(from_fn(kit::headers::keep_readable_parts))
        .layer(from_fn(kit::request_log::write))
}
