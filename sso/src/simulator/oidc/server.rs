//! The endpoints for servers: tokens and user information.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Form;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Response, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::simulator::answer::error;
use crate::simulator::fault::Endpoint;
use crate::simulator::signing::challenge_of;
use crate::simulator::world::World;

use super::memory::Grant;

pub(super) async fn token(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response<Body> {
    // Showing a code uses it up, also in a request that is refused.
    let grant = form.get("code").and_then(|code| world.lock().codes.remove(code));
    let fault = world.arrive(Endpoint::Token, grant.as_ref().map(|grant| grant.persona.subject.as_str()));
    if !client_is_known(&world, &headers, &form) {
        return error(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    if form.get("grant_type").map(String::as_str) != Some("authorization_code") {
        return error(StatusCode::BAD_REQUEST, "unsupported_grant_type");
    }
    let fits = |grant: &Grant| {
        form.get("redirect_uri") == Some(&grant.request.redirect_uri)
            && form.get("code_verifier").is_some_and(|verifier| challenge_of(verifier) == grant.request.challenge)
    };
    let Some(grant) = grant.filter(fits) else { return error(StatusCode::BAD_REQUEST, "invalid_grant") };
    match world.issue(grant, fault.as_ref()) {
        Ok(answer) => world.answer(fault, answer).await,
        Err(_) => error(StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
    }
}

/// client_secret_basic or client_secret_post.
fn client_is_known(world: &World, headers: &HeaderMap, form: &HashMap<String, String>) -> bool {
    let basic = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| {
        let decoded = STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (id, secret) = text.split_once(':')?;
        Some((form_decoded(id), form_decoded(secret)))
    });
    let posted = || Some((form.get("client_id")?.clone(), form.get("client_secret")?.clone()));
    basic.or_else(posted) == Some((world.config.client_id.clone(), world.config.client_secret.clone()))
}

fn form_decoded(text: &str) -> String {
    form_urlencoded::parse(format!("x={text}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

pub(super) async fn user_info(State(world): State<Arc<World>>, headers: HeaderMap) -> Response<Body> {
    let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let grant = token.and_then(|token| world.lock().access_tokens.get(token).cloned());
    let fault = world.arrive(Endpoint::UserInfo, grant.as_ref().map(|grant| grant.persona.subject.as_str()));
    let Some(grant) = grant else { return error(StatusCode::UNAUTHORIZED, "invalid_token") };
    let claims: Map<String, Value> = grant.persona.claims();
    world.answer(fault, Value::Object(claims)).await
}
