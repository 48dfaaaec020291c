//! What browsers see: the choice of personas, and the ways back.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Form;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use url::Url;

use super::answer::send;
use super::signing::random_text;
use super::{Endpoint, Fault, Grant, Persona, Request, World};

type Fields = HashMap<String, String>;

const STYLE: &str = "body{font:18px/1.6 sans-serif;max-width:32em;margin:0 auto;padding:1em;color:#1a1a1a}\
    h1{font-size:1.4em}button{display:block;width:100%;min-height:44px;margin:.5em 0;padding:.5em 1em;font:inherit;\
    text-align:left;background:#fff;border:2px solid #0b3d78;border-radius:4px}button:focus{outline:3px solid #f5a800}\
    small{color:#444}";

pub(super) async fn home() -> Response<Body> {
    page(StatusCode::OK, "模拟门户", "<p>这是用于测试和演示的模拟门户，不是真实的政务服务门户。</p>")
}

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
    let request = Request {
        redirect_uri: redirect_uri.to_owned(),
        state: query.get("state").cloned(),
        nonce: query.get("nonce").cloned(),
        challenge: challenge.to_owned(),
    };
    let Ok(handle) = random_text() else {
        return page(StatusCode::INTERNAL_SERVER_ERROR, "系统错误", "<p>请稍后再试。</p>");
    };
    let form = form(&handle, &world.lock().personas);
    world.lock().requests.insert(handle, request);
    page(StatusCode::OK, "模拟门户 · 用户登录", &form)
}

fn form(handle: &str, personas: &[Persona]) -> String {
    let mut html = format!(
        "<p>请选择登录人：</p><form method=\"post\" action=\"/simulator/sign-in\">\
         <input type=\"hidden\" name=\"request\" value=\"{handle}\">"
    );
    for Persona { id, name, note, .. } in personas {
        let (id, name, note) = (escape(id), escape(name), escape(note));
        // Writing to a String cannot fail.
        let _ = write!(html, "<button name=\"persona\" value=\"{id}\">{name} <small>{note}</small></button>");
    }
    html.push_str("<button name=\"cancel\" value=\"1\">取消登录</button></form>");
    html
}

pub(super) async fn sign_in(State(world): State<Arc<World>>, Form(form): Form<Fields>) -> Response<Body> {
    let Some(request) = form.get("request").and_then(|handle| world.lock().requests.remove(handle)) else {
        return page(StatusCode::BAD_REQUEST, "请求无效", "<p>登录请求已使用或不存在，请返回应用重新登录。</p>");
    };
    let state = request.state.clone();
    let state = state.as_deref().map(|state| ("state", state));
    let issuer = world.base_url.clone();
    let redirect_uri = request.redirect_uri.clone();
    if form.contains_key("cancel") {
        let error = Some(("error", "access_denied"));
        return back(&redirect_uri, &[error, state, Some(("iss", &issuer))]);
    }
    let chosen = form.get("persona").and_then(|id| world.lock().personas.iter().find(|p| p.id == *id).cloned());
    let Some(persona) = chosen else {
        return page(StatusCode::NOT_FOUND, "没有此人", "<p>模拟门户没有这个账号。</p>");
    };
    let fault = world.arrive(Endpoint::Authorize, Some(&persona.subject));
    let issuer = match &fault {
        Some(Fault::CallbackIssuer(other)) => other.clone(),
        _ => Some(issuer),
    };
    let issuer = issuer.as_deref().map(|issuer| ("iss", issuer));
    match fault {
        Some(Fault::AuthorizeError(code)) => return back(&redirect_uri, &[Some(("error", code)), state, issuer]),
        Some(Fault::ServerError(_)) => {
            return page(StatusCode::INTERNAL_SERVER_ERROR, "系统错误", "<p>模拟门户按要求出错。</p>");
        }
        Some(Fault::Slow(_)) => world.released.notified().await,
        _ => {}
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

/// Sends the browser on: 303 to the place, with parameters.
fn back(place: &str, parameters: &[Option<(&str, &str)>]) -> Response<Body> {
    let Ok(mut url) = Url::parse(place) else {
        return page(StatusCode::BAD_REQUEST, "请求无效", "<p>返回地址无效。</p>");
    };
    url.query_pairs_mut().extend_pairs(parameters.iter().flatten());
    let mut response = send(StatusCode::SEE_OTHER, "text/plain", Body::empty());
    if let Ok(value) = HeaderValue::from_str(url.as_str()) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

fn page(status: StatusCode, title: &str, content: &str) -> Response<Body> {
    let html = format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{content}</main></body></html>"
    );
    send(status, "text/html; charset=utf-8", html.into())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
