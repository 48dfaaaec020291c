//! OpenID Connect: the endpoints for browsers (sign-in, sign-out) and for servers: discovery, keys, tokens, user information.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::{get, post};
use axum::{Form, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::answer::error;
use super::fault::{Endpoint, Fault, merge};
use super::pages::{Fields, back, choose, page};
use super::personas::Persona;
use super::signing::{Key, KeyKind, challenge_of, hmac_jwt, random_text, unsigned_jwt};
use super::world::{Request, World};
use crate::config::{OidcConfig, PortalConfig};

pub(super) mod memory;

use memory::{AuthRequest, Grant};

/// The announced lifetime of tokens, in seconds.
const TOKEN_LIFE: i64 = 300;

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

async fn authorize(State(world): State<Arc<World>>, Query(query): Query<Fields>) -> Response<Body> {
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
pub(super) fn send_back(
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

async fn end_session(State(world): State<Arc<World>>, Query(query): Query<Fields>) -> Response<Body> {
    let known = |uri: &&String| world.lock().post_logout_redirect_uris.contains(uri);
    match query.get("post_logout_redirect_uri").filter(known) {
        Some(uri) => {
            let state = query.get("state").map(|state| ("state", state.as_str()));
            back(uri, &[state])
        }
        None => page(StatusCode::OK, "已退出", "<p>您已退出模拟门户。</p>"),
    }
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

async fn token(
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

impl World {
    /// Tokens for the grant; faults that concern the ID token apply here.
    fn issue(&self, grant: Grant, fault: Option<&Fault>) -> io::Result<Value> {
        let access_token = random_text()?;
        let mut inner = self.lock();
        match fault {
            Some(Fault::RotatedKey) => inner.key = Key::generate(self.config.key)?,
            Some(Fault::WeakKey) => inner.key = Key::generate(KeyKind::Rs256(1024))?,
            _ => {}
        }
        let now = chrono::Utc::now().timestamp();
        let mut claims = json!({
            "iss": self.base_url,
            "sub": grant.persona.subject,
            "aud": self.config.client_id,
            "azp": self.config.client_id,
            "iat": now,
            "exp": now + TOKEN_LIFE,
            "auth_time": grant.signed_in_at,
            "nonce": grant.request.nonce,
            "at_hash": inner.key.token_hash(&access_token),
            "sid": random_text()?,
        });
        if let Some(patch) = fault.and_then(Fault::claims_patch) {
            merge(&mut claims, &patch);
        }
        let id_token = self.sign(&inner.key, &claims, Some("JWT"), fault)?;
        inner.access_tokens.insert(access_token.clone(), grant);
        Ok(json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFE,
            "scope": "openid profile",
            "id_token": id_token,
        }))
    }
}

impl World {
    /// A token signed with this key; faults that concern the signature apply here.
    pub(super) fn sign(
        &self,
        key: &Key,
        claims: &Value,
        typ: Option<&str>,
        fault: Option<&Fault>,
    ) -> io::Result<String> {
        match fault {
            Some(Fault::AlgNone) => Ok(unsigned_jwt(claims)),
            Some(Fault::HmacSecret) => Ok(hmac_jwt(&self.config.client_secret, claims)),
            Some(Fault::ForgedSecret) => Ok(hmac_jwt("another secret", claims)),
            Some(Fault::UnknownKey) => Key::generate(self.config.key)?.sign(claims, typ),
            Some(Fault::ForgedKey) => Key::generate(self.config.key)?.under_id_of(key).sign(claims, typ),
            Some(Fault::NamelessKey) => key.sign_nameless(claims, typ),
            Some(Fault::RepeatedClaim(name)) => key.sign_repeated(claims, typ, Some(name)),
            Some(Fault::RepeatedHeader) => key.sign_repeated(claims, typ, None),
            _ => key.sign(claims, typ),
        }
    }
}

async fn user_info(State(world): State<Arc<World>>, headers: HeaderMap) -> Response<Body> {
    let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let grant = token.and_then(|token| world.lock().access_tokens.get(token).cloned());
    let fault = world.arrive(Endpoint::UserInfo, grant.as_ref().map(|grant| grant.persona.subject.as_str()));
    let Some(grant) = grant else { return error(StatusCode::UNAUTHORIZED, "invalid_token") };
    let claims: Map<String, Value> = grant.persona.claims();
    world.answer(fault, Value::Object(claims)).await
}
