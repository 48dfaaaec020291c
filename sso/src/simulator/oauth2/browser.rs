//! The endpoints for browsers: sign-in and sign-out.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{Response, StatusCode, Uri};
use serde_json::json;

use crate::simulator::fault::{Fault, merge};
use crate::simulator::pages::{Fields, back, choose, page};
use crate::simulator::personas::Persona;
use crate::simulator::signing::random_text;
use crate::simulator::world::{Request, World};

use super::asked;
use super::memory::{AuthRequest, Grant};
use super::shape::Shape;

pub(super) async fn authorize(State(world): State<Arc<World>>, uri: Uri) -> Response<Body> {
    let shape = world.shape();
    let Some(query) = asked::fields(uri.query().unwrap_or_default()) else {
        return page(StatusCode::BAD_REQUEST, "请求无效", "<p>参数重复。</p>");
    };
    let get = |name: &str| query.get(name).map(String::as_str);
    let registered = get(shape.names.redirect).filter(|uri| is_registered(&world, &shape, uri));
    let Some(redirect) = registered.filter(|_| get(shape.names.client_id) == Some(&world.config.client_id)) else {
        return page(StatusCode::BAD_REQUEST, "请求无效", "<p>未登记的应用或返回地址。</p>");
    };
    let challenge = get("code_challenge").filter(|_| get("code_challenge_method") == Some("S256"));
    let asked_well = get("response_type") == Some(shape.response_type)
        && world.meets(&shape.authorize_demands, &query)
        && (challenge.is_some() || !shape.pkce)
        && !query.contains_key(shape.names.client_secret);
    if !asked_well {
        return page(StatusCode::BAD_REQUEST, "请求无效", "<p>缺少参数，或参数的值不对。</p>");
    }
    let request = AuthRequest {
        redirect: redirect.to_owned(),
        state: query.get(shape.names.state).cloned(),
        challenge: challenge.map(str::to_owned),
    };
    choose(&world, Request::OAuth2(request))
}

/// The registered address; at a portal that echoes nothing also one below it.
fn is_registered(world: &World, shape: &Shape, uri: &str) -> bool {
    let below = |known: &str| uri.strip_prefix(known).is_some_and(|rest| rest.starts_with('/'));
    world.lock().redirect_uris.iter().any(|known| uri == known || (!shape.echoes_state && below(known)))
}

/// Back to the gateway, with a code or an error.
pub(in crate::simulator) fn send_back(
    world: &World,
    request: AuthRequest,
    persona: Option<Persona>,
    fault: Option<&Fault>,
) -> Response<Body> {
    let shape = world.shape();
    let redirect = request.redirect.clone();
    let mut parameters = json!({});
    if let Some(state) = request.state.as_ref().filter(|_| shape.echoes_state) {
        parameters[shape.names.state] = json!(state);
    }
    match (persona, fault) {
        (None, _) => parameters["error"] = json!("access_denied"),
        (Some(_), Some(Fault::AuthorizeError(code))) => parameters["error"] = json!(code),
        (Some(persona), _) => {
            let Ok(code) = random_text() else {
                return page(StatusCode::INTERNAL_SERVER_ERROR, "系统错误", "<p>请稍后再试。</p>");
            };
            parameters[shape.names.code] = json!(code);
            world.lock().oauth2.codes.insert(code, Grant { persona, request });
        }
    }
    if let Some(Fault::Patch(_, patch)) = fault {
        merge(&mut parameters, patch);
    }
    let members = parameters.as_object().into_iter().flatten();
    let parameters: Vec<_> = members.map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
    back(&redirect, &parameters)
}

pub(super) async fn logout(State(world): State<Arc<World>>, Query(query): Query<Fields>) -> Response<Body> {
    let shape = world.shape();
    if !world.meets(&shape.logout_demands, &query) {
        return page(StatusCode::BAD_REQUEST, "请求无效", "<p>缺少参数，或参数的值不对。</p>");
    }
    let known = |uri: &&String| {
        let place = if shape.echoes_state { uri.as_str() } else { uri.split('?').next().unwrap_or_default() };
        world.lock().post_logout_redirect_uris.iter().any(|known| known == place)
    };
    match query.get(shape.names.redirect).filter(known) {
        Some(uri) => {
            let state = query.get(shape.names.state).filter(|_| shape.echoes_state);
            back(uri, &[state.map(|state| (shape.names.state, state.as_str()))])
        }
        None => page(StatusCode::OK, "已退出", "<p>您已退出模拟门户。</p>"),
    }
}
