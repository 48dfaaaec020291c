//! The endpoints for browsers: sign-in and sign-out.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{Response, StatusCode};

use crate::simulator::fault::Fault;
use crate::simulator::pages::{Fields, back, choose, page};
use crate::simulator::personas::Persona;
use crate::simulator::signing::random_text;
use crate::simulator::world::{Request, World};

use super::memory::{AuthRequest, Grant};

pub(super) async fn authorize(State(world): State<Arc<World>>, Query(query): Query<Fields>) -> Response<Body> {
    let get = |name: &str| query.get(name).map(String::as_str);
    let registered = get("redirect_uri").filter(|uri| world.lock().redirect_uris.iter().any(|known| known == uri));
    let Some(redirect_uri) = registered.filter(|_| get("client_id") == Some(&world.config.client_id)) else {
        return page(StatusCode::BAD_REQUEST, "请求无效", "<p>未登记的应用或返回地址。</p>");
    };
    let challenge = get("code_challenge").filter(|_| get("code_challenge_method") == Some("S256"));
    let is_openid = get("scope").is_some_and(|scope| scope.split(' ').any(|word| word == "openid"));
    let (Some(challenge), Some("code"), true) = (challenge, get("response_type"), is_openid) else {
        let state = get("state").map(|state| ("state", state));
        return back(redirect_uri, &[Some(("error", "invalid_request")), state]);
    };
    let request = AuthRequest {
        redirect_uri: redirect_uri.to_owned(),
        state: query.get("state").cloned(),
        nonce: query.get("nonce").cloned(),
        challenge: challenge.to_owned(),
    };
    choose(&world, Request::Oidc(request))
}

/// Back to the gateway, with a code or an error.
pub(in crate::simulator) fn send_back(
    world: &World,
    request: AuthRequest,
    persona: Option<Persona>,
    fault: Option<&Fault>,
) -> Response<Body> {
    let state = request.state.clone();
    let state = state.as_deref().map(|state| ("state", state));
    let redirect_uri = request.redirect_uri.clone();
    let issuer = match fault {
        Some(Fault::CallbackIssuer(other)) => other.clone(),
        _ => Some(world.base_url.clone()),
    };
    let issuer = issuer.as_deref().map(|issuer| ("iss", issuer));
    let Some(persona) = persona else {
        return back(&redirect_uri, &[Some(("error", "access_denied")), state, issuer]);
    };
    if let Some(Fault::AuthorizeError(code)) = fault {
        return back(&redirect_uri, &[Some(("error", code)), state, issuer]);
    }
    let Ok(code) = random_text() else {
        return page(StatusCode::INTERNAL_SERVER_ERROR, "系统错误", "<p>请稍后再试。</p>");
    };
    let grant = Grant { persona, request, signed_in_at: chrono::Utc::now().timestamp() };
    world.lock().codes.insert(code.clone(), grant);
    back(&redirect_uri, &[Some(("code", &code)), state, issuer])
}

pub(super) async fn end_session(State(world): State<Arc<World>>, Query(query): Query<Fields>) -> Response<Body> {
    let known = |uri: &&String| world.lock().post_logout_redirect_uris.contains(uri);
    match query.get("post_logout_redirect_uri").filter(known) {
        Some(uri) => {
            let state = query.get("state").map(|state| ("state", state.as_str()));
            back(uri, &[state])
        }
        None => page(StatusCode::OK, "已退出", "<p>您已退出模拟门户。</p>"),
    }
}
