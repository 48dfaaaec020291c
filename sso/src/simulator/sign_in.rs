//! The citizen's answer to the sign-in form, and the return to the gateway by the protocol.

use std::sync::Arc;

use axum::Form;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};

use super::fault::{Endpoint, Fault};
use super::pages::{Fields, page};
use super::personas::Persona;
use super::world::{Request, World};
use super::{jis, oauth2, oidc};

pub(super) async fn home() -> Response<Body> {
    page(StatusCode::OK, "模拟门户", "<p>这是用于测试和演示的模拟门户，不是真实的政务服务门户。</p>")
}

pub(super) async fn sign_in(State(world): State<Arc<World>>, Form(form): Form<Fields>) -> Response<Body> {
    let Some(request) = form.get("request").and_then(|handle| world.lock().requests.remove(handle)) else {
        return page(StatusCode::BAD_REQUEST, "请求无效", "<p>登录请求已使用或不存在，请返回应用重新登录。</p>");
    };
    if form.contains_key("cancel") {
        return send_back(&world, request, None, None);
    }
    let chosen = form.get("persona").and_then(|id| world.lock().personas.iter().find(|p| p.id == *id).cloned());
    let Some(persona) = chosen else {
        return page(StatusCode::NOT_FOUND, "没有此人", "<p>模拟门户没有这个账户。</p>");
    };
    let fault = world.arrive(Endpoint::Authorize, Some(&persona.subject));
    match fault {
        Some(Fault::ServerError(_)) => {
            return page(StatusCode::INTERNAL_SERVER_ERROR, "系统错误", "<p>模拟门户按要求出错。</p>");
        }
        Some(Fault::Error(_, code)) => {
            return send_back(&world, request, Some(persona), Some(&Fault::AuthorizeError(code)));
        }
        Some(
            Fault::Drip(_)
            | Fault::Endless(_)
            | Fault::Huge(_)
            | Fault::Redirect(..)
            | Fault::NotJson(_)
            | Fault::Raw(..),
        ) => return world.answer(fault, serde_json::Value::Null).await,
        Some(Fault::Slow(_)) => world.released.notified().await,
        _ => {}
    }
    send_back(&world, request, Some(persona), fault.as_ref())
}

/// Without a persona the citizen has cancelled.
fn send_back(world: &World, request: Request, persona: Option<Persona>, fault: Option<&Fault>) -> Response<Body> {
    match request {
        Request::Oidc(request) => oidc::send_back(world, request, persona, fault),
        Request::OAuth2(request) => oauth2::send_back(world, request, persona, fault),
        Request::Jis(request) => jis::send_back(world, request, persona, fault),
    }
}
