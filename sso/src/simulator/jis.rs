//! The ticket protocol of the JIS family: the login page, the returns, and the end of a session. `interface.rs` has the endpoints for
//! servers.

mod back;
mod configured;
mod interface;
pub(super) mod memory;
pub(super) mod shape;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Form, Query, State};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use axum::{Router, response::IntoResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::pages::{Fields, choose, page};
use super::world::{Request, World};
use crate::config::BackEncoding;

pub(super) use back::send_back;
use back::to;
pub(super) use configured::configured;
use memory::AuthRequest;
pub use shape::{Packing, Shape, WayBack};

pub(super) fn router(shape: &Shape) -> Router<Arc<World>> {
    let shape = Arc::new(shape.clone());
    let (login, logout, asked) = (shape.clone(), shape.clone(), shape.clone());
    Router::new()
        .route(
            shape.login_path,
            get(async move |State(world): State<Arc<World>>, Query(query): Query<Fields>| {
                log_in(&world, &login, &query)
            }),
        )
        .route(
            shape.logout_path,
            get(async move |State(world): State<Arc<World>>, Query(query): Query<Fields>| {
                log_out(&world, &logout, &query)
            }),
        )
        .route(
            shape.interface_path,
            post(async move |State(world): State<Arc<World>>, Form(form): Form<Fields>| {
                interface::answer(&world, &asked, &form).await.into_response()
            }),
        )
}

fn log_in(world: &World, shape: &Arc<Shape>, query: &Fields) -> Response<Body> {
    let mark = if shape.login_mark.is_empty() { &world.config.client_id } else { shape.login_mark };
    let told = |name: &str| query.get(name).map(String::as_str);
    let is_known = told(shape.app_param) == Some(mark)
        && shape.login_params.iter().all(|(name, value)| told(name) == Some(*value));
    let back = shape.way_back_of(query).filter(|back| is_known && is_registered(world, back));
    match back {
        Some(back) => choose(world, Request::Jis(AuthRequest { back, shape: shape.clone() })),
        None => page(StatusCode::BAD_REQUEST, "请求无效", "<p>未登记的应用或返回地址。</p>"),
    }
}

/// The registered address itself, or one below it.
fn is_registered(world: &World, back: &str) -> bool {
    let below =
        |known: &String| back.strip_prefix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    world.lock().redirect_uris.iter().any(below)
}

fn log_out(world: &World, shape: &Shape, query: &Fields) -> Response<Body> {
    let address = |back: &str| back.split('?').next().unwrap_or_default().to_owned();
    let known = |back: &String| world.lock().post_logout_redirect_uris.contains(&address(back));
    match shape.way_back_of(query).filter(known) {
        Some(back) => to(&back), // as it came, with nothing added
        None => page(StatusCode::OK, "已退出", "<p>您已退出模拟门户。</p>"),
    }
}

impl Shape {
    /// The way back that a request names.
    fn way_back_of(&self, query: &Fields) -> Option<String> {
        let written = query.get(self.back_param)?;
        match self.back_encoding {
            BackEncoding::Plain => Some(written.clone()),
            BackEncoding::Base64 => String::from_utf8(STANDARD.decode(written).ok()?).ok(),
        }
    }
}
