//! The ticket protocol of the JIS family: the login page, the returns, and the end of a session. `interface.rs` has the endpoints for
//! servers.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::routing::{get, post};
use axum::{Router, response::IntoResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Utc;
use url::Url;

use super::answer::send;
use super::fault::Fault;
use super::pages::{Fields, choose, escape, page};
use super::personas::Persona;
use super::signing::random_text;
use super::world::{Request, World};
use crate::config::{BackEncoding, DriverName, JisConfig, PortalConfig, Success};

mod interface;
pub(super) mod memory;
pub(super) mod shape;

use memory::AuthRequest;
pub use shape::{Packing, Shape, WayBack};

/// A matching configuration of the gateway.
pub(super) fn configured(world: &World, shape: &Shape, portal: PortalConfig) -> PortalConfig {
    let base = &world.base_url;
    let secret = &world.config.client_secret;
    let own_key = shape.key(secret) != secret.as_bytes();
    let jis = JisConfig {
        issuer: base.clone(),
        login_url: format!("{base}{}", shape.login_path),
        interface_url: format!("{base}{}", shape.interface_path),
        logout_url: format!("{base}{}", shape.logout_path),
        app_mark: world.config.client_id.clone(),
        app_word: secret.clone().into(),
        app_param: shape.app_param.to_owned(),
        login_mark: shape.login_mark.to_owned(),
        login_params: shape
            .login_params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        back_param: shape.back_param.to_owned(),
        back_encoding: shape.back_encoding,
        ticket_param: shape.ticket_param.to_owned(),
        interface_app_param: shape.interface_app_param.to_owned(),
        time_format: shape.time_format,
        success: Success { pointer: "/retcode".to_owned(), value: Shape::SUCCESS.to_owned() },
        refusals: Shape::refusals(),
        data: shape.packing.format(),
        data_key: if own_key { shape.data_key } else { "" }.into(),
        logout_back_param: shape.back_param.to_owned(),
        ..JisConfig::default()
    };
    PortalConfig { driver: DriverName::Jis, jis, ..portal }
}

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

/// Back to the gateway. A cancelled sign-in returns without a ticket, and so does an error: the family has no code for either.
pub(super) fn send_back(
    world: &World,
    request: AuthRequest,
    persona: Option<Persona>,
    fault: Option<&Fault>,
) -> Response<Body> {
    let AuthRequest { back, shape } = request;
    let Some(persona) = persona.filter(|_| !matches!(fault, Some(Fault::AuthorizeError(_)))) else { return to(&back) };
    let Ok(ticket) = random_text() else {
        return page(StatusCode::INTERNAL_SERVER_ERROR, "系统错误", "<p>请稍后再试。</p>");
    };
    world.lock().jis.tickets.insert(ticket.clone(), (persona, Utc::now()));
    let name = shape.ticket_param;
    match shape.way_back {
        WayBack::Query => to(&format!("{back}?{name}={ticket}")),
        WayBack::Twice => to(&format!("{back}?{name}={ticket}&{name}={ticket}")),
        WayBack::SecondMark => to(&format!("{back}?{name}={ticket}?{name}={ticket}")),
        WayBack::Ampersand => to(&format!("{back}&{name}={ticket}")),
        WayBack::Encoded => to(&format!("{back}%3F{name}%3D{ticket}")),
        WayBack::Post => post_page(&back, name, &ticket),
    }
}

/// A 303 to the place as it is written: portals of this family concatenate texts, they build no URLs.
fn to(place: &str) -> Response<Body> {
    let (Ok(_), Ok(value)) = (Url::parse(place), HeaderValue::from_str(place)) else {
        return page(StatusCode::BAD_REQUEST, "请求无效", "<p>返回地址无效。</p>");
    };
    let mut response = send(StatusCode::SEE_OTHER, "text/plain", Body::empty());
    response.headers_mut().insert(header::LOCATION, value);
    response
}

/// A form that sends itself.
fn post_page(back: &str, name: &str, ticket: &str) -> Response<Body> {
    let (back, name, ticket) = (escape(back), escape(name), escape(ticket));
    let form = format!(
        "<form method=\"post\" action=\"{back}\"><input type=\"hidden\" name=\"{name}\" value=\"{ticket}\">\
         <button>返回应用</button></form><script>document.forms[0].submit()</script>"
    );
    page(StatusCode::OK, "登录成功", &form)
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
