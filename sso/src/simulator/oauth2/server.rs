//! The endpoints for servers: tokens and user information.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use serde_json::{Value, json};

use crate::config::TokenPlace;
use crate::simulator::answer::{Writing, error};
use crate::simulator::fault::Endpoint;
use crate::simulator::signing::{challenge_of, random_text};
use crate::simulator::world::World;

use super::asked::Asked;
use super::client::client_is_known;
use super::memory::Grant;
use super::shape::TokenFormat;
use super::status::{Refusal, good, refuse};

pub(super) async fn token(
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

pub(super) async fn user_info(
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
