//! OAuth 2.0 as provinces speak it: the endpoints for browsers (sign-in, sign-out) and for servers.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use axum::routing::{any, get};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::answer::{Writing, error, send};
use super::config::Protocol;
use super::fault::{Endpoint, Fault, merge};
use super::pages::{Fields, back, choose, page};
use super::personas::Persona;
use super::signing::{challenge_of, random_text};
use super::world::{Request, World};
use crate::config::{ClientAuth, RequestMethod, TokenPlace};

mod asked;
mod configured;
pub(super) mod memory;
pub(super) mod shape;

use asked::Asked;
pub(super) use configured::configured;
use memory::{AuthRequest, Grant};
pub use shape::{Demands, Names, Paths, Shape, Status, TokenFormat};

#[derive(Clone, Copy)]
enum Refusal {
    Client,
    Grant,
    Request,
    Token,
}

pub(super) fn router(shape: &Shape) -> Router<Arc<World>> {
    Router::new()
        .route(shape.paths.authorize, get(authorize))
        .route(shape.paths.token, any(token))
        .route(shape.paths.userinfo, any(user_info))
        .route(shape.paths.logout, get(logout))
}

impl World {
    fn shape(&self) -> Shape {
        match &self.config.protocol {
            Protocol::OAuth2(shape) => Shape::clone(shape),
            Protocol::Oidc | Protocol::Jis(_) => Shape::standard(),
        }
    }

    fn meets(&self, demands: &Demands, parameters: &Fields) -> bool {
        demands.iter().all(|(name, value)| {
            let value = if *value == "{client_id}" { &self.config.client_id } else { *value };
            parameters.get(*name).is_some_and(|found| found == value)
        })
    }
}

