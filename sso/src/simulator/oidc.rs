//! OpenID Connect: the endpoints for browsers (sign-in, sign-out) and for servers: discovery, keys, tokens, user information.

mod browser;
pub(super) mod memory;
mod server;
mod tokens;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use axum::routing::{get, post};
use serde_json::json;

use super::fault::Endpoint;
use super::world::World;
use crate::config::{OidcConfig, PortalConfig};
pub(super) use browser::send_back;
use browser::{authorize, end_session};
use server::{token, user_info};

/// A matching configuration of the gateway.
pub(super) fn configured(world: &World, portal: PortalConfig) -> PortalConfig {
    let oidc = OidcConfig {
        issuer: world.base_url.clone(),
        client_id: world.config.client_id.clone(),
        client_secret: world.config.client_secret.clone().into(),
        ..OidcConfig::default()
    };
    PortalConfig { oidc, ..portal }
}

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/jwks", get(keys))
        .route("/authorize", get(authorize))
        .route("/token", post(token))
        .route("/userinfo", get(user_info))
        .route("/end-session", get(end_session))
}

async fn discovery(State(world): State<Arc<World>>) -> Response<Body> {
    let base = &world.base_url;
    let algorithm = world.lock().key.algorithm();
    let document = json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "userinfo_endpoint": format!("{base}/userinfo"),
        "jwks_uri": format!("{base}/jwks"),
        "end_session_endpoint": format!("{base}/end-session"),
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // Portals on national algorithms announce names that no library knows.
        "id_token_signing_alg_values_supported": [algorithm, "SM2SM3"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": ["openid", "profile"],
    });
    let fault = world.arrive(Endpoint::Discovery, None);
    world.answer(fault, document).await
}

async fn keys(State(world): State<Arc<World>>) -> Response<Body> {
    let fault = world.arrive(Endpoint::Keys, None);
    let document = {
        let inner = world.lock();
        let mut keys = inner.extra_keys.clone();
        keys.push(inner.key.jwk());
        json!({ "keys": keys })
    };
    world.answer(fault, document).await
}
