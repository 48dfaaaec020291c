//! Plan `oidcc-client-basic-certification-test-plan` (Basic RP).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Utc;
use serde_json::json;
use sso::LoginError;
use sso::simulator::{Endpoint, Fault, Persona, SimulatorConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::form_urlencoded;

use crate::common::{Stage, bad_answer};
use crate::{refused_id_token, rs256};

#[tokio::test]
async fn oidcc_client_test() {
    let stage = rs256().await;
    let (url, _) = stage.portal.begin(Utc::now()).await.unwrap();
    // Of the nonce the suite wants plain characters and no more than 43 of them.
    let nonce = url.query_pairs().find(|(name, _)| name == "nonce").unwrap().1;
    assert!(nonce.len() <= 43 && nonce.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c)), "{nonce}");

    let identity = stage.sign_in("ceshi").await.unwrap();
    assert_eq!((identity.subject.as_str(), identity.name.as_deref()), ("ceshi", Some("测试")));
    for endpoint in [Endpoint::Discovery, Endpoint::Keys, Endpoint::Token, Endpoint::UserInfo] {
        assert_eq!(stage.simulator.requests(endpoint), 1, "{endpoint:?}");
    }
}

#[tokio::test]
async fn oidcc_client_test_invalid_iss() {
    let stage = Stage::new().await;
    let base = stage.simulator.base_url();
    // As in the suite: one character too many.
    let reason = refused_id_token(&stage, Fault::Claims(json!({ "iss": format!("{base}1") }))).await;
    assert_eq!(reason, "the ID token is from another issuer");
}

#[tokio::test]
async fn oidcc_client_test_missing_sub() {
    let reason = refused_id_token(&Stage::new().await, Fault::Claims(json!({ "sub": null }))).await;
    assert_eq!(reason, "the ID token names no subject");
}

#[tokio::test]
async fn oidcc_client_test_invalid_aud() {
    let reason = refused_id_token(&Stage::new().await, Fault::Claims(json!({ "aud": "buzheng1" }))).await;
    assert_eq!(reason, "the ID token is for another audience");
}

#[tokio::test]
async fn oidcc_client_test_missing_iat() {
    let reason = refused_id_token(&Stage::new().await, Fault::Claims(json!({ "iat": null }))).await;
    assert_eq!(reason, "the ID token does not say when it was issued");
}

#[tokio::test]
async fn oidcc_client_test_kid_absent_single_jwks() {
    let stage = rs256().await;
    let mut key = stage.simulator.public_key();
    key.as_object_mut().unwrap().remove("kid");
    stage.simulator.fault(Fault::Patch(Endpoint::Keys, json!({ "keys": [key] })));
    stage.under(Fault::NamelessKey).await.unwrap();
}

/// The suite lets a client refuse here or try all keys; ours tries them.
#[tokio::test]
async fn oidcc_client_test_kid_absent_multiple_jwks() {
    let stage = rs256().await;
    let mut keys = Vec::new();
    for key in
        [rs256().await.simulator.public_key(), stage.simulator.public_key(), rs256().await.simulator.public_key()]
    {
        let mut key = key;
        key.as_object_mut().unwrap().remove("kid");
        keys.push(key);
    }
    stage.simulator.fault(Fault::Patch(Endpoint::Keys, json!({ "keys": keys })));
    stage.under(Fault::NamelessKey).await.unwrap();
}

#[tokio::test]
async fn oidcc_client_test_idtoken_sig_rs256() {
    let stage = rs256().await;
    assert_eq!(stage.simulator.public_key()["alg"], "RS256");
    stage.sign_in("ceshi").await.unwrap();
}

/// The suite lets a client accept or refuse. Ours refuses, whatever the portal announces: the module counts as skipped there.
#[tokio::test]
async fn oidcc_client_test_idtoken_sig_none() {
    let stage = Stage::new().await;
    let announced = json!({ "id_token_signing_alg_values_supported": ["none"] });
    stage.simulator.fault(Fault::Patch(Endpoint::Discovery, announced));
    assert_eq!(refused_id_token(&stage, Fault::AlgNone).await, "the ID token is not signed");
}

#[tokio::test]
async fn oidcc_client_test_invalid_sig_rs256() {
    let reason = refused_id_token(&rs256().await, Fault::ForgedKey).await;
    assert_eq!(reason, "the ID token is signed by none of its keys");
}

#[tokio::test]
async fn oidcc_client_test_userinfo_invalid_sub() {
    let stage = Stage::new().await;
    let result = stage.under(Fault::Patch(Endpoint::UserInfo, json!({ "sub": "ceshi1" }))).await;
    assert_eq!(bad_answer(&result), "its user information is about another subject");
}

#[tokio::test]
async fn oidcc_client_test_nonce_invalid() {
    let reason = refused_id_token(&Stage::new().await, Fault::WrongNonce).await;
    assert_eq!(reason, "the ID token belongs to another sign-in");
}

#[tokio::test]
async fn oidcc_client_test_scope_userinfo_claims() {
    let stage = Stage::new().await;
    stage.simulator.add_persona(Persona::citizen("guimin", "桂敏", "110101199003071233"));
    let (url, _) = stage.portal.begin(Utc::now()).await.unwrap();
    let scope = url.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned();
    assert!(scope.split(' ').any(|word| word == "profile"), "{scope}");
    // Nothing of the person stands in the simulator's ID tokens.
    assert_eq!(stage.sign_in("guimin").await.unwrap().name.as_deref(), Some("桂敏"));
}

#[tokio::test]
async fn oidcc_client_test_client_secret_basic() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stage = Stage::with(|config| config.oidc.allowed_hosts = vec![address.to_string()]).await;
    stage.simulator.fault(Fault::swapped_token_endpoint(&format!("http://{address}/token")));
    let (result, request) = tokio::join!(stage.sign_in("ceshi"), one_request(listener));
    assert!(matches!(result, Err(LoginError::Expired { .. })), "{result:?}");

    let SimulatorConfig { client_id, client_secret, .. } = SimulatorConfig::default();
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let credentials = STANDARD.encode(format!("{}:{}", encoded(&client_id), encoded(&client_secret)));
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.to_lowercase().contains(&format!("authorization: basic {}", credentials.to_lowercase())), "{head}");
    assert!(head.contains(&credentials), "{head}");
    assert!(!body.contains("client_secret") && body.contains("code_verifier="), "{body}");
}

/// A token endpoint that returns the request it received, and knows no code.
async fn one_request(listener: TcpListener) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = String::new();
    let mut buffer = [0; 4096];
    while !is_complete(&request) {
        let read = stream.read(&mut buffer).await.unwrap();
        assert_ne!(read, 0, "cut off: {request}");
        request.push_str(str::from_utf8(&buffer[..read]).unwrap());
    }
    let body = r#"{"error":"invalid_grant"}"#;
    let head = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close";
    stream.write_all(format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).as_bytes()).await.unwrap();
    request
}

fn is_complete(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
    let lower = head.to_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length:")).unwrap();
    body.len() >= length.trim().parse().unwrap()
}