async fn authorize(State(world): State<Arc<World>>, uri: Uri) -> Response<Body> {
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
pub(super) fn send_back(
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

async fn logout(State(world): State<Arc<World>>, Query(query): Query<Fields>) -> Response<Body> {
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

async fn token(
    State(world): State<Arc<World>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let shape = world.shape();
    let asked = Asked::read(&method, &uri, &body);
    // Showing a code uses it up, also in a request that is refused.
    let code = asked.as_ref().and_then(|asked| asked.anywhere(shape.names.code));
    let grant = code.and_then(|code| world.lock().oauth2.codes.remove(code));
    let fault = world.arrive(Endpoint::Token, grant.as_ref().map(|grant| grant.persona.subject.as_str()));
    let Some(asked) = asked.filter(|asked| asked.method == shape.token_method) else {
        return refuse(&shape, Refusal::Request);
    };
    if !client_is_known(&world, &shape, &headers, &asked) {
        return refuse(&shape, Refusal::Client);
    }
    let parameters = asked.parameters();
    let demanded = parameters.get("grant_type").is_some_and(|word| word == "authorization_code")
        && world.meets(&shape.token_demands, parameters);
    if !demanded {
        return refuse(&shape, Refusal::Request);
    }
    let fits = |grant: &Grant| {
        let verifier = parameters.get("code_verifier");
        let proven = match &grant.request.challenge {
            Some(challenge) => verifier.is_some_and(|verifier| challenge_of(verifier) == *challenge),
            None => verifier.is_none(),
        };
        parameters.get(shape.names.code).is_some()
            && parameters.get(shape.names.redirect) == Some(&grant.request.redirect)
            && proven
    };
    let Some(grant) = grant.filter(fits) else { return refuse(&shape, Refusal::Grant) };
    let Ok(access_token) = random_text() else {
        return error(StatusCode::INTERNAL_SERVER_ERROR, "server_error");
    };
    world.lock().oauth2.tokens.insert(access_token.clone(), grant.persona);
    let answer = json!({ "access_token": access_token, "token_type": "Bearer", "expires_in": "7200" });
    let writing = Writing { charset: shape.charset, packed: None, form: shape.token_format == TokenFormat::Form };
    world.answer_in(writing, fault, good(&shape, shape.token_at, answer)).await
}

/// Checks the client's id and secret, in the place that this portal wants and nowhere else.
fn client_is_known(world: &World, shape: &Shape, headers: &HeaderMap, asked: &Asked) -> bool {
    let (id, secret) = (shape.names.client_id, shape.names.client_secret);
    let pair = |fields: &Fields| Some((fields.get(id)?.clone(), fields.get(secret)?.clone()));
    let (found, elsewhere) = match shape.client_auth {
        ClientAuth::Header => (basic(headers), asked.anywhere(secret).is_some()),
        ClientAuth::Body => {
            let elsewhere = asked.method == RequestMethod::Post && asked.query.contains_key(secret);
            (pair(asked.parameters()), elsewhere || headers.contains_key(AUTHORIZATION))
        }
        ClientAuth::Query => {
            (pair(&asked.query), asked.form.contains_key(secret) || headers.contains_key(AUTHORIZATION))
        }
    };
    !elsewhere && found == Some((world.config.client_id.clone(), world.config.client_secret.clone()))
}

/// HTTP Basic, both parts form-encoded (RFC 6749 §2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded = |text: &str| {
        let pairs: Vec<_> = form_urlencoded::parse(format!("x={text}").as_bytes()).into_owned().collect();
        pairs.into_iter().next().map(|(_, value)| value)
    };
    Some((decoded(id)?, decoded(secret)?))
}

async fn user_info(
    State(world): State<Arc<World>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let shape = world.shape();
    let asked = Asked::read(&method, &uri, &body).filter(|asked| asked.method == shape.userinfo_method);
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let token = asked.as_ref().and_then(|asked| match shape.userinfo_token {
        TokenPlace::Header => header.filter(|_| asked.anywhere(shape.names.token).is_none()),
        TokenPlace::Body => asked.form.get(shape.names.token).map(String::as_str).filter(|_| header.is_none()),
        TokenPlace::Query => asked.query.get(shape.names.token).map(String::as_str).filter(|_| header.is_none()),
    });
    let persona = token.and_then(|token| world.lock().oauth2.tokens.get(token).cloned());
    let fault = world.arrive(Endpoint::UserInfo, persona.as_ref().map(|persona| persona.subject.as_str()));
    if !asked.is_some_and(|asked| world.meets(&shape.userinfo_demands, asked.parameters())) {
        return refuse(&shape, Refusal::Request);
    }
    let Some(persona) = persona else { return refuse(&shape, Refusal::Token) };
    let person = Value::Object(persona.told(&shape.telling));
    let writing =
        Writing { charset: shape.charset, packed: shape.person_at.filter(|_| shape.person_packed), form: false };
    world.answer_in(writing, fault, good(&shape, shape.person_at, person)).await
}

/// A success, in this portal's envelope.
fn good(shape: &Shape, at: Option<&str>, answer: Value) -> Value {
    let mut wrapped = match at {
        Some(member) => Value::Object(Map::from_iter([(member.to_owned(), answer)])),
        None => answer,
    };
    if let Some(status) = &shape.status {
        wrapped[status.member] = json!(status.good);
    }
    wrapped
}

/// A refusal, in this portal's format.
fn refuse(shape: &Shape, refusal: Refusal) -> Response<Body> {
    if let Some(status) = &shape.status {
        let (code, message) = match refusal {
            Refusal::Grant => (status.expired, "授权码无效或已过期"),
            Refusal::Client => (status.refused, "应用未登记"),
            Refusal::Request => (status.refused, "参数错误"),
            Refusal::Token => (status.refused, "令牌无效"),
        };
        let body = json!({ status.member: code, "message": message });
        return send(StatusCode::OK, "application/json", body.to_string().into());
    }
    match refusal {
        Refusal::Client => error(StatusCode::UNAUTHORIZED, "invalid_client"),
        Refusal::Grant => error(StatusCode::BAD_REQUEST, "invalid_grant"),
        Refusal::Request => error(StatusCode::BAD_REQUEST, "invalid_request"),
        Refusal::Token => error(StatusCode::UNAUTHORIZED, "invalid_token"),
    }
}
